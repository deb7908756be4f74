package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.lam.Lora;
import dev.lamina.nn.TensorCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The schemes and ways to carry a step out, held against each other: whole training runs.
class SchemesTest {
    @TempDir Path temp;

    private FinetuneSpec shared = Specs.of(Path.of("unset"), Scheme.SHARED, 1);

    @BeforeEach
    void data() {
        shared = Specs.of(Specs.data(temp), Scheme.SHARED, 3);
    }

    @Test
    void parallelEqualsSharedToTheBit() {
        Run.of(shared.withScheme(Scheme.PARALLEL)).sameAdapter(Run.of(shared), 0);
    }

    @Test
    void sequentialWithOneDeviceEqualsCentral() {
        FinetuneSpec one = Specs.of(Specs.data(temp), Scheme.SEQUENTIAL, 1);
        Run central = Run.of(one.withScheme(Scheme.CENTRAL));
        Run.of(one).sameAdapter(central, 1e-4);
    }

    @Test
    void sequentialIsAnotherAlgorithmThanSharedAndLearns() {
        FinetuneSpec longer = Specs.with(shared, 8, 1e-2);
        Run sequential = Run.of(longer.withScheme(Scheme.SEQUENTIAL));
        assertThat(sequential.adapter).isNotEqualTo(Run.of(longer).adapter);
        assertThat(sequential.result.accuracy()).isGreaterThan(0.75);
    }

    @Test
    void sequentialWithDifferentCutsHandsTheOptimiserOn() {
        FinetuneSpec sequential = shared.withScheme(Scheme.SEQUENTIAL);
        Run one = Run.of(sequential);
        // devices keep the moments of what they hold, so other cuts are not quite the same
        Run many = Run.of(Specs.with(sequential, Map.of("cuts", List.of(0, 3, 2))));
        assertThat(many.losses.getLast()).isCloseTo(one.losses.getLast(), within(0.05));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void headOnTheDeviceEqualsHeadOnTheServer(int cut) {
        FinetuneSpec cutSo = Specs.with(shared, Map.of("cuts", List.of(cut)));
        Run server = Run.of(cutSo);
        Run device = Run.of(cutSo.withExecution(cutSo.codec(), new Execution(true, 1, false, 1)));
        for (int i = 0; i < server.losses.size(); i++) {
            assertThat(device.losses.get(i)).isCloseTo(server.losses.get(i), within(1e-5));
        }
        device.sameAdapter(server, 1e-4);
    }

    @ParameterizedTest
    @CsvSource({"1,true,false", "3,false,false", "16,true,false", "3,true,true", "2,false,true"})
    void waysToCarryAStepOutDoNotChangeIt(int microBatches, boolean recompute, boolean head) {
        FinetuneSpec exact = withoutDropout(shared);
        Run plain = Run.of(exact);
        Run other =
                Run.of(
                        exact.withExecution(
                                exact.codec(), new Execution(head, microBatches, recompute, 1)));
        for (int i = 0; i < plain.losses.size(); i++) {
            assertThat(other.losses.get(i)).isCloseTo(plain.losses.get(i), within(1e-4));
        }
        other.sameAdapter(plain, 1e-3);
    }

    @Test
    void recomputationKeepsTheSameInputsDropped() {
        Run.of(shared.withExecution(shared.codec(), new Execution(false, 1, true, 1)))
                .sameAdapter(Run.of(shared), 1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void devicesTogetherEqualDevicesAlone(int together) {
        FinetuneSpec exact = withoutDropout(shared);
        for (List<Integer> cuts : List.of(List.of(1), List.of(1, 0, 1), List.of(0))) {
            FinetuneSpec cutSo = Specs.with(exact, Map.of("cuts", cuts));
            Run alone = Run.of(cutSo);
            Run joint =
                    Run.of(
                            cutSo.withExecution(
                                    cutSo.codec(), new Execution(false, 1, false, together)));
            for (int i = 0; i < alone.losses.size(); i++) {
                assertThat(joint.losses.get(i)).isCloseTo(alone.losses.get(i), within(1e-4));
            }
            // other paddings round in another way, which AdamW magnifies where gradients are tiny
            joint.sameAdapter(alone, 1e-2);
        }
    }

    @Test
    void allImprovementsTogetherTrain() {
        FinetuneSpec plus =
                Specs.with(shared, 8, 1e-2)
                        .withExecution(new TensorCodec.Int8(), new Execution(false, 2, true, 1));
        assertThat(Run.of(plus).result.accuracy()).isGreaterThan(0.75);
    }

    private static FinetuneSpec withoutDropout(FinetuneSpec spec) {
        Lora l = spec.lora();
        return Specs.with(spec, Map.of("lora", new Lora(l.rank(), l.alpha(), 0, l.targets())));
    }
}
