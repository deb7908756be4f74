package dev.lamina.app;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;

/// Bars side by side for each category, one for each group, with the value above each.
///
/// A value that is not finite, or beyond ±1e300, has no bar.
///
/// @param unit of the values, for the axis
/// @param categories each with a place on the horizontal axis
record BarChart(String title, String unit, List<String> categories, List<Group> groups) {
    static final int WIDTH = 760;
    static final int HEIGHT = 420;

    private static final double LARGEST = 1e300;
    private static final double FILL = 0.8; // of a category's place, by its bars

    BarChart {
        categories = List.copyOf(categories);
        groups = List.copyOf(groups);
        for (Group group : groups) {
            if (group.values().size() != categories.size()) {
                throw new IllegalArgumentException(
                        "group '%s' has %d values for %d categories"
                                .formatted(group.name(), group.values().size(), categories.size()));
            }
        }
    }

    /// Bars of one colour.
    ///
    /// @param values one for each category
    record Group(String name, List<Double> values) {
        Group {
            values = List.copyOf(values);
        }
    }

    BufferedImage image() {
        return Pictures.draw(WIDTH, HEIGHT, graphics -> paint(graphics, WIDTH, HEIGHT));
    }

    /// Draws it with its upper left corner at the origin.
    void paint(Graphics2D graphics, int width, int height) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(width)
                        .height(height - Palette.TITLE_HEIGHT)
                        .yAxisTitle(unit)
                        .build();
        if (!categories.isEmpty()) {
            for (int i = 0; i < groups.size(); i++) {
                add(chart, i);
            }
        }
        style(chart.getStyler(), width);
        Palette.paintTitle(graphics, title, width);
        Graphics2D below = (Graphics2D) graphics.create();
        below.translate(0, Palette.TITLE_HEIGHT);
        chart.paint(below, width, height - Palette.TITLE_HEIGHT);
        below.dispose();
    }

    private void add(CategoryChart chart, int index) {
        Group group = groups.get(index);
        List<@Nullable Double> values = new ArrayList<>();
        for (double value : group.values()) {
            values.add(hasBar(value) ? value : null);
        }
        CategorySeries bars = chart.addSeries("group " + index, places(), values);
        bars.setLabel(group.name().isBlank() ? "-" : group.name());
        bars.setFillColor(Palette.series(index));
    }

    /// The categories, made distinct: XChart takes equal names for one place.
    private List<String> places() {
        List<String> places = new ArrayList<>();
        for (String category : categories) {
            String place = category.isBlank() ? "-" : category;
            while (places.contains(place)) {
                place += " ";
            }
            places.add(place);
        }
        return places;
    }

    private void style(CategoryStyler style, int width) {
        Palette.apply(style, width, groups.stream().map(Group::name).toList());
        style.setPlotGridVerticalLinesVisible(false);
        style.setAvailableSpaceFill(FILL);
        style.setYAxisTickLabelsFormattingFunction(Ticks::text);
        double[] drawn = drawn();
        double low = Math.min(0, DoubleStream.of(drawn).min().orElse(0));
        double high = Math.max(0, DoubleStream.of(drawn).max().orElse(0));
        if (low == high) {
            high = 1;
        }
        double room = 0.08 * (high - low); // for the numbers above the bars
        style.setYAxisMin(low < 0 ? low - room : low);
        style.setYAxisMax(high + room);
        style.setLabelsVisible(true);
        style.setLabelsPosition(1.02);
        style.setLabelsFontColorAutomaticEnabled(false);
        style.setLabelsFontColor(Palette.TEXT);
        double barWidth =
                FILL * 0.88 * width / Math.max(1, (double) categories.size() * groups.size());
        style.setLabelsFont(Palette.font(Font.PLAIN, Math.clamp(barWidth / 3.2, 8, 12)));
        style.setXAxisTickMarkSpacingHint(20);
        if (barWidth < 24) {
            style.setLabelsRotation(90);
        }
        int longest = categories.stream().mapToInt(String::length).max().orElse(0);
        if (7.0 * longest * categories.size() > 0.88 * width) {
            style.setXAxisLabelRotation(45);
        }
    }

    private double[] drawn() {
        return groups.stream()
                .flatMap(group -> group.values().stream())
                .filter(BarChart::hasBar)
                .mapToDouble(value -> value)
                .toArray();
    }

    private static boolean hasBar(double value) {
        return Math.abs(value) <= LARGEST;
    }
}
