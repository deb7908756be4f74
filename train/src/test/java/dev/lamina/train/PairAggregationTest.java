package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import dev.lamina.lam.Lora;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The methods on pairs small enough to be worked out by hand, and on random ones. The layer `x`
/// maps 3 inputs to 2 outputs in the examples: B `[2, r]`, A `[r, 3]`.
class PairAggregationTest {
    private static final String A = "x" + Lora.A;
    private static final String B = "x" + Lora.B;
    private static final String HEAD = Lora.HEAD_BIAS;

    /// Rank 1, weight 1: B A = [[1, 0, 2], [2, 0, 4]].
    private static final Aggregation.Contribution FIRST =
            device(1, matrix(2, 1, 1, 2), matrix(1, 3, 1, 0, 2), 5);

    /// Rank 1, weight 3: B A = [[0, 3, 0], [0, -3, 0]].
    private static final Aggregation.Contribution SECOND =
            device(3, matrix(2, 1, 3, -3), matrix(1, 3, 0, 1, 0), 9);

    /// 1/4 of the first and 3/4 of the second.
    private static final FloatTensor MEAN = matrix(2, 3, 0.25f, 2.25f, 0.5f, 0.5f, -2.25f, 1);

    private static final double HEAD_MEAN = 8;

    @Test
    void averageOfAAndBApartIsNotTheMeanOfTheProducts() {
        Map<String, FloatTensor> joined = joined(RankAggregation.AVERAGE, 1, FIRST, SECOND);
        assertThat(at(joined, B)).isEqualTo(matrix(2, 1, 2.5f, -1.75f));
        assertThat(at(joined, A)).isEqualTo(matrix(1, 3, 0.25f, 0.75f, 0.5f));
        // 2.5 · (0.25, 0.75, 0.5) is far from (0.25, 2.25, 0.5)
        assertThat(product(joined))
                .isEqualTo(matrix(2, 3, 0.625f, 1.875f, 1.25f, -0.4375f, -1.3125f, -0.875f));
        assertThat(distance(product(joined), MEAN)).isGreaterThan(0.6);
        assertThat(at(joined, HEAD).values()[0]).isEqualTo((float) HEAD_MEAN);
    }

    @Test
    void zeroPadAveragesPaddedPairs() {
        Aggregation.Contribution wide =
                device(1, matrix(2, 2, 1, 2, 3, 4), matrix(2, 3, 1, 0, 0, 0, 1, 0), 5);
        Map<String, FloatTensor> joined = joined(RankAggregation.ZERO_PAD, 2, wide, SECOND);
        // B: (1·[1 2; 3 4] + 3·[3 0; -3 0]) / 4; A: (1·[1 0 0; 0 1 0] + 3·[0 1 0; 0 0 0]) / 4
        assertThat(at(joined, B)).isEqualTo(matrix(2, 2, 2.5f, 0.5f, -1.5f, 1));
        assertThat(at(joined, A)).isEqualTo(matrix(2, 3, 0.25f, 0.75f, 0, 0, 0.25f, 0));
        assertThat(at(joined, HEAD).values()[0]).isEqualTo((float) HEAD_MEAN);
        // a device of rank 1 gets the first column and the first row
        Map<String, FloatTensor> sent = PairAggregation.resized(joined, 1);
        assertThat(at(sent, B)).isEqualTo(matrix(2, 1, 2.5f, -1.5f));
        assertThat(at(sent, A)).isEqualTo(matrix(1, 3, 0.25f, 0.75f, 0));
    }

    @Test
    void svdIsTheMeanOfTheProducts() {
        Map<String, FloatTensor> joined = joined(RankAggregation.SVD, 2, FIRST, SECOND);
        assertThat(at(joined, B).shape()).containsExactly(2, 2);
        assertThat(at(joined, A).shape()).containsExactly(2, 3);
        assertThat(distance(product(joined), MEAN)).isLessThan(1e-6);
        assertThat(at(joined, HEAD).values()[0]).isEqualTo((float) HEAD_MEAN);
    }

    /// P = [[0, 4, 0], [1, 0, 0]] has the singular values 4 and 1: of rank 1 the best is its 4,
    /// split evenly into 2 and 2, and 1/√17 of it is cut off.
    @Test
    void svdCutsTheLeastDirectionOffAndSplitsTheOtherEvenly() {
        Aggregation.Contribution both =
                device(1, matrix(2, 2, 4, 0, 0, 1), matrix(2, 3, 0, 1, 0, 1, 0, 0), 5);
        PairAggregation.Joined joined =
                PairAggregation.join(RankAggregation.SVD, before(2, 3, 1), List.of(both), 1);
        assertThat(distance(at(joined.tensors(), B), matrix(2, 1, 2, 0))).isLessThan(1e-6);
        assertThat(distance(at(joined.tensors(), A), matrix(1, 3, 0, 2, 0))).isLessThan(1e-6);
        assertThat(joined.truncation()).isCloseTo(1 / Math.sqrt(17), within(1e-6));
    }

    /// The mistake of APPFL's PR 398 is to factor Pᵀ. Where in = out its shapes fit, and only the
    /// values tell.
    @Test
    void svdOfTheTransposeWouldBeSeen() {
        Aggregation.Contribution square =
                device(1, matrix(2, 2, 1, 0, 0, 1), matrix(2, 2, 1, 7, 0, 2), 5);
        FloatTensor product =
                product(
                        PairAggregation.join(
                                        RankAggregation.SVD, before(2, 2, 2), List.of(square), 1)
                                .tensors());
        assertThat(distance(product, matrix(2, 2, 1, 7, 0, 2))).isLessThan(1e-6);
        assertThat(distance(product, matrix(2, 2, 1, 0, 7, 2))).isGreaterThan(0.9);
    }

    @Test
    void directionsThatAreNotThereKeepARowThatCanBeTrained() {
        SequencedMap<String, FloatTensor> before = before(2, 3, 2);
        Map<String, FloatTensor> joined =
                PairAggregation.join(RankAggregation.SVD, before, List.of(FIRST), 1).tensors();
        assertThat(at(joined, B).values()[1]).isZero();
        assertThat(at(joined, B).values()[3]).isZero();
        for (int j = 0; j < 3; j++) {
            assertThat(at(joined, A).values()[3 + j]).isEqualTo(at(before, A).values()[3 + j]);
        }
    }

    @Test
    void stackKeepsTheFactorsAndMergesTheirProduct() {
        Map<String, FloatTensor> joined = joined(RankAggregation.STACK, 1, FIRST, SECOND);
        assertThat(at(joined, B)).isEqualTo(matrix(2, 2, 0.25f, 2.25f, 0.5f, -2.25f));
        assertThat(at(joined, A)).isEqualTo(matrix(2, 3, 1, 0, 2, 0, 1, 0));
        assertThat(at(joined, "x" + PairAggregation.DIFFERENCE)).isEqualTo(MEAN);
        // the next round adds to it, with its scaling
        SequencedMap<String, FloatTensor> next =
                PairAggregation.join(
                                RankAggregation.STACK,
                                new LinkedHashMap<>(joined),
                                List.of(FIRST),
                                2)
                        .tensors();
        assertThat(at(next, "x" + PairAggregation.DIFFERENCE))
                .isEqualTo(matrix(2, 3, 2.25f, 2.25f, 4.5f, 4.5f, -2.25f, 9));
    }

    @Test
    void ffaAveragesBOverOneAAndIsExactForUnequalRanks() {
        SequencedMap<String, FloatTensor> before = before(2, 3, 2);
        FloatTensor a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
        before.put(A, a);
        Aggregation.Contribution one = withoutA(1, matrix(2, 1, 4, 8));
        Aggregation.Contribution two = withoutA(3, matrix(2, 2, 4, 8, -4, 0));
        Map<String, FloatTensor> joined =
                PairAggregation.join(RankAggregation.FFA, before, List.of(one, two), 1).tensors();
        assertThat(at(joined, A)).isEqualTo(a);
        assertThat(at(joined, B)).isEqualTo(matrix(2, 2, 4, 6, -1, 0));
        // 1/4 · [4; 8] (1 2 3) + 3/4 · [4 8; -4 0] [1 2 3; 4 5 6]
        assertThat(product(joined)).isEqualTo(matrix(2, 3, 28, 38, 48, -1, -2, -3));
        FloatTensor first = LowRank.product(matrix(2, 1, 4, 8), matrix(1, 3, 1, 2, 3), 0.25);
        FloatTensor second = LowRank.product(matrix(2, 2, 4, 8, -4, 0), a, 0.75);
        assertThat(product(joined)).isEqualTo(Aggregation.sum(first, second));
    }

    @Test
    void aPaddedPairAddsWhatItAddedBeforeBecauseTheScalingStays() {
        Lora global = new Lora(16, 32, 0, List.of(Lora.Target.QUERY));
        assertThat(global.withRank(4).scaling()).isEqualTo(global.scaling());
        assertThat(global.withRank(16)).isEqualTo(global);
        SequencedMap<String, FloatTensor> padded = PairAggregation.resized(FIRST.tensors(), 2);
        assertThat(LowRank.product(at(padded, B), at(padded, A), global.scaling()))
                .isEqualTo(
                        LowRank.product(
                                at(FIRST.tensors(), B),
                                at(FIRST.tensors(), A),
                                global.withRank(1).scaling()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomPairsOfDifferentRanks(long seed) {
        int out = 7;
        int in = 5; // the stacked ranks come to more than either side
        List<Aggregation.Contribution> all = random(seed, out, in, 1, 2, 4);
        FloatTensor mean = mean(all, out, in);
        FloatTensor exact = matrix(out, in, mean.values());
        FloatTensor svd = product(join(RankAggregation.SVD, out, in, 5, all));
        assertThat(distance(svd, exact)).as("seed " + seed).isLessThan(1e-6);
        FloatTensor stack =
                at(join(RankAggregation.STACK, out, in, 4, all), "x" + PairAggregation.DIFFERENCE);
        assertThat(distance(stack, exact)).as("seed " + seed).isLessThan(1e-6);
        // the trap: with random pairs hardly anything of the mean product is left
        FloatTensor padded = product(join(RankAggregation.ZERO_PAD, out, in, 4, all));
        assertThat(distance(padded, exact)).as("seed " + seed).isGreaterThan(0.3);
        // what is cut off is what the report says, and nothing of that rank is closer
        PairAggregation.Joined cut =
                PairAggregation.join(RankAggregation.SVD, before(out, in, 2), all, 1);
        double missed = distance(product(cut.tensors()), exact);
        assertThat(cut.truncation()).as("seed " + seed).isCloseTo(missed, within(1e-6));
        assertThat(
                        distance(
                                product(join(RankAggregation.ZERO_PAD, out, in, 2, only(all, 2))),
                                exact))
                .as("seed " + seed)
                .isGreaterThan(missed);
    }

    @ParameterizedTest
    @EnumSource(RankAggregation.class)
    void theOrderOfDevicesAndDevicesWithoutSamplesChangeNothing(RankAggregation method) {
        boolean equal = method == RankAggregation.AVERAGE;
        List<Aggregation.Contribution> all = random(4, 6, 6, 3, equal ? 3 : 1, equal ? 3 : 2);
        FloatTensor expected = effect(method, all);
        assertThat(distance(effect(method, all.reversed()), expected)).isLessThan(1e-6);
        List<Aggregation.Contribution> more = new ArrayList<>(all);
        more.add(1, new Aggregation.Contribution(0, random(5, 6, 6, 3).getFirst().tensors()));
        assertThat(distance(effect(method, more), expected)).isLessThan(1e-6);
        // twice the samples of everybody are the same weights
        assertThat(
                        distance(
                                effect(
                                        method,
                                        all.stream()
                                                .map(c ->
                                                        new Aggregation.Contribution(
                                                                2 * c.samples(), c.tensors()))
                                                .toList()),
                                expected))
                .isLessThan(1e-6);
    }

    @ParameterizedTest
    @EnumSource(RankAggregation.class)
    void withoutSamplesTheProductStaysAsItWas(RankAggregation method) {
        SequencedMap<String, FloatTensor> before = before(2, 3, 1);
        before.put("x" + PairAggregation.DIFFERENCE, MEAN);
        Map<String, FloatTensor> pairs =
                PairAggregation.join(
                                method,
                                before(2, 3, 1),
                                List.of(new Aggregation.Contribution(0, FIRST.tensors())),
                                1)
                        .tensors();
        if (method != RankAggregation.STACK) {
            assertThat(pairs).isEqualTo(before(2, 3, 1));
            return;
        }
        Map<String, FloatTensor> joined =
                PairAggregation.join(
                                method,
                                before,
                                List.of(new Aggregation.Contribution(0, FIRST.tensors())),
                                1)
                        .tensors();
        assertThat(at(joined, "x" + PairAggregation.DIFFERENCE)).isEqualTo(MEAN);
        assertThat(joined).doesNotContainKeys(A, B); // nothing to merge once more
    }

    @Test
    void aDivergedAdapterIsNoEndlessLoop() {
        Aggregation.Contribution diverged =
                device(1, matrix(2, 1, Float.NaN, 2), matrix(1, 3, 1, 0, 2), 5);
        assertThatThrownBy(() -> joined(RankAggregation.SVD, 1, diverged))
                .hasMessageContaining("diverged");
    }

    @Test
    void theSameFactorsToTheBitEveryTime() {
        List<Aggregation.Contribution> all = random(6, 40, 30, 4, 8, 8);
        assertThat(join(RankAggregation.SVD, 40, 30, 8, all))
                .isEqualTo(join(RankAggregation.SVD, 40, 30, 8, all));
    }

    /// What a method makes of layer x.
    private static FloatTensor effect(
            RankAggregation method, List<Aggregation.Contribution> contributions) {
        Map<String, FloatTensor> joined = join(method, 6, 6, 3, contributions);
        return method == RankAggregation.STACK
                ? at(joined, "x" + PairAggregation.DIFFERENCE)
                : product(joined);
    }

    private static SequencedMap<String, FloatTensor> join(
            RankAggregation method,
            int out,
            int in,
            int rank,
            List<Aggregation.Contribution> contributions) {
        return PairAggregation.join(method, before(out, in, rank), contributions, 1).tensors();
    }

    private static Map<String, FloatTensor> joined(
            RankAggregation method, int rank, Aggregation.Contribution... contributions) {
        return join(method, 2, 3, rank, List.of(contributions));
    }

    /// A global adapter with ones and twos in A, as an adapter that was not drawn at random.
    private static SequencedMap<String, FloatTensor> before(int out, int in, int rank) {
        FloatTensor a = FloatTensor.zeros(rank, in);
        for (int i = 0; i < a.size(); i++) {
            a.values()[i] = 1 + i % 2;
        }
        SequencedMap<String, FloatTensor> before = new LinkedHashMap<>();
        before.put(A, a);
        before.put(B, FloatTensor.zeros(out, rank));
        before.put(HEAD, FloatTensor.zeros(1));
        return before;
    }

    private static List<Aggregation.Contribution> random(long seed, int out, int in, int... ranks) {
        List<Aggregation.Contribution> all = new ArrayList<>();
        for (int u = 0; u < ranks.length; u++) {
            RandomGenerator random = Seeds.stream(seed, "pair", u);
            FloatTensor b = FloatTensor.zeros(out, ranks[u]);
            FloatTensor a = FloatTensor.zeros(ranks[u], in);
            for (FloatTensor tensor : List.of(a, b)) {
                for (int i = 0; i < tensor.size(); i++) {
                    tensor.values()[i] = (float) random.nextGaussian();
                }
            }
            all.add(device(1 + u, b, a, u));
        }
        return all;
    }

    /// Cut to a rank at most.
    private static List<Aggregation.Contribution> only(
            List<Aggregation.Contribution> all, int rank) {
        return all.stream()
                .map(c ->
                        new Aggregation.Contribution(
                                c.samples(), PairAggregation.resized(c.tensors(), rank)))
                .toList();
    }

    /// The mean product, straight from its definition.
    private static FloatTensor mean(List<Aggregation.Contribution> all, int out, int in) {
        double total = all.stream().mapToLong(Aggregation.Contribution::samples).sum();
        FloatTensor mean = FloatTensor.zeros(out, in);
        for (Aggregation.Contribution c : all) {
            mean = Aggregation.sum(mean, scaled(product(c.tensors()), c.samples() / total));
        }
        return mean;
    }

    private static FloatTensor scaled(FloatTensor tensor, double factor) {
        FloatTensor scaled = tensor.copy();
        for (int i = 0; i < scaled.size(); i++) {
            scaled.values()[i] *= (float) factor;
        }
        return scaled;
    }

    private static FloatTensor product(Map<String, FloatTensor> adapter) {
        return LowRank.product(at(adapter, B), at(adapter, A), 1);
    }

    private static Aggregation.Contribution device(
            long samples, FloatTensor b, FloatTensor a, float head) {
        return new Aggregation.Contribution(
                samples,
                Map.of(A, a, B, b, HEAD, new FloatTensor(new long[] {1}, new float[] {head})));
    }

    private static Aggregation.Contribution withoutA(long samples, FloatTensor b) {
        return new Aggregation.Contribution(samples, Map.of(B, b, HEAD, FloatTensor.zeros(1)));
    }

    private static FloatTensor at(Map<String, FloatTensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static FloatTensor matrix(int rows, int columns, float... values) {
        return new FloatTensor(new long[] {rows, columns}, values);
    }

    /// ‖a − b‖ / ‖b‖.
    private static double distance(FloatTensor a, FloatTensor b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.size(); i++) {
            difference += Math.pow((double) a.values()[i] - b.values()[i], 2);
            norm += Math.pow(b.values()[i], 2);
        }
        return Math.sqrt(difference / norm);
    }
}
