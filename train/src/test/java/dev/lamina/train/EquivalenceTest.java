package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.edge.ServerOrder;
import dev.lamina.nn.TensorCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Distributed equals local, and equal to itself: whole training runs compared.
class EquivalenceTest {
    @TempDir Path temp;

    private FinetuneSpec shared = Specs.of(Path.of("unset"), Scheme.SHARED, 1);

    @BeforeEach
    void data() {
        shared = Specs.of(Specs.data(temp), Scheme.SHARED, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void sharedWithOneDeviceEqualsCentralStepByStep(int cut) {
        Run central = Run.of(Specs.of(Specs.data(temp), Scheme.CENTRAL, 1));
        Run split =
                Run.of(
                        Specs.with(
                                Specs.of(Specs.data(temp), Scheme.SHARED, 1),
                                List.of(cut),
                                new ServerOrder.Fifo(),
                                new TensorCodec.Fp32()));
        assertThat(central.losses).hasSize(24);
        for (int i = 0; i < central.losses.size(); i++) {
            assertThat(split.losses.get(i))
                    .as("step " + i)
                    .isCloseTo(central.losses.get(i), within(1e-5));
        }
        split.sameAdapter(central, 1e-4); // 24 steps of AdamW carry roundings on
    }

    @Test
    void anyServerOrderGivesTheSameAdapters() {
        Run longestTail = Run.of(shared);
        for (ServerOrder order :
                List.of(
                        new ServerOrder.Fifo(),
                        new ServerOrder.StrictLongestTail(),
                        new ServerOrder.Random(3))) {
            Run.of(Specs.with(shared, List.of(1), order, new TensorCodec.Fp32()))
                    .sameAdapter(longestTail, 0);
        }
    }

    @Test
    void anyNumberOfLanesGivesTheSameAdapters() {
        Run.of(shared.withThreads(1)).sameAdapter(Run.of(shared.withThreads(3)), 0);
    }

    @Test
    void differentCutsOnDifferentDevicesGiveTheSameAdapters() {
        Run one = Run.of(shared);
        Run many =
                Run.of(
                        Specs.with(
                                shared, List.of(0, 3, 2), shared.order(), new TensorCodec.Fp32()));
        many.sameAdapter(one, 1e-3);
        Run federated = Run.of(Specs.of(Specs.data(temp), Scheme.FEDERATED, 3));
        federated.sameAdapter(one, 1e-3);
    }

    @Test
    void aLossyCodecIsNotExactButTrains() {
        Run exact = Run.of(shared);
        Run coarse = Run.of(Specs.with(shared, List.of(1), shared.order(), new TensorCodec.Int8()));
        assertThat(coarse.adapter).isNotEqualTo(exact.adapter);
        assertThat(coarse.losses.getLast()).isCloseTo(exact.losses.getLast(), within(0.1));
        assertThat(coarse.result.uplinkBytes()).isLessThan(exact.result.uplinkBytes() / 2);
    }

    @Test
    void itLearns() {
        Run run = Run.of(Specs.with(shared, 8, 1e-2));
        assertThat(run.losses.getFirst()).isGreaterThan(0.5);
        assertThat(run.result.accuracy()).isGreaterThan(0.75);
    }
}
