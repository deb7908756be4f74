package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Gradients;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceGradientsTest {
    /// The longer one suffers less from rounding, the shorter one crosses fewer kinks of ReLUs.
    private static final double[] STEPS = {1e-3, 3e-4};

    static Stream<SequenceModel> models() {
        return TinyModels.all();
    }

    /// Along each tensor's own gradient, the loss changes as fast as the gradient is long.
    @ParameterizedTest
    @MethodSource("models")
    void agreeWithFiniteDifferences(SequenceModel model) {
        check(model);
    }

    static void check(SequenceModel model) {
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 5)) {
            List<Sequence> batch = new ArrayList<>();
            TinyModels.tracks(model, 2, 3)
                    .all()
                    .forEach(track -> batch.addAll(predictor.examples(track)));
            check(predictor, batch);
        }
    }

    static <E> void check(Trainable<E> predictor, List<E> batch) {
        SequencedMap<String, FloatTensor> start = predictor.parameters().snapshot();
        SequencedMap<String, FloatTensor> gradients = gradients(predictor, batch);
        double longest = 0;
        for (var entry : gradients.entrySet()) {
            double norm = Gradients.norm(List.of(entry.getValue()));
            longest = Math.max(longest, norm);
            double nearest = Double.NaN;
            for (double step : STEPS) {
                double up = lossAt(predictor, batch, start, entry.getKey(), gradients, step);
                double down = lossAt(predictor, batch, start, entry.getKey(), gradients, -step);
                double slope = (up - down) / (2 * step);
                if (!(Math.abs(nearest - norm) <= Math.abs(slope - norm))) {
                    nearest = slope;
                }
            }
            assertThat(nearest)
                    .as(predictor.name() + " " + entry.getKey())
                    .isCloseTo(norm, within(2e-2 * norm + 3e-4));
        }
        assertThat(longest).isGreaterThan(0.05);
    }

    private static <E> SequencedMap<String, FloatTensor> gradients(
            Trainable<E> predictor, List<E> batch) {
        try (NDManager scope = predictor.manager().newSubManager()) {
            NDArray loss = Autograd.recording(() -> predictor.loss(batch, Pass.evaluation(scope)));
            Autograd.backward(loss);
        }
        return predictor.parameters().takeGradients();
    }

    private static <E> double lossAt(
            Trainable<E> predictor,
            List<E> batch,
            SequencedMap<String, FloatTensor> start,
            String name,
            SequencedMap<String, FloatTensor> gradients,
            double distance) {
        SequencedMap<String, FloatTensor> moved = new LinkedHashMap<>(start);
        FloatTensor direction = Objects.requireNonNull(gradients.get(name));
        double norm = Math.max(1e-12, Gradients.norm(List.of(direction)));
        moved.computeIfPresent(
                name,
                (_, tensor) -> {
                    FloatTensor copy = tensor.copy();
                    for (int i = 0; i < copy.size(); i++) {
                        copy.values()[i] += (float) (distance * direction.values()[i] / norm);
                    }
                    return copy;
                });
        predictor.parameters().assign(moved);
        try (NDManager scope = predictor.manager().newSubManager()) {
            return Autograd.withoutGradient(() ->
                    (double)
                            Tensors.toJava(predictor.loss(batch, Pass.evaluation(scope)))
                                    .values()[0]);
        } finally {
            predictor.parameters().assign(start);
        }
    }
}
