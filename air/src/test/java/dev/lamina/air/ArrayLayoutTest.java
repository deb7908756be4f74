package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayLayoutTest {
    private static final CsiShape SHAPE = new CsiShape(8, 16, 16);

    /// What is found from the channels of two tracks predicts others as well as how they were made:
    /// a row of ports may pass for a small array, which then serves as well.
    @ParameterizedTest
    @ValueSource(strings = {"4x2x2", "2:4x2", "1x8x2", "4x4x1", "2x8x1", "1x1x16"})
    void isFound(String text) {
        ArrayLayout layout = ArrayLayout.parse(text);
        ArrayLayout found = ArrayLayout.infer(List.of(track(layout, 1), track(layout, 2)));
        double known = 0;
        double inferred = 0;
        for (long seed = 3; seed <= 6; seed++) {
            known += error(layout, layout, seed);
            inferred += error(layout, found, seed);
        }
        assertThat(inferred).as("with %s", found).isLessThan(2.5 * known);
    }

    /// Two polarisations of a square array are not mistaken for anything else.
    @Test
    void aDualPolarisedArrayIsFoundAsItIs() {
        ArrayLayout layout = ArrayLayout.parse("4x2x2");
        assertThat(ArrayLayout.infer(List.of(track(layout, 1), track(layout, 2))))
                .isEqualTo(layout);
    }

    private static History track(ArrayLayout layout, long seed) {
        float[] clean = PathTracks.channels(PathTracks.paths(4, layout, seed), SHAPE, layout, 0, 0);
        return new History(
                SHAPE, PathTracks.noisy(clean, 0.05, seed), ArrayLayout.unknown(layout.antennas()));
    }

    private static double error(ArrayLayout made, ArrayLayout layout, long seed) {
        History history = new History(SHAPE, track(made, seed).channels(), layout);
        CsiShape future = new CsiShape(4, SHAPE.subcarriers(), made.antennas());
        float[] expected =
                PathTracks.channels(
                        PathTracks.paths(4, made, seed), future, made, SHAPE.steps(), 0);
        Target target = Target.sameBand(4, SHAPE.subcarriers());
        return Nmse.of(new PathAutoregression().predict(history, target), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "4x", "4x4x2x2", "0x4", "2:4x4x2", "99999x1", "-4x4", "axb"})
    void nonsenseIsRefused(String text) {
        assertThatThrownBy(() -> ArrayLayout.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4x4x2", "2:4x4", "1x1x5"})
    void isWrittenAsItIsRead(String text) {
        assertThat(ArrayLayout.parse(text)).hasToString(text);
    }
}
