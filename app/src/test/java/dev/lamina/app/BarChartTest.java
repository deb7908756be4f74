package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.app.BarChart.Group;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BarChartTest {
    @Test
    void barsAreAsHighAsTheirValues() {
        BufferedImage image =
                new BarChart(
                                "title",
                                "s",
                                List.of("only"),
                                List.of(
                                        new Group("a", List.of(2.0)),
                                        new Group("b", List.of(4.0)),
                                        new Group("c", List.of(0.0))))
                        .image();
        assertThat(image.getWidth()).isEqualTo(BarChart.WIDTH * Pictures.DENSITY);
        assertThat(image.getHeight()).isEqualTo(BarChart.HEIGHT * Pictures.DENSITY);
        double a = PixelsFixture.count(image, Palette.series(0));
        double b = PixelsFixture.count(image, Palette.series(1));
        assertThat(b / a).isCloseTo(2, within(0.05));
    }

    static Stream<BarChart> unusual() {
        return Stream.of(
                new BarChart("", "", List.of(), List.of()),
                new BarChart("t", "s", List.of("a"), List.of()),
                new BarChart("t", "s", List.of(), List.of(new Group("g", List.of()))),
                one(0.0),
                one(1e300),
                one(-1e300),
                one(Double.NaN),
                one(Double.POSITIVE_INFINITY),
                one(Double.MAX_VALUE),
                one(1e-300),
                new BarChart("t", "s", List.of("", "", "a", "a"), List.of(values(4))),
                new BarChart(
                        "t",
                        "s",
                        Collections.nCopies(40, "a long category"),
                        List.of(values(40), values(40))));
    }

    private static BarChart one(double value) {
        return new BarChart("t", "s", List.of("a"), List.of(new Group("g", List.of(value))));
    }

    private static Group values(int count) {
        return new Group("", Collections.nCopies(count, 3.0));
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void unusualValuesDoNotFail(BarChart chart) {
        assertThat(PixelsFixture.colors(chart.image())).isGreaterThan(1);
    }

    @Test
    void eachCategoryHasAValue() {
        assertThatThrownBy(() ->
                        new BarChart("t", "s", List.of(), List.of(new Group("g", List.of(1.0)))))
                .hasMessage("group 'g' has 1 values for 0 categories");
    }
}
