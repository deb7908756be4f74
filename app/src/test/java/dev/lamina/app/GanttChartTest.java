package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.GanttChart.Bar;
import dev.lamina.app.GanttChart.Kind;
import dev.lamina.app.GanttChart.Row;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GanttChartTest {
    private static Row row(Bar... bars) {
        return new Row("device", List.of(bars));
    }

    private static Color at(GanttChart chart, BufferedImage image, int row, double seconds) {
        int x = (int) (chart.x(seconds) * Pictures.DENSITY);
        int y = (chart.top(row) + chart.laneHeight() / 2) * Pictures.DENSITY;
        return new Color(image.getRGB(x, y));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 1, 1e7})
    void barsLieWhereTheirTimesSay(double unit) {
        GanttChart chart =
                new GanttChart(
                        "title",
                        List.of(
                                row(
                                        new Bar(0, 2 * unit, Kind.COMPUTE, ""),
                                        new Bar(2 * unit, 3 * unit, Kind.UPLOAD, ""),
                                        new Bar(5 * unit, 6 * unit, Kind.DOWNLOAD, "")),
                                row(new Bar(3 * unit, 5 * unit, Kind.SERVE, ""))),
                        8 * unit);
        BufferedImage image = chart.image();
        assertThat(image.getWidth()).isEqualTo(GanttChart.WIDTH * Pictures.DENSITY);
        assertThat(image.getHeight()).isEqualTo(chart.height() * Pictures.DENSITY);
        assertThat(at(chart, image, 0, 0.02 * unit)).isEqualTo(Kind.COMPUTE.color());
        assertThat(at(chart, image, 0, 1.98 * unit)).isEqualTo(Kind.COMPUTE.color());
        assertThat(at(chart, image, 0, 2.02 * unit)).isEqualTo(Kind.UPLOAD.color());
        assertThat(at(chart, image, 0, 2.98 * unit)).isEqualTo(Kind.UPLOAD.color());
        assertThat(at(chart, image, 0, 3.02 * unit)).isEqualTo(Palette.LANE);
        assertThat(at(chart, image, 0, 5.5 * unit)).isEqualTo(Kind.DOWNLOAD.color());
        assertThat(at(chart, image, 1, 2.97 * unit)).isEqualTo(Palette.BACKGROUND);
        assertThat(at(chart, image, 1, 3.03 * unit)).isEqualTo(Kind.SERVE.color());
        assertThat(at(chart, image, 1, 4.97 * unit)).isEqualTo(Kind.SERVE.color());
        assertThat(at(chart, image, 1, 5.03 * unit)).isEqualTo(Palette.BACKGROUND);
    }

    @Test
    void whatLiesOutsideIsCutOff() {
        GanttChart chart =
                new GanttChart(
                        "title",
                        List.of(
                                row(
                                        new Bar(-9, -1, Kind.SERVE, ""),
                                        new Bar(3, 40, Kind.COMPUTE, ""),
                                        new Bar(11, 12, Kind.UPLOAD, ""))),
                        4);
        BufferedImage image = chart.image();
        assertThat(at(chart, image, 0, 3.9)).isEqualTo(Kind.COMPUTE.color());
        assertThat(at(chart, image, 0, 0.1)).isEqualTo(Palette.LANE);
        int beyond = (int) ((chart.x(4) + 2) * Pictures.DENSITY);
        int middle = (chart.top(0) + chart.laneHeight() / 2) * Pictures.DENSITY;
        assertThat(new Color(image.getRGB(beyond, middle))).isEqualTo(Palette.LANE);
    }

    /// A label makes pixels of its own colour, unless the bar is too small for it.
    @Test
    void labelsAreWrittenWhereTheyFit() {
        String label = "a label";
        GanttChart wide = new GanttChart("", List.of(row(new Bar(0, 4, Kind.COMPUTE, label))), 4);
        GanttChart small =
                new GanttChart("", List.of(row(new Bar(0, 0.1, Kind.COMPUTE, label))), 4);
        assertThat(inside(wide, 4)).isPositive();
        assertThat(inside(small, 0.1)).isZero();
    }

    private static int inside(GanttChart chart, double end) {
        int from = (int) ((chart.x(0) + 1) * Pictures.DENSITY);
        int to = (int) (chart.x(end) * Pictures.DENSITY);
        int top = (chart.top(0) + 7) * Pictures.DENSITY;
        int height = (chart.laneHeight() - 14) * Pictures.DENSITY;
        BufferedImage bar = chart.image().getSubimage(from, top, to - from, height);
        return PixelsFixture.count(bar, Color.WHITE);
    }

    static Stream<GanttChart> unusual() {
        Bar nan = new Bar(Double.NaN, Double.NaN, Kind.SERVE, "no time");
        Bar endless = new Bar(0, Double.POSITIVE_INFINITY, Kind.SERVE, "endless");
        return Stream.of(
                new GanttChart("", List.of(), 0),
                new GanttChart("t", List.of(row()), Double.NaN),
                new GanttChart("t", List.of(row(nan, endless)), -1),
                new GanttChart("t", List.of(row(new Bar(1, 1, Kind.SERVE, ""))), 2),
                new GanttChart("t", List.of(row(endless)), Double.MAX_VALUE),
                new GanttChart("t", List.of(row(endless)), Double.MIN_VALUE),
                new GanttChart("t".repeat(400), List.of(new Row("w".repeat(400), List.of())), 1),
                new GanttChart("t", Collections.nCopies(40, row(endless)), 1e9));
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void unusualTimesDoNotFail(GanttChart chart) {
        assertThat(PixelsFixture.colors(chart.image())).isGreaterThan(1);
        assertThat(chart.laneHeight()).isBetween(20, 40);
    }

    @Test
    void withoutAnEndTheLastBarIsTheEnd() {
        Bar bar = new Bar(0, 7, Kind.COMPUTE, "");
        assertThat(new GanttChart("t", List.of(row(bar)), 0).endSeconds()).isEqualTo(7);
    }
}
