package dev.lamina.air;

import java.util.ArrayList;
import java.util.List;

/// Predicts a channel path by path, in closed form (derived): a path's gains over time go on by an
/// autoregression that its ports share; its delay and direction stay. A band beside the history's
/// follows from the delays.
public final class PathAutoregression implements Predictor {
    private static final int MOST_PATHS = 64;
    private static final int ORDER = 8;
    private static final double RIDGE = 0.3;

    @Override
    public String name() {
        return "paths";
    }

    @Override
    public float[] predict(History history, Target target) {
        Snapshots snapshots = Snapshots.of(history);
        int most = Math.clamp(snapshots.elements() * 2L / 3, 1, MOST_PATHS);
        Paths paths = PathFinder.find(snapshots, NoiseFloor.of(history), most);
        int ports = history.layout().ports();
        int[] sizes = {target.subcarriers(), history.layout().rows(), history.layout().columns()};
        Snapshots future = Snapshots.zeros(sizes, target.steps() * ports);
        for (int p = 0; p < paths.count(); p++) {
            double[] gains =
                    goOn(paths.gains().get(p), ports, paths.variances().get(p), target.steps());
            future.add(paths.places().get(p), gains, 1, target.firstSubcarrier());
        }
        return future.channels(history.layout());
    }

    private static double[] goOn(double[] gains, int ports, double variance, int steps) {
        int past = gains.length / 2 / ports;
        int order = Math.clamp(past / 2, 1, ORDER);
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
        double[] weights = equations.solve(RIDGE * variance * equations.rows());
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
