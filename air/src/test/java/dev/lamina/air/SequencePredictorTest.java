package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.radio.CsiShape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequencePredictorTest {
    static Stream<SequenceModel> models() {
        return TinyModels.all();
    }

    /// An antenna's prediction depends on the others through their common power only.
    @ParameterizedTest
    @MethodSource("models")
    void isIndependentOfTheBatch(SequenceModel model) {
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            Track track = TinyModels.tracks(model, 1, 2).get(0);
            History three = track.history();
            float[] together = predictor.predict(three, track.target());
            for (int a = 0; a < 3; a++) {
                float[] past = Sequence.antenna(three.channels(), a, 3, 1);
                double own = 0;
                for (float value : past) {
                    own += (double) value * value;
                }
                double rest = 2 * three.power() - own / three.shape().size() * 3;
                assertThat(rest).isPositive();
                // this antenna, and another one that makes the mean power what it was
                float[] pair = new float[2 * past.length];
                for (int i = 0; i < past.length; i += 2) {
                    pair[2 * i] = past[i];
                    pair[2 * i + 1] = past[i + 1];
                    pair[2 * i + 2] = (float) Math.sqrt(rest);
                }
                History two = new History(new CsiShape(8, 4, 2), pair, ArrayLayout.unknown(2));
                assertThat(two.power()).isCloseTo(three.power(), within(1e-6));
                float[] predicted = predictor.predict(two, track.target());
                for (int i = 0; i < predicted.length / 4; i++) {
                    assertThat(predicted[4 * i]).isCloseTo(together[6 * i + 2 * a], within(2e-5f));
                    assertThat(predicted[4 * i + 1])
                            .isCloseTo(together[6 * i + 2 * a + 1], within(2e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void scalesWithTheHistory(SequenceModel model) {
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            Track track = TinyModels.tracks(model, 1, 2).get(0);
            float[] channels = track.history().channels();
            float[] weak = new float[channels.length];
            for (int i = 0; i < weak.length; i++) {
                weak[i] = channels[i] * 0x1p-20f;
            }
            float[] strong = predictor.predict(track.history(), track.target());
            float[] predicted =
                    predictor.predict(
                            new History(track.history().shape(), weak, track.history().layout()),
                            track.target());
            for (int i = 0; i < strong.length; i++) {
                assertThat(predicted[i] * 0x1p20f).isCloseTo(strong[i], within(1e-5f));
            }
            assertThat(predictor.predict(zero(track.history()), track.target())).containsOnly(0f);
        }
    }

    private static History zero(History history) {
        return new History(history.shape(), new float[history.channels().length], history.layout());
    }

    @Test
    void refusesOtherShapes() {
        SequenceModel model = models().toList().get(1);
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            Track track = TinyModels.tracks(model, 1, 2).get(0);
            assertThatThrownBy(() -> predictor.predict(track.history(), Target.sameBand(3, 4)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("gru was trained to predict 2 steps")
                    .hasMessageContaining("not 3");
            History longer =
                    new History(new CsiShape(9, 4, 1), new float[72], ArrayLayout.unknown(1));
            assertThatThrownBy(() -> predictor.predict(longer, track.target()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("9 steps and 4 subcarriers for gru");
        }
    }

    /// Turning the past turns the future by the same, subcarrier by subcarrier, on one grid.
    @Test
    void variationIsAnotherTrack() {
        Tracks tracks = Exponentials.otherBand(1, 4);
        SequenceShape shape = SequenceShape.of(tracks.config());
        Track track = tracks.get(0);
        Sequence one =
                new Sequence(
                        Sequence.antenna(track.history().channels(), 1, 3, 1),
                        Sequence.antenna(track.clean(), 1, 3, 1));
        Sequence other = one.turned(shape, 0.157, Seeds.stream(1, "test"));
        double[] past = turn(one.past(), other.past(), 4);
        double[] future = turn(one.future(), other.future(), 4);
        double slope = past[1] - past[0];
        assertThat(slope).isNotZero().isBetween(-0.157, 0.157);
        for (int k = 0; k < 4; k++) {
            assertThat(Math.cos(past[k] - past[0] - k * slope)).isCloseTo(1, within(1e-5));
            assertThat(Math.cos(future[k] - past[0] - (4 + k) * slope)).isCloseTo(1, within(1e-5));
        }
    }

    private static double[] turn(float[] from, float[] to, int subcarriers) {
        double[] angles = new double[subcarriers];
        for (int k = 0; k < subcarriers; k++) {
            angles[k] =
                    Math.atan2(to[2 * k + 1], to[2 * k]) - Math.atan2(from[2 * k + 1], from[2 * k]);
        }
        return angles;
    }

    @Test
    void delaysAreTheInverseFourierTransform() {
        int n = 5;
        float[] matrix = Layers.toDelays(n).values();
        double delay = 2 * Math.PI * 2 / n; // the path of bin 2
        double[] bins = new double[2 * n];
        for (int k = 0; k < n; k++) {
            for (int j = 0; j < 2 * n; j++) {
                bins[j] +=
                        Math.cos(delay * k) * matrix[2 * k * 2 * n + j]
                                - Math.sin(delay * k) * matrix[(2 * k + 1) * 2 * n + j];
            }
        }
        for (int j = 0; j < 2 * n; j++) {
            assertThat(bins[j]).isCloseTo(j == 4 ? Math.sqrt(n) : 0, within(1e-5));
        }
    }
}
