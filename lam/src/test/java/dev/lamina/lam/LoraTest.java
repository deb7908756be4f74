package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoraTest {
    private static final int CLASSES = 3;

    @Test
    void startsAsThePlainModel() {
        Lora lora = new Lora(4, 8, 0, List.of(Lora.Target.values()));
        try (NDManager manager = Tensors.newManager()) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            SequencedMap<String, FloatTensor> fresh = lora.initial(Models.TINY, 1);
            fresh.put(Lora.HEAD_WEIGHT, FloatTensor.zeros(CLASSES, 16));
            fresh.put(Lora.HEAD_BIAS, FloatTensor.zeros(CLASSES));
            try (Parameters parameters = new Parameters(manager, fresh)) {
                Segment body = new Segment(whole.embeddings(), 0, whole.blocks(), null);
                assertThat(output(manager, lora.attach(body, parameters, Dropout.OFF)))
                        .isEqualTo(output(manager, body));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mergedEqualsUnmerged(Lora.Target target) {
        Lora lora = new Lora(4, 8, 0, List.of(target));
        try (NDManager manager = Tensors.newManager()) {
            Bert bert = Models.tiny(manager, 1);
            Segment plain = new Segment(bert.embeddings(), 0, bert.blocks(), null);
            SequencedMap<String, FloatTensor> tensors =
                    Models.trained(lora, Models.TINY, CLASSES, 2);
            try (Parameters parameters = new Parameters(manager, tensors)) {
                FloatTensor unmerged = output(manager, lora.attach(plain, parameters, Dropout.OFF));
                Bert merged = lora.merge(bert, tensors, manager);
                assertThat(
                                Models.relativeDifference(
                                        output(
                                                manager,
                                                new Segment(
                                                        merged.embeddings(),
                                                        0,
                                                        merged.blocks(),
                                                        null)),
                                        unmerged))
                        .isLessThan(1e-5);
                assertThat(Models.relativeDifference(output(manager, plain), unmerged))
                        .isGreaterThan(1e-4);
            }
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        Lora lora = new Lora(2, 4, 0, List.of(Lora.Target.values()));
        try (NDManager manager = Tensors.newManager();
                Parameters parameters =
                        new Parameters(manager, Models.trained(lora, Models.TINY, CLASSES, 3))) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            FloatTensor upstream = Models.random(4, "upstream", 1, 4, CLASSES);
            TokenBatch batch = Models.batch(3, 4, 9, Models.TINY.vocabulary());
            try (NDManager step = manager.newSubManager()) {
                NDArray logits =
                        Autograd.recording(() ->
                                lora.attach(whole, parameters, Dropout.OFF)
                                        .forward(
                                                batch.ids(step),
                                                TokenBatch.mask(step, batch.lengths())));
                Autograd.backward(logits, Tensors.toEngine(step, upstream));
            }
            Map<String, FloatTensor> gradients = parameters.takeGradients();
            for (String name : parameters.values().keySet()) {
                int at = Math.floorMod(name.hashCode(), Models.get(gradients, name).size());
                float analytic = Models.get(gradients, name).values()[at];
                double numeric =
                        (projection(
                                                manager,
                                                whole,
                                                lora,
                                                parameters,
                                                batch,
                                                upstream,
                                                name,
                                                at,
                                                1e-2f)
                                        - projection(
                                                manager,
                                                whole,
                                                lora,
                                                parameters,
                                                batch,
                                                upstream,
                                                name,
                                                at,
                                                -1e-2f))
                                / 2e-2;
                assertThat(analytic)
                        .as(name)
                        .isCloseTo(
                                (float) numeric, within((float) (2e-3 + 2e-2 * Math.abs(numeric))));
            }
        }
    }

    private static double projection(
            NDManager manager,
            Segment whole,
            Lora lora,
            Parameters parameters,
            TokenBatch batch,
            FloatTensor upstream,
            String name,
            int at,
            float shift) {
        SequencedMap<String, FloatTensor> shifted = parameters.snapshot();
        Models.get(shifted, name).values()[at] += shift;
        try (Parameters moved = new Parameters(manager, shifted);
                NDManager step = manager.newSubManager()) {
            float[] logits =
                    Tensors.toJava(
                                    lora.attach(whole, moved, Dropout.OFF)
                                            .forward(
                                                    batch.ids(step),
                                                    TokenBatch.mask(step, batch.lengths())))
                            .values();
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                sum += (double) logits[i] * upstream.values()[i];
            }
            return sum;
        }
    }

    @Test
    void dropoutDependsOnSeedAndLayerOnly() {
        try (NDManager manager = Tensors.newManager()) {
            NDArray x = Tensors.toEngine(manager, Models.random(1, "x", 1, 50, 40));
            Dropout drop = new Dropout(0.25, 8);
            FloatTensor once = Tensors.toJava(drop.apply(x, "a"));
            assertThat(Tensors.toJava(drop.apply(x, "a"))).isEqualTo(once);
            assertThat(Tensors.toJava(drop.apply(x, "b"))).isNotEqualTo(once);
            int dropped = 0;
            for (float v : once.values()) {
                dropped += v == 0 ? 1 : 0;
            }
            assertThat(dropped / 2000.0).isCloseTo(0.25, within(0.04));
        }
    }

    @Test
    void refusesImpossibleShapes() {
        assertThatThrownBy(() -> new Lora(0, 8, 0, List.of(Lora.Target.QUERY)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("rank 0");
        assertThatThrownBy(() ->
                        new Lora(10000, 8, 0, List.of(Lora.Target.QUERY)).initial(Models.TINY, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("rank 10000")
                .hasMessageContaining("16");
        assertThatThrownBy(() -> new Lora(4, Double.NaN, 0, List.of(Lora.Target.QUERY)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("alpha NaN");
        assertThatThrownBy(() -> Lora.Target.of("dense"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'dense'");
    }

    private static FloatTensor output(NDManager manager, Segment segment) {
        TokenBatch batch = Models.batch(3, 4, 9, Models.TINY.vocabulary());
        try (NDManager step = manager.newSubManager()) {
            return Tensors.toJava(
                    segment.forward(batch.ids(step), TokenBatch.mask(step, batch.lengths())));
        }
    }
}
