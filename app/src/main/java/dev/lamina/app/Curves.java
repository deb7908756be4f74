package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Draws a run's curves over its rounds: losses on the left, validation accuracy on the right.
///
/// @param title what was run
/// @param trainLoss mean over a round's steps, round 1 first
/// @param validationLoss after each round
/// @param validationAccuracy after each round, 0..1
record Curves(
        String title,
        List<Double> trainLoss,
        List<Double> validationLoss,
        List<Double> validationAccuracy) {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 440;
    private static final Color BLUE = new Color(0x1f77b4);
    private static final Color ORANGE = new Color(0xd9640b);
    private static final Color GREEN = new Color(0x2a8a2a);

    /// Writes the picture as PNG.
    void write(Path file) {
        XYChart losses = chart(title + ": loss", "loss");
        add(losses, "training", trainLoss, BLUE);
        add(losses, "validation", validationLoss, ORANGE);
        XYChart accuracies = chart(title + ": accuracy", "accuracy");
        accuracies.getStyler().setYAxisMax(1.0);
        accuracies.getStyler().setLegendPosition(LegendPosition.InsideSE);
        add(accuracies, "validation", validationAccuracy, GREEN);

        BufferedImage image = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D left = image.createGraphics();
        losses.paint(left, WIDTH, HEIGHT);
        left.dispose();
        Graphics2D right = image.createGraphics();
        right.translate(WIDTH, 0);
        accuracies.paint(right, WIDTH, HEIGHT);
        right.dispose();
        AtomicFiles.write(
                file,
                temporary -> {
                    if (!ImageIO.write(image, "png", temporary.toFile())) {
                        throw new IOException("this JDK writes no PNG");
                    }
                });
    }

    private static XYChart chart(String title, String quantity) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle("round")
                        .yAxisTitle(quantity)
                        .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotGridLinesColor(new Color(0xe0e0e0));
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setXAxisDecimalPattern("#");
        return chart;
    }

    private static void add(XYChart chart, String name, List<Double> values, Color color) {
        List<Integer> rounds = IntStream.rangeClosed(1, values.size()).boxed().toList();
        if (!values.isEmpty()) {
            XYSeries series = chart.addSeries(name, rounds, values);
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setLineColor(color);
            series.setMarkerColor(color);
        }
    }
}
