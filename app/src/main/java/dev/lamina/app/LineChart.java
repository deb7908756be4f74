package dev.lamina.app;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Lines through points, each series in its colour and with its marker.
///
/// Points that have no place are left out: not finite, beyond ±1e300, or below 1e-300 on a
/// logarithmic axis. A series without points is not in the legend either.
///
/// @param logX whether the horizontal axis is logarithmic
/// @param logY whether the vertical axis is
/// @param target a value of the vertical axis to mark with a dashed line
record LineChart(
        String title,
        String xAxis,
        String yAxis,
        boolean logX,
        boolean logY,
        List<Series> series,
        @Nullable Double target) {
    static final int WIDTH = 760;
    static final int HEIGHT = 440;

    private static final double LARGEST = 1e300;
    private static final int MOST_MARKED = 60; // more markers than this hide the line
    private static final int MOST_TICKS = 12;
    private static final int BAND_ALPHA = 40;
    private static final List<Marker> MARKERS =
            List.of(
                    SeriesMarkers.CIRCLE,
                    SeriesMarkers.SQUARE,
                    SeriesMarkers.TRIANGLE_UP,
                    SeriesMarkers.DIAMOND,
                    SeriesMarkers.TRIANGLE_DOWN);

    LineChart {
        series = List.copyOf(series);
    }

    /// Points in the order in which the line joins them.
    ///
    /// @param x as many as `y`
    /// @param low the lower edge of a band around the line, as many as `y`, or none
    /// @param high its upper edge
    record Series(
            String name, List<Double> x, List<Double> y, List<Double> low, List<Double> high) {
        Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            low = List.copyOf(low);
            high = List.copyOf(high);
            if (x.size() != y.size()) {
                throw new IllegalArgumentException(
                        "series '%s' has %d x for %d y".formatted(name, x.size(), y.size()));
            }
            if (low.size() != high.size() || (!low.isEmpty() && low.size() != x.size())) {
                throw new IllegalArgumentException(
                        "series '%s' has a band of %d and %d for %d points"
                                .formatted(name, low.size(), high.size(), x.size()));
            }
        }

        /// Without a band.
        Series(String name, List<Double> x, List<Double> y) {
            this(name, x, y, List.of(), List.of());
        }

        /// Values at 1, 2, 3 and so on.
        static Series counted(String name, List<Double> y) {
            return new Series(
                    name, IntStream.rangeClosed(1, y.size()).mapToObj(Double::valueOf).toList(), y);
        }

        private Series where(boolean logX, boolean logY) {
            int[] kept =
                    IntStream.range(0, x.size())
                            .filter(i -> hasPlace(x.get(i), logX) && hasPlace(y.get(i), logY))
                            .toArray();
            boolean band =
                    !low.isEmpty()
                            && IntStream.of(kept)
                                    .allMatch(i ->
                                            hasPlace(low.get(i), logY)
                                                    && hasPlace(high.get(i), logY));
            return new Series(
                    name,
                    IntStream.of(kept).mapToObj(x::get).toList(),
                    IntStream.of(kept).mapToObj(y::get).toList(),
                    band ? IntStream.of(kept).mapToObj(low::get).toList() : List.of(),
                    band ? IntStream.of(kept).mapToObj(high::get).toList() : List.of());
        }
    }

    BufferedImage image() {
        return Pictures.draw(WIDTH, HEIGHT, graphics -> paint(graphics, WIDTH, HEIGHT));
    }

    /// Draws it with its upper left corner at the origin.
    void paint(Graphics2D graphics, int width, int height) {
        XYChart chart =
                new XYChartBuilder()
                        .width(width)
                        .height(height - Palette.TITLE_HEIGHT)
                        .xAxisTitle(xAxis)
                        .yAxisTitle(yAxis)
                        .build();
        List<String> legend = new ArrayList<>();
        List<Double> drawnX = new ArrayList<>();
        List<Double> drawnY = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            Series drawn = series.get(i).where(logX, logY);
            if (drawn.low().size() > 1) {
                addBand(chart, i, drawn);
                drawnY.addAll(drawn.low());
                drawnY.addAll(drawn.high());
            }
        }
        for (int i = 0; i < series.size(); i++) {
            Series drawn = series.get(i).where(logX, logY);
            if (!drawn.x().isEmpty()) {
                add(chart, i, drawn);
                legend.add(drawn.name());
                drawnX.addAll(drawn.x());
                drawnY.addAll(drawn.y());
            }
        }
        Range across = Range.of(drawnX, logX);
        if (target != null && hasPlace(target, logY)) {
            addTarget(chart, across, target);
            legend.add("target " + Ticks.text(target));
            drawnY.add(target);
        }
        if (!logX && drawnX.size() > MOST_TICKS) {
            addUnevenPoints(chart, across, drawnY.getFirst());
        }
        style(chart.getStyler(), width, legend, across, drawnX, Range.of(drawnY, logY));
        Palette.paintTitle(graphics, title, width);
        Graphics2D below = (Graphics2D) graphics.create();
        below.translate(0, Palette.TITLE_HEIGHT);
        chart.paint(below, width, height - Palette.TITLE_HEIGHT);
        below.dispose();
    }

    private void style(
            XYStyler style,
            int width,
            List<String> legend,
            Range across,
            List<Double> drawnX,
            Range up) {
        Palette.apply(style, width, legend);
        style.setMarkerSize(7);
        style.setXAxisTickLabelsFormattingFunction(Ticks::text);
        style.setYAxisTickLabelsFormattingFunction(Ticks::text);
        if (across.widened()) {
            style.setXAxisMin(across.low());
            style.setXAxisMax(across.high());
        }
        if (up.widened()) {
            style.setYAxisMin(up.low());
            style.setYAxisMax(up.high());
        }
        style.setYAxisTickMarkSpacingHint(48);
        if (logX) {
            style.setXAxisLogarithmic(true);
            style.setXAxisLogarithmicDecadeOnly(across.decades() > 1.5);
        } else if (drawnX.stream().allMatch(x -> x == Math.rint(x))) {
            // No ticks between whole numbers, as there is no round 1.5. More than 200 would leave
            // a logarithmic vertical axis without ticks.
            double unit = 0.85 * width / (across.high() - across.low());
            style.setXAxisTickMarkSpacingHint((int) Math.clamp(unit, 74, 200));
        }
        if (logY) {
            style.setYAxisLogarithmic(true);
            style.setYAxisLogarithmicDecadeOnly(up.decades() > 1.5);
        }
    }

    private static void add(XYChart chart, int index, Series drawn) {
        XYSeries line = chart.addSeries("series " + index, drawn.x(), drawn.y());
        line.setLabel(drawn.name().isBlank() ? "-" : drawn.name());
        line.setLineColor(Palette.series(index));
        line.setMarkerColor(Palette.series(index));
        if (index < Palette.count()) {
            line.setLineStyle(new BasicStroke(2f));
        } else { // its colour is that of an earlier one
            line.setLineStyle(dashed(2f, 10f));
        }
        boolean marked = drawn.x().size() <= MOST_MARKED;
        line.setMarker(marked ? MARKERS.get(index % MARKERS.size()) : SeriesMarkers.NONE);
    }

    /// What lies between the edges, faintly in the line's colour: there and back again.
    private static void addBand(XYChart chart, int index, Series drawn) {
        List<Double> x = new ArrayList<>(drawn.x());
        x.addAll(drawn.x().reversed());
        List<Double> y = new ArrayList<>(drawn.low());
        y.addAll(drawn.high().reversed());
        XYSeries band = chart.addSeries("band " + index, x, y);
        Color colour = Palette.series(index);
        band.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        band.setFillColor(
                new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_ALPHA));
        band.setLineColor(new Color(0, true));
        band.setMarker(SeriesMarkers.NONE);
        band.setShowInLegend(false);
    }

    private static void addTarget(XYChart chart, Range across, double target) {
        XYSeries line =
                chart.addSeries(
                        "target", List.of(across.low(), across.high()), List.of(target, target));
        line.setLabel("target " + Ticks.text(target));
        line.setLineColor(Palette.FAINT_TEXT);
        line.setLineStyle(dashed(1.5f, 6f));
        line.setMarker(SeriesMarkers.NONE);
    }

    /// Points that are not seen. Where all points are evenly spaced, XChart puts the ticks at the
    /// points, so 1, 11, 21, instead of at round numbers; with these, they are not.
    private static void addUnevenPoints(XYChart chart, Range across, double y) {
        double inside = across.low() + (across.high() - across.low()) / Math.PI;
        XYSeries hidden =
                chart.addSeries(
                        "uneven", List.of(across.low(), inside, across.high()), List.of(y, y, y));
        hidden.setShowInLegend(false);
        hidden.setLineColor(new Color(0, true));
        hidden.setMarker(SeriesMarkers.NONE);
    }

    private static BasicStroke dashed(float width, float dash) {
        return new BasicStroke(
                width,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10f,
                new float[] {dash, 4f},
                0f);
    }

    private static boolean hasPlace(double value, boolean logarithmic) {
        return logarithmic ? value >= 1 / LARGEST && value <= LARGEST : Math.abs(value) <= LARGEST;
    }

    /// What an axis shows: never empty, also for no value or a single one.
    ///
    /// @param widened whether it shows more than the values need
    private record Range(double low, double high, boolean widened) {
        static Range of(List<Double> values, boolean logarithmic) {
            double low = values.stream().mapToDouble(v -> v).min().orElse(logarithmic ? 1 : 0);
            double high = values.stream().mapToDouble(v -> v).max().orElse(logarithmic ? 10 : 1);
            if (logarithmic) {
                return high > 10 * low
                        ? new Range(low, high, false)
                        : new Range(
                                decade(Math.floor(Math.log10(low))),
                                decade(1 + Math.floor(Math.log10(high))),
                                true);
            }
            double least = 1e-9 * Math.max(Math.abs(low), Math.abs(high)); // what a double resolves
            if (high - low > least) {
                return new Range(low, high, false);
            }
            double margin = Math.abs(low) / 2;
            margin = low == Math.rint(low) ? Math.max(1, margin) : margin;
            return new Range(low - margin, high + margin, true);
        }

        private static double decade(double exponent) {
            return Math.pow(10, exponent);
        }

        double decades() {
            return Math.log10(high / low);
        }
    }
}
