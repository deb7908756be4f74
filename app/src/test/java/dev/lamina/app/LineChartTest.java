package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.app.LineChart.Series;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LineChartTest {
    private static LineChart chart(boolean log, @Nullable Double target, Series... series) {
        return new LineChart("title", "x", "y", log, log, List.of(series), target);
    }

    private static Series series(double... values) {
        List<Double> y = new ArrayList<>();
        for (double value : values) {
            y.add(value);
        }
        return Series.counted("values", y);
    }

    @Test
    void eachSeriesHasItsColour() {
        BufferedImage image = chart(false, null, series(1, 2, 3), series(3, 2, 1)).image();
        assertThat(image.getWidth()).isEqualTo(LineChart.WIDTH * Pictures.DENSITY);
        assertThat(image.getHeight()).isEqualTo(LineChart.HEIGHT * Pictures.DENSITY);
        assertThat(PixelsFixture.count(image, Palette.series(0))).isGreaterThan(500);
        assertThat(PixelsFixture.count(image, Palette.series(1))).isGreaterThan(500);
        assertThat(PixelsFixture.count(image, Palette.series(2))).isZero();
    }

    /// What lies between the edges is tinted, also on a logarithmic axis; a band that has no place
    /// is left out, and the line stays.
    @Test
    void aBandIsFaintlyFilled() {
        for (boolean log : new boolean[] {false, true}) {
            List<Double> x = List.of(1.0, 2.0, 3.0);
            List<Double> y = List.of(20.0, 30.0, 20.0);
            Series plain = new Series("same", x, y);
            Series band =
                    new Series("same", x, y, List.of(10.0, 9.0, 8.0), List.of(90.0, 80.0, 99.0));
            Series wrong = new Series("same", x, y, List.of(Double.NaN, 9.0, 8.0), y);
            int without = white(chart(log, 99.0, plain).image());
            assertThat(white(chart(log, 99.0, wrong).image())).isEqualTo(without);
            assertThat(white(chart(log, 99.0, band).image())).isLessThan(without - 100_000);
        }
        assertThatThrownBy(() ->
                        new Series("odd", List.of(1.0), List.of(1.0), List.of(), List.of(2.0)))
                .hasMessageContaining("a band of 0 and 1");
    }

    private static int white(BufferedImage image) {
        return PixelsFixture.count(image, Color.WHITE);
    }

    /// The row of pixels with the most of the target's colour has gaps in it.
    @Test
    void theTargetIsDashedAndLevel() {
        BufferedImage image = chart(false, 10.0, series(1, 2, 3)).image();
        int rgb = Palette.FAINT_TEXT.getRGB();
        int most = 0;
        int changes = 0;
        for (int y = 0; y < image.getHeight() / 2; y++) {
            int found = 0;
            int changed = 0;
            for (int x = 1; x < image.getWidth(); x++) {
                found += image.getRGB(x, y) == rgb ? 1 : 0;
                changed += (image.getRGB(x, y) == rgb) != (image.getRGB(x - 1, y) == rgb) ? 1 : 0;
            }
            changes = found > most ? changed : changes;
            most = Math.max(most, found);
        }
        assertThat(most).isGreaterThan(500);
        assertThat(changes).isGreaterThan(40);
    }

    static Stream<LineChart> unusual() {
        double nan = Double.NaN;
        double infinite = Double.POSITIVE_INFINITY;
        return Stream.of(false, true)
                .flatMap(log ->
                        Stream.of(
                                chart(log, null),
                                chart(log, 0.0),
                                chart(log, nan, series()),
                                chart(log, 1.0, series(5)),
                                chart(log, null, series(0)),
                                chart(log, null, series(7, 7, 7)),
                                chart(log, null, series(0, -1, nan, infinite)),
                                chart(log, null, series(1e16, 1e16 + 2)),
                                chart(log, null, series(1e-300, 1e300)),
                                chart(log, null, series(-1e300, Double.MAX_VALUE)),
                                chart(log, null, series(Double.MIN_VALUE)),
                                chart(log, null, new Series("", List.of(3.0), List.of(1.0))),
                                chart(log, null, series(new double[2000]))));
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void unusualValuesDoNotFail(LineChart chart) {
        assertThat(PixelsFixture.colors(chart.image())).isGreaterThan(1);
    }

    @Test
    void aPointWithoutAPlaceChangesNothing() {
        Series whole = new Series("a", List.of(1.0, 2.0, 3.0), List.of(1.0, 0.0, 4.0));
        Series kept = new Series("a", List.of(1.0, 3.0), List.of(1.0, 4.0));
        assertThat(PixelsFixture.pixels(chart(true, null, whole).image()))
                .isEqualTo(PixelsFixture.pixels(chart(true, null, kept).image()));
    }

    @Test
    void pointsHaveBothCoordinates() {
        assertThatThrownBy(() -> new Series("a", List.of(1.0), List.of()))
                .hasMessage("series 'a' has 1 x for 0 y");
    }

    @Test
    void coloursAreDistinct() {
        assertThat(Stream.iterate(0, i -> i + 1).limit(Palette.count()).map(Palette::series))
                .doesNotHaveDuplicates();
        assertThat(Palette.textOn(Color.BLACK)).isEqualTo(Color.WHITE);
        assertThat(Palette.textOn(Color.WHITE)).isEqualTo(Palette.TEXT);
    }
}
