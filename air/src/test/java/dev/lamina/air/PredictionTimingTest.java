package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import dev.lamina.radio.CsiShape;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PredictionTimingTest {
    private static final ArrayLayout LAYOUT = ArrayLayout.parse("2x2x1");
    private static final Target TARGET = Target.sameBand(2, 12);

    static {
        Tensors.useThreads(1);
    }

    private static History history(int paths) {
        CsiShape shape = new CsiShape(8, 12, LAYOUT.antennas());
        List<PathTracks.Path> made = PathTracks.paths(paths, LAYOUT, 3);
        float[] channels = PathTracks.channels(made, shape, LAYOUT, 0, 0);
        return new History(shape, PathTracks.noisy(channels, 0.02, 5), LAYOUT);
    }

    @Test
    void partsOfAModelOverPaths() {
        PredictionTiming timing = new PredictionTiming(List.of(history(1), history(3)), TARGET);
        try (PathPredictor lam = new PathModel(8, 2, "fresh:8x2", 1, 0).fresh(1)) {
            PredictionTiming.Times times =
                    Objects.requireNonNull(timing.of(lam, 2, 0.01, () -> false));
            PredictionTiming.Parts parts = Objects.requireNonNull(times.parts());
            assertThat(parts.paths()).isBetween(1.5, 6.0);
            assertThat(parts.seconds()).isEqualTo(times.seconds()).isPositive();
            assertThat(times.secondsOnAll()).isPositive();
            assertThat(parts.networkFlops()).isBetween(lam.flops(1, 1), lam.flops(8, 1));
        }
        PredictionTiming.Times persistence =
                Objects.requireNonNull(timing.of(new Persistence(), 1, 0, () -> false));
        assertThat(persistence.parts()).isNull();
        assertThat(timing.of(new Persistence(), 1, 0, () -> true)).isNull();
    }

    /// Every weight of a linear layer counts twice for each token; attention grows with the square.
    @Test
    void operationsAreCountedFromTheWeights() {
        try (PathPredictor lam = new PathModel(8, 2, "fresh:8x2", 2, 0).fresh(1)) {
            double weights =
                    lam.parameters().snapshot().values().stream()
                            .filter(tensor -> tensor.shape().length == 2)
                            .mapToDouble(FloatTensor::size)
                            .sum();
            double products = 2.0 * 3 * (PathTokens.GUESS_COUNT * 2 + 2 * 2 * 8);
            for (int paths : new int[] {1, 5}) {
                double attention = 2 * 4.0 * paths * paths * 8;
                assertThat(lam.flops(paths, 3))
                        .isCloseTo(2 * paths * (weights + products) + attention, within(1e-6));
            }
        }
        try (PathPredictor plain = new PathModel(8, 2, "shape:2x12x2", 2, 1).fresh(1);
                PathPredictor more = new PathModel(8, 2, "shape:2x12x2", 2, 3).fresh(1)) {
            // two blocks, three pairs each, two ranks more
            assertThat(more.flops(5, 1) - plain.flops(5, 1))
                    .isCloseTo(2.0 * 5 * 2 * 3 * 2 * (12 + 12), within(1e-6));
        }
    }
}
