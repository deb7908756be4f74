package dev.lamina.app;

import dev.lamina.app.LineChart.Series;
import java.nio.file.Path;
import java.util.List;

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

    /// Writes the picture as PNG.
    void write(Path file) {
        LineChart losses =
                chart(
                        "loss",
                        List.of(
                                Series.counted("training", trainLoss),
                                Series.counted("validation", validationLoss)));
        LineChart accuracies =
                chart("accuracy", List.of(Series.counted("validation", validationAccuracy)));
        Pictures.write(
                file,
                Pictures.draw(
                        2 * WIDTH,
                        HEIGHT,
                        1,
                        graphics -> {
                            losses.paint(graphics, WIDTH, HEIGHT);
                            graphics.translate(WIDTH, 0);
                            accuracies.paint(graphics, WIDTH, HEIGHT);
                        }));
    }

    private LineChart chart(String quantity, List<Series> series) {
        return new LineChart(
                title + ": " + quantity, "round", quantity, false, false, series, null);
    }
}
