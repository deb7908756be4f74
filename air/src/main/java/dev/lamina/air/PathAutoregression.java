package dev.lamina.air;

import java.util.ArrayList;
import java.util.List;

/// Predicts a channel path by path, in closed form (derived): a path's gains over time go on by an
/// autoregression that its ports share; its delay and direction stay. A band beside the history's
/// follows from the delays.
public final class PathAutoregression implements Predictor {
    private static final int ORDER = 8;
    private static final double RIDGE = 0.3;

    @Override
    public String name() {
        return "paths";
    }

    @Override
    public float[] predict(History history, Target target) {
        Paths paths = Paths.of(history);
        List<double[]> future = gains(paths, history.layout().ports(), target.steps());
        return paths.channels(future, history.layout(), target);
    }

    /// Gains of all paths in the steps to come.
    static List<double[]> gains(Paths paths, int ports, int steps) {
        List<double[]> future = new ArrayList<>();
        for (int p = 0; p < paths.count(); p++) {
            double[] gains = paths.gains().get(p);
            future.add(goOn(gains, ports, paths.variances().get(p), steps, ORDER, RIDGE));
        }
        return future;
    }

    /// Gains of a path in the steps to come.
    ///
    /// @param gains so far, [step, port], real and imaginary parts in turn
    /// @param variance of the noise in them
    /// @param most order of the autoregression; less where there are fewer than twice as many steps
    /// @param ridge in terms of the noise
    static double[] goOn(
            double[] gains, int ports, double variance, int steps, int most, double ridge) {
        int past = gains.length / 2 / ports;
        int order = Math.clamp(past / 2, 1, most);
        List<double[]> series = new ArrayList<>();
        LinearPrediction equations = new LinearPrediction(order);
        for (int port = 0; port < ports; port++) {
            double[] one = new double[2 * past];
            for (int t = 0; t < past; t++) {
                one[2 * t] = gains[2 * (t * ports + port)];
                one[2 * t + 1] = gains[2 * (t * ports + port) + 1];
            }
            series.add(one);
            equations.add(one, order, true, 1);
        }
        double[] weights = equations.solve(ridge * variance * equations.rows());
        double[] future = new double[2 * steps * ports];
        for (int port = 0; port < ports; port++) {
            double[] one = LinearPrediction.rollOut(series.get(port), weights, steps);
            for (int t = 0; t < steps; t++) {
                future[2 * (t * ports + port)] = one[2 * t];
                future[2 * (t * ports + port) + 1] = one[2 * t + 1];
            }
        }
        return future;
    }
}
