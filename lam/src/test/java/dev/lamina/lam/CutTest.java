package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Distributed equals local: the parts of a cut model compute what the whole one does, forward and
/// backward.
class CutTest {
    private static final Lora LORA = new Lora(2, 4, 0.3, List.of(Lora.Target.values()));
    private static final int CLASSES = 3;

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,false", "3,false", "0,true", "1,true", "2,true", "3,true"})
    void partsEqualTheWhole(int blocks, boolean headOnDevice) {
        Autograd.recording(() -> {
            comparePartsAndWhole(blocks, headOnDevice);
            return true;
        });
    }

    private static void comparePartsAndWhole(int blocks, boolean headOnDevice) {
        try (NDManager manager = Tensors.newManager();
                Parameters parameters =
                        new Parameters(manager, Models.trained(LORA, Models.TINY, CLASSES, 5))) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            Dropout drop = new Dropout(LORA.dropout(), 77);
            TokenBatch batch = Models.batch(3, 4, 9, Models.TINY.vocabulary());
            FloatTensor upstream = Models.random(9, "upstream", 1, 4, CLASSES);

            FloatTensor expected;
            Map<String, FloatTensor> expectedGradients;
            try (NDManager step = manager.newSubManager()) {
                NDArray logits =
                        LORA.attach(whole, parameters, drop)
                                .forward(batch.ids(step), TokenBatch.mask(step, batch.lengths()));
                expected = Tensors.toJava(logits);
                Autograd.backward(logits, Tensors.toEngine(step, upstream));
                expectedGradients = parameters.takeGradients();
            }

            Cut.Parts parts = new Cut(blocks, headOnDevice).apply(whole);
            try (NDManager step = manager.newSubManager()) {
                NDArray mask = TokenBatch.mask(step, batch.lengths());
                NDArray lower =
                        LORA.attach(parts.lower(), parameters, drop).forward(batch.ids(step), mask);
                NDArray middleIn = Autograd.leaf(Tensors.toEngine(step, Tensors.toJava(lower)));
                NDArray middle =
                        LORA.attach(parts.middle(), parameters, drop).forward(middleIn, mask);
                NDArray upperIn = Autograd.leaf(Tensors.toEngine(step, Tensors.toJava(middle)));
                NDArray upper = LORA.attach(parts.upper(), parameters, drop).forward(upperIn, mask);
                assertThat(Models.relativeDifference(Tensors.toJava(upper), expected))
                        .isLessThan(1e-5);

                FloatTensor gradient = upstream;
                if (!parts.upper().isEmpty()) {
                    Autograd.backward(upper, Tensors.toEngine(step, gradient));
                    gradient = Autograd.takeGradient(upperIn);
                }
                if (!parts.middle().isEmpty()) {
                    Autograd.backward(middle, Tensors.toEngine(step, gradient));
                    gradient = Autograd.takeGradient(middleIn);
                }
                if (!LORA.names(parts.lower()).isEmpty()) {
                    Autograd.backward(lower, Tensors.toEngine(step, gradient));
                }
            }
            Map<String, FloatTensor> gradients = parameters.takeGradients();
            assertThat(gradients.keySet()).isEqualTo(expectedGradients.keySet());
            gradients.forEach((name, gradient) ->
                    assertThat(
                                    Models.relativeDifference(
                                            gradient, Models.get(expectedGradients, name)))
                            .as(name)
                            .isLessThan(1e-5));
        }
    }

    @Test
    void everyTrainableTensorBelongsToExactlyOnePart() {
        try (NDManager manager = Tensors.newManager()) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            Cut.Parts parts = new Cut(2, true).apply(whole);
            assertThat(LORA.names(parts.lower())).hasSize(24);
            assertThat(LORA.names(parts.middle())).hasSize(12);
            assertThat(LORA.names(parts.upper()))
                    .containsExactly("classifier.weight", "classifier.bias");
        }
    }

    @Test
    void refusesACutBeyondTheLastBlock() {
        try (NDManager manager = Tensors.newManager()) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            assertThatThrownBy(() -> new Cut(99, false).apply(whole))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("cut 99 is outside 0..3")
                    .hasMessageContaining("Maybe ");
        }
    }
}
