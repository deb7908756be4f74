package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Slices, copies and shared passes compute what the segment itself does.
class SegmentTest {
    private static final Lora LORA = new Lora(2, 4, 0, List.of(Lora.Target.values()));
    private static final int CLASSES = 3;

    @Test
    void slicesOneAfterAnotherAndACopyAreTheSegment() {
        try (NDManager manager = Tensors.newManager()) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            TokenBatch batch = Models.batch(3, 4, 9, Models.TINY.vocabulary());
            FloatTensor expected = forward(manager, List.of(whole), batch);
            assertThat(whole.slices()).hasSize(5);
            assertThat(forward(manager, whole.slices(), batch)).isEqualTo(expected);
            assertThat(forward(manager, List.of(whole.copyTo(manager)), batch)).isEqualTo(expected);
        }
    }

    @Test
    void aCopyHasWeightsOfItsOwn() {
        try (NDManager manager = Tensors.newManager();
                NDManager other = manager.newSubManager()) {
            Bert bert = Models.tiny(manager, 1);
            Segment whole = new Segment(bert.embeddings(), 0, bert.blocks(), null);
            Segment copy = whole.copyTo(other);
            TokenBatch batch = Models.batch(3, 4, 9, Models.TINY.vocabulary());
            FloatTensor before = forward(manager, List.of(copy), batch);
            Autograd.withoutGradient(
                    () -> ((Linear.Dense) whole.blocks().getFirst().value()).weight().muli(2));
            assertThat(forward(manager, List.of(copy), batch)).isEqualTo(before);
            assertThat(forward(manager, List.of(whole), batch)).isNotEqualTo(before);
        }
    }

    @Test
    void oneWithAdaptersCannotBeCopied() {
        try (NDManager manager = Tensors.newManager();
                Parameters set =
                        new Parameters(manager, Models.trained(LORA, Models.TINY, CLASSES, 5))) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            Segment adapted = LORA.attach(whole, set, Dropout.OFF);
            assertThatThrownBy(() -> adapted.copyTo(manager))
                    .isInstanceOf(ClassCastException.class);
        }
    }

    @Test
    void aSharedPassGivesEachAdapterTheGradientsOfItsOwnRows() {
        try (NDManager manager = Tensors.newManager()) {
            Segment whole = Models.whole(Models.tiny(manager, 1), manager, CLASSES);
            Segment blocks = new Segment(null, 0, whole.blocks(), null);
            List<Integer> rows = List.of(3, 1, 4);
            List<Parameters> sets = new ArrayList<>();
            List<Lora.Share> shares = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                Parameters set =
                        new Parameters(manager, Models.trained(LORA, Models.TINY, CLASSES, i));
                sets.add(set);
                shares.add(new Lora.Share(set, Dropout.OFF, rows.get(i)));
            }
            FloatTensor input = Models.random(4, "input", 1, 8, 5, 16);
            FloatTensor upstream = Models.random(5, "upstream", 1, 8, 5, 16);
            try (NDManager step = manager.newSubManager()) {
                NDArray mask = TokenBatch.mask(step, new int[] {5, 3, 4, 2, 5, 5, 1, 4});
                NDArray x = Autograd.leaf(Tensors.toEngine(step, input));
                NDArray up = Tensors.toEngine(step, upstream);
                NDArray joint =
                        Autograd.recording(() -> LORA.attach(blocks, shares).forward(x, mask));
                Autograd.backward(joint, up);
                FloatTensor jointGradient = Autograd.takeGradient(x);
                List<Map<String, FloatTensor>> expected =
                        sets.stream()
                                .<Map<String, FloatTensor>>map(Parameters::takeGradients)
                                .toList();
                int from = 0;
                for (int i = 0; i < rows.size(); i++) {
                    int to = from + rows.get(i);
                    String own = from + ":" + to;
                    Parameters set = sets.get(i);
                    NDArray alone =
                            Autograd.recording(() ->
                                    LORA.attach(blocks, set, Dropout.OFF)
                                            .forward(x.get(own), mask.get(own)));
                    assertThat(
                                    Models.relativeDifference(
                                            Tensors.toJava(joint.get(own)), Tensors.toJava(alone)))
                            .isLessThan(1e-5);
                    Autograd.backward(alone, up.get(own));
                    Map<String, FloatTensor> gradients = set.takeGradients();
                    Map<String, FloatTensor> ofJoint = expected.get(i);
                    LORA.names(blocks)
                            .forEach(name ->
                                    assertThat(
                                                    Models.relativeDifference(
                                                            Models.get(ofJoint, name),
                                                            Models.get(gradients, name)))
                                            .as(name)
                                            .isLessThan(1e-4));
                    from = to;
                }
                assertThat(Models.relativeDifference(jointGradient, Autograd.takeGradient(x)))
                        .isLessThan(1e-4);
            }
            sets.forEach(Parameters::close);
        }
    }

    private static FloatTensor forward(NDManager manager, List<Segment> chain, TokenBatch batch) {
        try (NDManager step = manager.newSubManager()) {
            NDArray x = batch.ids(step);
            for (Segment segment : chain) {
                x = segment.forward(x, TokenBatch.mask(step, batch.lengths()));
            }
            return Tensors.toJava(x);
        }
    }
}
