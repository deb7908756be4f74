package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Lora;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Devices with adapters of different ranks: whole training runs.
class RanksTest {
    private static final List<Integer> RANKS = List.of(1, 4, 2);

    @TempDir Path temp;

    private FinetuneSpec federated = Specs.of(Path.of("unset"), Scheme.FEDERATED, 1);

    @BeforeEach
    void data() {
        federated = Specs.of(Specs.data(temp), Scheme.FEDERATED, 3);
    }

    private FinetuneSpec spec(RankAggregation method) {
        return method == RankAggregation.AVERAGE ? federated : spec(method, RANKS);
    }

    private FinetuneSpec spec(RankAggregation method, List<Integer> ranks) {
        return Specs.with(federated, Map.of("joining", Joining.of(ranks, method)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AVERAGE") // EquivalenceTest has it
    void whereTheModelIsCutDoesNotMatter(RankAggregation method) {
        Run whole = Run.of(spec(method));
        FinetuneSpec shared = spec(method).withScheme(Scheme.SHARED);
        Run cut = Run.of(Specs.with(shared, Map.of("cuts", List.of(1, 0, 2))));
        for (int i = 0; i < whole.losses.size(); i++) {
            assertThat(cut.losses.get(i)).isCloseTo(whole.losses.get(i), within(1e-3));
        }
        assertThat(cut.result.valLoss().getLast())
                .isCloseTo(whole.result.valLoss().getLast(), within(1e-3));
    }

    @Test
    void parallelEqualsSharedToTheBit() {
        FinetuneSpec shared = spec(RankAggregation.STACK).withScheme(Scheme.SHARED);
        Run.of(shared.withScheme(Scheme.PARALLEL)).sameAdapter(Run.of(shared), 0);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AVERAGE")
    void itLearns(RankAggregation method) {
        FinetuneResult result = Run.of(Specs.with(spec(method), 3, 3e-2)).result;
        assertThat(result.trainLoss().getLast()).isLessThan(0.75 * result.trainLoss().getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "ZERO_PAD,FEDERATED,4",
        "SVD,FEDERATED,3",
        "SVD,SHARED,4",
        "STACK,FEDERATED,4",
        "STACK,SHARED,1",
        "STACK,SHARED,3",
        "STACK,SHARED,4",
        "FFA,SHARED,4",
        "FFA,FEDERATED,4",
    })
    void aStoppedRunGoesOnToTheBitIdenticalAdapter(
            RankAggregation method, Scheme scheme, int stopAfter) throws IOException {
        FinetuneSpec run = spec(method).withScheme(scheme);
        FinetuneResult undisturbed;
        try (Finetune job = Finetune.prepare(run)) {
            undisturbed = Objects.requireNonNull(job.run(null, false, new RunListener() {}));
            job.saveAdapter(temp.resolve("expected"));
        }
        try (Finetune job = Finetune.prepare(run)) {
            assertThat(job.run(temp, false, new StopAfter(stopAfter))).isNull();
        }
        try (Finetune job = Finetune.prepare(run)) {
            FinetuneResult resumed =
                    Objects.requireNonNull(job.run(temp, true, new RunListener() {}));
            job.saveAdapter(temp.resolve("resumed"));
            assertThat(bytes("resumed")).isEqualTo(bytes("expected"));
            assertThat(resumed.trainLoss()).isEqualTo(undisturbed.trainLoss());
            assertThat(resumed.valLoss()).isEqualTo(undisturbed.valLoss());
            assertThat(resumed.truncation()).isEqualTo(undisturbed.truncation());
            assertThat(resumed.uplinkBytes()).isEqualTo(undisturbed.uplinkBytes());
            assertThat(resumed.downlinkBytes()).isEqualTo(undisturbed.downlinkBytes());
        }
    }

    private byte[] bytes(String directory) throws IOException {
        return Files.readAllBytes(temp.resolve(directory).resolve("adapter_model.safetensors"));
    }

    /// The adapter that is saved, and read again, is as good as the one that was evaluated.
    @ParameterizedTest
    @EnumSource(RankAggregation.class)
    void theSavedAdapterIsTheGlobalOne(RankAggregation method) {
        FinetuneSpec run = spec(method);
        try (Finetune job = Finetune.prepare(run)) {
            FinetuneResult result =
                    Objects.requireNonNull(job.run(null, false, new RunListener() {}));
            job.saveAdapter(temp.resolve("adapter"));
            var read = AdapterFiles.load(temp.resolve("adapter"));
            assertThat(read.lora().scaling()).isCloseTo(run.lora().scaling(), within(1e-12));
            int bound = RANKS.stream().mapToInt(r -> r).sum() * run.rounds();
            assertThat(read.lora().rank())
                    .isBetween(run.lora().rank(), Math.max(run.lora().rank(), bound));
            assertThat(result.aggregation()).isEqualTo(method.toString());
        }
    }

    @Test
    void theFactorsOfADifferenceAreTheDifference() {
        try (TaskModel model =
                TaskModel.load(spec(RankAggregation.STACK), List.of("food", "weather"))) {
            String layer = "encoder.layer.1.attention.self.query";
            FloatTensor difference = FloatTensor.zeros(32, 32);
            difference.values()[3 * 32 + 5] = 2; // of rank 1
            var tensors = PairAggregation.withoutPairs(model.initial());
            tensors.put(layer + PairAggregation.DIFFERENCE, difference);
            var adapter = model.adapter(tensors);
            assertThat(adapter.lora().rank()).isEqualTo(1);
            FloatTensor product =
                    LowRank.product(
                            Objects.requireNonNull(adapter.tensors().get(layer + Lora.B)),
                            Objects.requireNonNull(adapter.tensors().get(layer + Lora.A)),
                            adapter.lora().scaling());
            for (int i = 0; i < product.size(); i++) {
                assertThat(product.values()[i]).isCloseTo(difference.values()[i], within(1e-6f));
            }
        }
    }

    /// Of the whole model with rank r: 3 blocks, query and value 32 → 32, output 128 → 32.
    private static long pairBytes(int rank, boolean a, boolean b) {
        long in = 32 + 32 + 128;
        long out = 32 + 32 + 32;
        return 4L * 3 * rank * ((a ? in : 0) + (b ? out : 0));
    }

    @Test
    void bytesAreThoseOfEachDevicesRank() {
        long head = 4L * (2 * 32 + 2);
        long adapters = RANKS.stream().mapToLong(r -> pairBytes(r, true, true)).sum();
        int rounds = federated.rounds();
        for (RankAggregation method : List.of(RankAggregation.ZERO_PAD, RankAggregation.SVD)) {
            FinetuneResult result = Run.of(spec(method)).result;
            assertThat(result.ranks()).isEqualTo(RANKS);
            assertThat(updates(result.uplinkBytes(), rounds)).isEqualTo(adapters + 3 * head);
        }
        long onlyB = RANKS.stream().mapToLong(r -> pairBytes(r, false, true)).sum();
        FinetuneResult ffa = Run.of(spec(RankAggregation.FFA)).result;
        assertThat(updates(ffa.uplinkBytes(), rounds)).isEqualTo(onlyB + 3 * head);
        assertThat(ffa.downlinkBytes()).isEqualTo(rounds * (onlyB + 3 * head));
        assertThat(ffa.adapterParameters() * 4).isEqualTo(pairBytes(4, false, true) + head);
        FinetuneResult stack = Run.of(spec(RankAggregation.STACK)).result;
        assertThat(updates(stack.uplinkBytes(), rounds)).isEqualTo(adapters + 3 * head);
        // down: the head, and from the second round on the factors of all to each
        assertThat(stack.downlinkBytes())
                .isEqualTo(3 * head * rounds + 3L * (rounds - 1) * pairBytes(7, true, true));
    }

    /// A round's tensors, without the number of samples that each update carries.
    private static long updates(long uplinkBytes, int rounds) {
        return uplinkBytes / rounds - 3 * Long.BYTES;
    }

    @Test
    void modelledBytesFollowTheRanks() {
        Bert.Config shape = Backbone.config(federated.model());
        for (RankAggregation method : List.of(RankAggregation.SVD, RankAggregation.FFA)) {
            boolean a = method != RankAggregation.FFA;
            StepTime time = new StepTime(spec(method), shape, 2);
            for (int u = 0; u < 3; u++) {
                double expected = pairBytes(RANKS.get(u), a, true) + 4.0 * (2 * 32 + 2);
                assertThat(time.upBytes(u)).isEqualTo(expected);
                assertThat(time.downBytes(u)).isEqualTo(expected);
            }
        }
        assertThat(new StepTime(spec(RankAggregation.STACK), shape, 2).downBytes(0))
                .isEqualTo(pairBytes(7, true, true) + 4.0 * (2 * 32 + 2));
        BatchShape batch = new BatchShape(8, 32);
        FinetuneSpec svd = spec(RankAggregation.SVD);
        List<Long> memory =
                MemoryModel.of(svd, shape, 2).devices(svd, List.of(batch, batch, batch));
        assertThat(memory.get(1) - memory.get(0)).isEqualTo(5 * pairBytes(3, true, true));
        FinetuneSpec ffa = spec(RankAggregation.FFA);
        long frozen =
                MemoryModel.of(ffa, shape, 2).devices(ffa, List.of(batch, batch, batch)).get(1);
        assertThat(frozen).isLessThan(memory.get(1));
    }

    @Test
    void aDeviceThatIsLeftOutTakesItsRankWithIt() {
        FinetuneSpec some = spec(RankAggregation.SVD).keeping(List.of(0, 2), List.of(1));
        assertThat(some.rankOfEach()).containsExactly(1, 2);
        assertThat(some.lora().rank()).isEqualTo(4);
    }

    @Test
    void devicesOfDifferentRanksShareAPass() {
        FinetuneSpec shared =
                Specs.with(
                        spec(RankAggregation.SVD).withScheme(Scheme.SHARED),
                        Map.of("lora", new Lora(4, 8, 0, federated.lora().targets())));
        Run alone = Run.of(shared);
        Run joint = Run.of(shared.withExecution(shared.codec(), new Execution(false, 1, true, 1)));
        for (int i = 0; i < alone.losses.size(); i++) {
            assertThat(joint.losses.get(i)).isCloseTo(alone.losses.get(i), within(1e-3));
        }
        Run together =
                Run.of(shared.withExecution(shared.codec(), new Execution(false, 1, false, 3)));
        for (int i = 0; i < alone.losses.size(); i++) {
            assertThat(together.losses.get(i)).isCloseTo(alone.losses.get(i), within(1e-3));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ZERO_PAD", "FFA"})
    void aLossyCodecSendsDifferencesAtTheDevicesRank(RankAggregation method) {
        Run exact = Run.of(spec(method));
        Run coarse = Run.of(Specs.withUpdateCodec(spec(method), new TensorCodec.Fp16()));
        assertThat(coarse.adapter).isNotEqualTo(exact.adapter);
        coarse.sameAdapter(exact, 5e-3);
        assertThat(coarse.result.uplinkBytes()).isLessThan(coarse.result.downlinkBytes());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(() -> spec(RankAggregation.AVERAGE, RANKS), "average needs equal ranks");
        refused(() -> spec(RankAggregation.SVD, List.of(4, 2)), "rank names 2 numbers for 3 dev");
        refused(() -> spec(RankAggregation.SVD, List.of(4, 0, 2)), "rank 0 is below 1");
        refused(
                () -> spec(RankAggregation.SVD).withScheme(Scheme.SEQUENTIAL),
                "rank 1,4,2 is not for scheme sequential");
        refused(
                () -> spec(RankAggregation.FFA, List.of(4)).withScheme(Scheme.CENTRAL),
                "aggregation ffa is not for scheme central");
        refused(
                () -> Specs.withUpdateCodec(spec(RankAggregation.STACK), new TensorCodec.Int8()),
                "update-codec int8");
        refused(() -> RankAggregation.of("median"), "aggregation 'median' is not known");
        refused(spec(RankAggregation.SVD).joining()::checkNetwork, "is for runs in one process");
        Joining.of(List.of(4, 4, 4), RankAggregation.AVERAGE).checkNetwork();
    }

    /// Specs.with reflects, so the cause is looked at.
    private static void refused(Runnable run, String message) {
        assertThatThrownBy(run::run)
                .satisfiesAnyOf(
                        e ->
                                assertThat(e)
                                        .isInstanceOf(BadInputException.class)
                                        .hasMessageContaining(message),
                        e ->
                                assertThat(e)
                                        .rootCause()
                                        .isInstanceOf(BadInputException.class)
                                        .hasMessageContaining(message));
    }
}
