package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FederationTest {
    private static final SequenceModel MODEL =
            new SmallTransformer(SequenceShape.of(Exponentials.tracks(1, 0).config()), 8, 1, 2);
    private static final TrainingConfig TRAINING =
            TrainingConfig.standard(1, 7)
                    .withBatch(8)
                    .withLearningRate(1e-2, LearningRate.Decay.COSINE);

    static {
        Tensors.useThreads(1);
    }

    private static List<Examples<Sequence>> servers(SequencePredictor model, int count) {
        Examples<Sequence> all = Examples.of(model, Exponentials.tracks(12, 1).all());
        return IntStream.range(0, count)
                .mapToObj(s ->
                        all.some(
                                IntStream.range(0, 12)
                                        .filter(i -> i % count == s)
                                        .boxed()
                                        .toList()))
                .toList();
    }

    private static List<Federation.RoundReport> run(
            SequencePredictor model, int servers, Federation.Config config) {
        Examples<Sequence> heldOut = Examples.of(model, Exponentials.tracks(6, 2).all());
        return new Federation<>(model, servers(model, servers), heldOut, TRAINING, config)
                .run(Federation.Listener.NONE);
    }

    /// One server is training at one place, to the last bit.
    @Test
    void oneServerIsTheTrainer() {
        try (SequencePredictor central = MODEL.fresh(1);
                SequencePredictor federated = MODEL.fresh(1)) {
            Trainer<Sequence> trainer =
                    new Trainer<>(
                            central,
                            servers(central, 1).getFirst(),
                            Examples.of(central, List.of()),
                            TRAINING.withEpochs(3));
            trainer.train(TrainingListener.NONE);
            run(federated, 1, Federation.Config.standard(3));
            assertThat(federated.parameters().values()).isEqualTo(central.parameters().values());
        }
    }

    @Test
    void severalServersLearnFromEachOthersTracks() {
        try (SequencePredictor model = MODEL.fresh(1)) {
            List<Federation.RoundReport> reports = run(model, 4, Federation.Config.standard(8));
            assertThat(reports).hasSize(8);
            assertThat(nmse(reports.getLast())).isLessThan(0.9 * nmse(reports.getFirst()));
            assertThat(reports.getLast().globalLoss()).isLessThan(reports.getFirst().globalLoss());
            assertThat(reports.getFirst().bytesUp()).isEqualTo(4 * model.parameters().count());
        }
    }

    private static double nmse(Federation.RoundReport report) {
        return Objects.requireNonNull(report.heldOutNmse());
    }

    @Test
    void sameSeedSameResult() {
        Federation.Config config =
                new Federation.Config(
                        3, 2, 0.5, new ServerRule(ServerRule.Kind.ADAM, 0.01), false, true, false);
        try (SequencePredictor a = MODEL.fresh(1);
                SequencePredictor b = MODEL.fresh(1)) {
            assertThat(run(a, 4, config)).isEqualTo(run(b, 4, config));
            assertThat(a.parameters().values()).isEqualTo(b.parameters().values());
        }
    }

    /// Stopped after two rounds and gone on with by another process, or not.
    @Test
    void goesOnWhereItStopped() {
        for (boolean keep : new boolean[] {true, false}) {
            Federation.Config config =
                    new Federation.Config(
                            5,
                            1,
                            0.7,
                            new ServerRule(ServerRule.Kind.ADAM, 0.01),
                            keep,
                            true,
                            true);
            try (SequencePredictor whole = MODEL.fresh(1);
                    SequencePredictor begun = MODEL.fresh(1);
                    SequencePredictor resumed = MODEL.fresh(2)) {
                List<Federation.RoundReport> expected = run(whole, 3, config);
                Federation<Sequence> first = federation(begun, config);
                List<Federation.RoundReport> reports = new ArrayList<>();
                reports.addAll(
                        first.run(
                                new Federation.Listener() {
                                    private int rounds;

                                    @Override
                                    public void round(Federation.RoundReport report) {
                                        rounds = report.round();
                                    }

                                    @Override
                                    public boolean stopRequested() {
                                        return rounds == 2;
                                    }
                                }));
                assertThat(reports).hasSize(2);
                Federation<Sequence> second = federation(resumed, config);
                second.restore(first.state());
                reports.addAll(second.run(Federation.Listener.NONE));
                assertThat(reports).isEqualTo(expected);
                assertThat(resumed.parameters().values()).isEqualTo(whole.parameters().values());
            }
        }
    }

    /// At a rate that spoils a trained model, what it began with is kept, whether the run was
    /// interrupted or not.
    @Test
    void keepsWhatItBeganWithIfNothingIsBetter() {
        try (SequencePredictor model = MODEL.fresh(1);
                SequencePredictor spoiled = MODEL.fresh(1)) {
            run(model, 1, Federation.Config.standard(20));
            spoiled.parameters().assign(model.parameters().snapshot());
            Examples<Sequence> heldOut = Examples.of(model, Exponentials.tracks(6, 2).all());
            TrainingConfig wild = TRAINING.withLearningRate(1, LearningRate.Decay.COSINE);
            Federation<Sequence> federation =
                    new Federation<>(
                                    spoiled,
                                    servers(spoiled, 1),
                                    heldOut,
                                    wild,
                                    Federation.Config.standard(3))
                            .keepingBest();
            List<Federation.RoundReport> reports = federation.run(Federation.Listener.NONE);
            Federation.Best best = Objects.requireNonNull(federation.best());
            assertThat(best.round()).isZero();
            assertThat((double) best.heldOutNmse()).isLessThan(nmse(reports.getLast()));
            assertThat(spoiled.parameters().values()).isEqualTo(model.parameters().values());
            Federation<Sequence> resumed =
                    new Federation<>(
                                    spoiled,
                                    servers(spoiled, 1),
                                    heldOut,
                                    wild,
                                    Federation.Config.standard(3))
                            .keepingBest();
            resumed.restore(federation.state());
            resumed.run(Federation.Listener.NONE);
            assertThat(resumed.best()).isEqualTo(best);
            assertThat(spoiled.parameters().values()).isEqualTo(model.parameters().values());
        }
    }

    @Test
    void refusesAnotherFederationsState() {
        Federation.Config config = Federation.Config.standard(2);
        try (SequencePredictor model = MODEL.fresh(1)) {
            Federation<Sequence> federation = federation(model, config);
            assertThatThrownBy(() -> federation.restore(Map.of()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("does not fit");
        }
    }

    private static Federation<Sequence> federation(
            SequencePredictor model, Federation.Config config) {
        return new Federation<>(
                model,
                servers(model, 3),
                Examples.of(model, Exponentials.tracks(6, 2).all()),
                TRAINING,
                config);
    }

    /// What a server keeps to itself is neither sent nor changed for the others.
    @Test
    void personalHeadsStayWithTheirServer() {
        Federation.Config config =
                new Federation.Config(2, 1, 1, ServerRule.AVERAGE, true, true, false);
        try (SequencePredictor model = MODEL.fresh(1)) {
            Map<String, FloatTensor> before = model.parameters().snapshot();
            List<Federation.RoundReport> reports = run(model, 3, config);
            Map<String, FloatTensor> after = model.parameters().values();
            assertThat(after.get("output.weight")).isEqualTo(before.get("output.weight"));
            assertThat(after.get("frequency.weight")).isNotEqualTo(before.get("frequency.weight"));
            assertThat(reports.getFirst().bytesUp()).isLessThan(4 * model.parameters().count());
        }
    }

    /// A difference of one in every direction, twice (reference values computed by hand).
    @Test
    void serverRulesStep() {
        assertThat(twice(ServerRule.AVERAGE)).isCloseTo(1, within(1e-6));
        assertThat(twice(new ServerRule(ServerRule.Kind.AVERAGE, 0.5)))
                .isCloseTo(0.75, within(1e-6));
        // 0.1, then 0.1 (0.9 + 1 - 0.1)
        assertThat(twice(new ServerRule(ServerRule.Kind.MOMENTUM, 0.1)))
                .isCloseTo(0.28, within(1e-6));
        // m = 0.1, √v = 0.1; m = 0.189901, v = 0.0099 + 0.01 0.990099²
        double first = 0.01 * 0.1 / 0.101;
        double rest = 1 - first;
        double m = 0.09 + 0.1 * rest;
        double v = 0.99 * 0.01 + 0.01 * rest * rest;
        assertThat(twice(new ServerRule(ServerRule.Kind.ADAM, 0.01)))
                .isCloseTo(first + 0.01 * m / (Math.sqrt(v) + 1e-3), within(1e-5));
    }

    private static double twice(ServerRule rule) {
        ServerOptimizer optimizer = new ServerOptimizer(rule);
        var x = new java.util.LinkedHashMap<String, FloatTensor>();
        x.put("x", FloatTensor.zeros(1));
        Map<String, FloatTensor> target =
                Map.of("x", new FloatTensor(new long[] {1}, new float[] {1}));
        List<Float> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            x.putAll(optimizer.next(x, target));
            seen.add(Objects.requireNonNull(x.get("x")).values()[0]);
        }
        ServerOptimizer resumed = new ServerOptimizer(rule);
        resumed.restore(optimizer.state());
        assertThat(resumed.next(x, target)).isEqualTo(optimizer.next(x, target));
        return seen.getLast();
    }
}
