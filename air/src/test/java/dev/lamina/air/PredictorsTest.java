package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorsTest {
    private static final int STEPS = 16;
    private static final int SUBCARRIERS = 24;
    private static final Target TARGET = Target.sameBand(4, SUBCARRIERS);

    private static History history(ArrayLayout layout, int paths, double noise, long seed) {
        CsiShape shape = new CsiShape(STEPS, SUBCARRIERS, layout.antennas());
        float[] clean =
                PathTracks.channels(PathTracks.paths(paths, layout, seed), shape, layout, 0, 0);
        return new History(shape, PathTracks.noisy(clean, noise, seed), layout);
    }

    private static float[] future(ArrayLayout layout, int paths, long seed, Target target) {
        CsiShape shape = new CsiShape(target.steps(), target.subcarriers(), layout.antennas());
        return PathTracks.channels(
                PathTracks.paths(paths, layout, seed),
                shape,
                layout,
                STEPS,
                target.firstSubcarrier());
    }

    static List<String> names() {
        return Predictors.names();
    }

    /// Scale, phase and time of day are nobody's business.
    @ParameterizedTest
    @MethodSource("names")
    void turnsWithTheChannels(String name) {
        ArrayLayout layout = ArrayLayout.parse("2x4x2");
        Predictor predictor = Predictors.named(name);
        History history = history(layout, 5, 0.05, 3);
        float[] turned = history.channels().clone();
        for (int i = 0; i < turned.length; i += 2) {
            float real = turned[i];
            turned[i] = -3 * turned[i + 1]; // times 3j
            turned[i + 1] = 3 * real;
        }
        float[] plain = predictor.predict(history, TARGET);
        float[] other = predictor.predict(new History(history.shape(), turned, layout), TARGET);
        float[] expected = new float[plain.length];
        for (int i = 0; i < plain.length; i += 2) {
            expected[i] = -3 * plain[i + 1];
            expected[i + 1] = 3 * plain[i];
        }
        assertThat(Nmse.of(other, expected)).isLessThan(1e-5);
        assertThat(predictor.predict(history, TARGET)).isEqualTo(plain);
    }

    /// A few paths at constant speeds and little noise: each predictor with what it can do.
    @ParameterizedTest
    @CsvSource({"ar,0.03", "kalman,0.2", "paths,0.001"})
    void predictsPaths(String name, double most) {
        ArrayLayout layout = ArrayLayout.parse("4x4x2");
        double sum = 0;
        for (long seed = 1; seed <= 5; seed++) {
            float[] predicted =
                    Predictors.named(name).predict(history(layout, 6, 0.05, seed), TARGET);
            sum += Nmse.of(predicted, future(layout, 6, seed, TARGET));
        }
        assertThat(sum / 5).isLessThan(most);
    }

    /// Prony's equations are exact without noise.
    @Test
    void pronyIsExactWithoutNoise() {
        ArrayLayout layout = ArrayLayout.parse("4x4x2");
        float[] predicted = Predictors.named("prony").predict(history(layout, 5, 0, 1), TARGET);
        assertThat(Nmse.of(predicted, future(layout, 5, 1, TARGET))).isLessThan(1e-4);
    }

    @Test
    void persistenceRepeatsTheLastStep() {
        ArrayLayout layout = ArrayLayout.unknown(3);
        History history = history(layout, 4, 0.1, 1);
        float[] predicted = Predictors.named("persistence").predict(history, TARGET);
        int row = 2 * SUBCARRIERS * 3;
        float[] last = Arrays.copyOfRange(history.channels(), (STEPS - 1) * row, STEPS * row);
        for (int t = 0; t < 4; t++) {
            assertThat(Arrays.copyOfRange(predicted, t * row, (t + 1) * row)).isEqualTo(last);
        }
    }

    /// From delays the band above follows.
    @Test
    void pathsPredictAnotherBand() {
        ArrayLayout layout = ArrayLayout.parse("4x4x2");
        Target above = new Target(4, SUBCARRIERS, SUBCARRIERS);
        float[] predicted = Predictors.named("paths").predict(history(layout, 5, 0.02, 2), above);
        assertThat(Nmse.of(predicted, future(layout, 5, 2, above))).isLessThan(0.01);
        float[] repeated =
                Predictors.named("persistence").predict(history(layout, 5, 0.02, 2), above);
        assertThat(Nmse.of(repeated, future(layout, 5, 2, above))).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x1x1", "1x1x5", "1x7", "3x2x1", "2:2x3"})
    void anyArrayWillDo(String text) {
        ArrayLayout layout = ArrayLayout.parse(text);
        for (String name : names()) {
            History history = history(layout, 3, 0.01, 4);
            float[] predicted = Predictors.named(name).predict(history, TARGET);
            assertThat(predicted).hasSize(2 * 4 * SUBCARRIERS * layout.antennas());
            for (float value : predicted) {
                assertThat(Float.isFinite(value)).isTrue();
            }
        }
    }

    /// With one antenna and one subcarrier there is nothing to tell paths from noise by.
    @Test
    void oneElementIsAPath() {
        CsiShape shape = new CsiShape(STEPS, 1, 1);
        float[] turning = new float[2 * (STEPS + 4)];
        for (int t = 0; t < STEPS + 4; t++) {
            turning[2 * t] = (float) (Math.cos(0.4 * t) + 0.5 * Math.cos(-0.9 * t));
            turning[2 * t + 1] = (float) (Math.sin(0.4 * t) + 0.5 * Math.sin(-0.9 * t));
        }
        History history =
                new History(shape, Arrays.copyOf(turning, 2 * STEPS), ArrayLayout.parse("1x1x1"));
        float[] predicted = Predictors.named("paths").predict(history, Target.sameBand(4, 1));
        float[] future = Arrays.copyOfRange(turning, 2 * STEPS, 2 * (STEPS + 4));
        assertThat(Nmse.of(predicted, future)).isLessThan(0.02);
    }

    /// Short histories, one subcarrier, silence.
    @ParameterizedTest
    @MethodSource("names")
    void littleIsEnough(String name) {
        for (int steps : new int[] {2, 3, 5}) {
            CsiShape shape = new CsiShape(steps, 1, 2);
            History silent =
                    new History(shape, new float[2 * shape.size()], ArrayLayout.unknown(2));
            float[] predicted = Predictors.named(name).predict(silent, Target.sameBand(2, 1));
            assertThat(predicted).hasSize(8).containsOnly(0);
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> Predictors.named("oracle"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("oracle")
                .hasMessageContaining("paths");
    }
}
