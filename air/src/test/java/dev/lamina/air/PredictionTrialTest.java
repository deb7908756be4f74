package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionTrialTest {
    private static final CsiShape SHAPE = new CsiShape(6, 4, 2);

    /// Tracks of ones, the second silent in some steps.
    private record Ones(int from, int to) implements Csi {
        @Override
        public CsiShape shape() {
            return SHAPE;
        }

        @Override
        public int tracks() {
            return 2;
        }

        @Override
        public float[] track(int index) {
            float[] track = new float[2 * SHAPE.size()];
            Arrays.fill(track, 1);
            if (index == 1) {
                int row = track.length / SHAPE.steps();
                Arrays.fill(track, from * row, to * row, 0);
            }
            return track;
        }

        @Override
        public Map<String, double[]> labels() {
            return Map.of();
        }
    }

    /// A ratio to nothing is no result.
    @ParameterizedTest
    @CsvSource({"0, 4, the history", "4, 6, the future"})
    void silenceIsRefused(int from, int to, String part) {
        PredictionSetting setting =
                new PredictionSetting(4, 2, false, 18, ArrayLayout.unknown(2), 1);
        PredictionTrial trial = new PredictionTrial(new Ones(from, to), setting);
        assertThatThrownBy(() -> trial.run(List.of(new Persistence()), 1, _ -> {}, () -> false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(part + " of track 1 has a mean power of 0.0")
                .hasMessageContaining("Maybe");
    }
}
