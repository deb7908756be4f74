package dev.lamina.train;

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

/// The methods of [RankAggregation], as functions on named tensors: no device, no engine. All pairs
/// have one scaling ([Joining]), so that the mean of the products is Σ pₖ Bₖ Aₖ with p the devices'
/// shares of the samples.
///
/// With `stack` the global adapter has other tensors: `….difference` `[out, in]`, the frozen
/// difference of a layer, s included; and, under the names of A and B, the stacked factors of the
/// last round, which devices need to bring their own difference up to date.
final class PairAggregation {
    /// What the name of a layer's frozen difference ends with.
    static final String DIFFERENCE = ".difference";

    private PairAggregation() {}

    /// A new global adapter.
    ///
    /// @param truncation ‖mean − what is kept‖ / ‖mean‖ over the products of all layers
    ///   (Frobenius); 0 where the method cuts nothing off
    record Joined(SequencedMap<String, FloatTensor> tensors, double truncation) {}

    /// Joins the devices' adapters.
    ///
    /// @param before the global adapter until now, kept where nobody has weight
    /// @param contributions each at its device's rank
    /// @param scaling s
    static Joined join(
            RankAggregation method,
            SequencedMap<String, FloatTensor> before,
            List<Aggregation.Contribution> contributions,
            double scaling) {
        return switch (method) {
            case AVERAGE -> new Joined(Aggregation.average(before, contributions), 0);
            case ZERO_PAD -> new Joined(zeroPad(before, contributions), 0);
            case SVD -> svd(before, contributions);
            case STACK -> new Joined(stack(before, contributions, scaling), 0);
            case FFA -> new Joined(ffa(before, contributions), 0);
        };
    }

    private static SequencedMap<String, FloatTensor> zeroPad(
            SequencedMap<String, FloatTensor> before, List<Aggregation.Contribution> all) {
        int rank = rank(before);
        return Aggregation.average(
                before,
                all.stream()
                        .map(c ->
                                new Aggregation.Contribution(
                                        c.samples(), resized(c.tensors(), rank)))
                        .toList());
    }

    /// B is averaged, A is the one that all hold rows of: Σ pₖ Bₖ A[:rₖ] = (Σ pₖ pad(Bₖ)) A
    /// (derived for unequal ranks).
    private static SequencedMap<String, FloatTensor> ffa(
            SequencedMap<String, FloatTensor> before, List<Aggregation.Contribution> all) {
        SequencedMap<String, FloatTensor> trained = new LinkedHashMap<>(before);
        trained.keySet().removeIf(name -> !RankAggregation.FFA.trains(name));
        SequencedMap<String, FloatTensor> joined = new LinkedHashMap<>(before);
        int rank = rank(before);
        joined.putAll(
                Aggregation.average(
                        trained,
                        all.stream()
                                .map(c ->
                                        new Aggregation.Contribution(
                                                c.samples(), resized(c.tensors(), rank)))
                                .toList()));
        return joined;
    }

    private static Joined svd(
            SequencedMap<String, FloatTensor> before, List<Aggregation.Contribution> all) {
        SequencedMap<String, FloatTensor> joined = rest(before, all);
        double lost = 0;
        double norm = 0;
        for (String layer : layers(before.keySet())) {
            FloatTensor a = tensor(before, layer + Lora.A);
            FloatTensor b = tensor(before, layer + Lora.B);
            List<LowRank.Pair> pairs = pairs(layer, all);
            if (!pairs.isEmpty()) {
                int rank = Math.toIntExact(a.shape()[0]);
                LowRank.Svd svd = LowRank.sum(pairs).svd();
                LowRank.Pair pair = svd.pair(rank, a);
                a = pair.a();
                b = pair.b();
                lost += Math.pow(svd.tail(rank), 2);
                norm += Math.pow(svd.norm(), 2);
            }
            joined.put(layer + Lora.A, a);
            joined.put(layer + Lora.B, b);
        }
        return new Joined(joined, norm == 0 ? 0 : Math.sqrt(lost / norm));
    }

    private static SequencedMap<String, FloatTensor> stack(
            SequencedMap<String, FloatTensor> before,
            List<Aggregation.Contribution> all,
            double scaling) {
        SequencedMap<String, FloatTensor> joined = rest(before, all);
        before.forEach((name, tensor) -> {
            if (name.endsWith(DIFFERENCE)) {
                joined.put(name, tensor);
            }
        });
        SequencedMap<String, FloatTensor> factors = new LinkedHashMap<>();
        if (!all.isEmpty()) {
            for (String layer : layers(all.getFirst().tensors().keySet())) {
                List<LowRank.Pair> pairs = pairs(layer, all);
                if (!pairs.isEmpty()) {
                    factors.put(layer + Lora.A, LowRank.stackedA(pairs));
                    factors.put(layer + Lora.B, LowRank.stackedB(pairs));
                }
            }
        }
        merge(joined, factors, scaling);
        joined.putAll(factors);
        return joined;
    }

    /// Adds s B A of each pair of `factors` to the layer's difference in `into`, which is made if
    /// there is none. Whoever does the same with the same factors has the same difference, to the
    /// bit.
    static void merge(
            Map<String, FloatTensor> into, Map<String, FloatTensor> factors, double scaling) {
        for (String layer : layers(factors.keySet())) {
            FloatTensor product =
                    LowRank.product(
                            tensor(factors, layer + Lora.B),
                            tensor(factors, layer + Lora.A),
                            scaling);
            FloatTensor earlier = into.get(layer + DIFFERENCE);
            into.put(
                    layer + DIFFERENCE,
                    earlier == null ? product : Aggregation.sum(earlier, product));
        }
    }

    /// The averaged tensors of no pair.
    private static SequencedMap<String, FloatTensor> rest(
            SequencedMap<String, FloatTensor> before, List<Aggregation.Contribution> all) {
        return Aggregation.average(withoutPairs(before), all);
    }

    /// An adapter but for its pairs and differences: the head.
    static SequencedMap<String, FloatTensor> withoutPairs(Map<String, FloatTensor> adapter) {
        SequencedMap<String, FloatTensor> rest = new LinkedHashMap<>(adapter);
        rest.keySet().removeIf(n -> isOfPair(n) || n.endsWith(DIFFERENCE));
        return rest;
    }

    private static boolean isOfPair(String name) {
        return name.endsWith(Lora.A) || name.endsWith(Lora.B);
    }

    /// The names of the layers that have a pair.
    static List<String> layers(Iterable<String> names) {
        List<String> layers = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(Lora.A)) {
                layers.add(name.substring(0, name.length() - Lora.A.length()));
            }
        }
        return layers;
    }

    /// The devices' pairs of a layer with their shares, without those that have no samples.
    private static List<LowRank.Pair> pairs(String layer, List<Aggregation.Contribution> all) {
        double total = all.stream().mapToLong(Aggregation.Contribution::samples).sum();
        return all.stream()
                .filter(c -> c.samples() > 0)
                .map(c ->
                        new LowRank.Pair(
                                c.samples() / total,
                                tensor(c.tensors(), layer + Lora.B),
                                tensor(c.tensors(), layer + Lora.A)))
                .toList();
    }

    private static int rank(Map<String, FloatTensor> adapter) {
        return adapter.entrySet().stream()
                .filter(e -> e.getKey().endsWith(Lora.A))
                .mapToInt(e -> Math.toIntExact(e.getValue().shape()[0]))
                .findFirst()
                .orElse(0);
    }

    private static FloatTensor tensor(Map<String, FloatTensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /// The adapter at another rank: the first rows of each A and columns of each B, or rows and
    /// columns of zeros after them. Tensors that fit are not copied.
    static SequencedMap<String, FloatTensor> resized(Map<String, FloatTensor> adapter, int rank) {
        SequencedMap<String, FloatTensor> resized = new LinkedHashMap<>();
        adapter.forEach((name, tensor) -> resized.put(name, resized(name, tensor, rank)));
        return resized;
    }

    /// A tensor of an adapter at another rank; one of no pair as it is.
    static FloatTensor resized(String name, FloatTensor tensor, int rank) {
        if (name.endsWith(Lora.A) && tensor.shape()[0] != rank) {
            FloatTensor other = FloatTensor.zeros(rank, tensor.rowLength());
            System.arraycopy(
                    tensor.values(), 0, other.values(), 0, Math.min(tensor.size(), other.size()));
            return other;
        }
        if (name.endsWith(Lora.B) && tensor.rowLength() != rank) {
            int out = Math.toIntExact(tensor.shape()[0]);
            int own = tensor.rowLength();
            FloatTensor other = FloatTensor.zeros(out, rank);
            for (int i = 0; i < out; i++) {
                System.arraycopy(
                        tensor.values(), i * own, other.values(), i * rank, Math.min(own, rank));
            }
            return other;
        }
        return tensor;
    }

    /// Pairs like these for a round of `stack`: each device's A is drawn anew from the run's seed,
    /// uniform in ±1/√in, and B is zero. Nothing of it has to be sent.
    ///
    /// @param like tensors of the same names and shapes
    static SequencedMap<String, FloatTensor> fresh(
            Map<String, FloatTensor> like, long seed, int round, int device) {
        SequencedMap<String, FloatTensor> fresh = new LinkedHashMap<>();
        like.forEach((name, tensor) -> {
            FloatTensor drawn = FloatTensor.zeros(tensor.shape());
            if (name.endsWith(Lora.A)) {
                RandomGenerator random = Seeds.stream(seed, "stack", name, round, device);
                float bound = (float) (1 / Math.sqrt(tensor.rowLength()));
                for (int i = 0; i < drawn.size(); i++) {
                    drawn.values()[i] = random.nextFloat(-bound, bound);
                }
            }
            if (isOfPair(name)) {
                fresh.put(name, drawn);
            }
        });
        return fresh;
    }
}
