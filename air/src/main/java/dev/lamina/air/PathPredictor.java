package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A [PathModel] with parameters. A track is one example.
public final class PathPredictor extends TrainedPredictor<PathExample> {
    /// To which signal-to-noise ratio of a history the network is trusted alone, which is what it
    /// is usually trained to, and from which on not at all.
    private static final double TRUSTED_DECIBELS = 20;

    private static final double CLOSED_FORM_DECIBELS = 25;

    private final PathModel model;
    private final PathNetwork network;

    private PathPredictor(
            PathModel model,
            PathNetwork network,
            boolean ownsNetwork,
            Map<String, FloatTensor> values) {
        super(network, ownsNetwork, values);
        this.model = model;
        this.network = network;
    }

    static PathPredictor fresh(PathModel model, long seed) {
        PathNetwork network = new PathNetwork(model);
        return new PathPredictor(model, network, true, network.initial(seed));
    }

    static PathPredictor of(PathModel model, Map<String, FloatTensor> values) {
        PathNetwork network = new PathNetwork(model);
        return new PathPredictor(model, network, true, checked(model, network, values));
    }

    @Override
    public PathPredictor copy() {
        return new PathPredictor(model, network, false, parameters().snapshot());
    }

    @Override
    public PathModel model() {
        return model;
    }

    /// How many weights the network has, trained and frozen: what a federation of the full model
    /// would send. A backbone's words and its further blocks, which are not loaded, do not count.
    public long weights() {
        return parameters().count() + network.frozen();
    }

    @Override
    public List<PathExample> examples(Track track) {
        check(track.history(), track.target());
        PathExample example = PathExample.of(track);
        return example.tokens().count() == 0 || example.energy() == 0
                ? List.of()
                : List.of(example);
    }

    private void check(History history, Target target) {
        int steps = history.shape().steps();
        BadInputException.check(
                steps == model.steps() && target.steps() == model.horizon(),
                "a history of %d steps and %d to predict for %s, which was trained on %d and %d"
                        .formatted(steps, target.steps(), name(), model.steps(), model.horizon()),
                "train it for those, or take a predictor in closed form.");
    }

    /// The batch's mean of each track's normalised squared error, with the examples' weights.
    @Override
    public NDArray loss(List<PathExample> batch, Pass pass) {
        List<PathTokens> tokens = batch.stream().map(PathExample::tokens).toList();
        PathBatch input = PathBatch.of(model, tokens, pass.manager());
        PathTargets targets = PathTargets.of(batch, input, pass.manager());
        NDArray errors_B = targets.errors_B(network.forward(input, parameters(), pass));
        return errors_B.mul(targets.weights_B()).sum();
    }

    /// Where there is next to no noise, the same band is predicted in closed form: there
    /// [PathAutoregression] did better than networks trained with and without such histories
    /// (docs/log.md). In another band it did not.
    ///
    /// @throws BadInputException if history or target have other numbers of steps than those it was
    ///   trained on
    @Override
    public float[] predict(History history, Target target) {
        check(history, target);
        PathTokens tokens = PathTokens.of(history, target);
        Paths paths = tokens.paths();
        double trust = target.firstSubcarrier() == 0 ? trust(history.power(), paths.noise()) : 1;
        List<double[]> future =
                trust == 0
                        ? PathAutoregression.gains(paths, tokens.ports(), target.steps())
                        : gains(tokens);
        if (trust > 0 && trust < 1) {
            mix(future, trust, PathAutoregression.gains(paths, tokens.ports(), target.steps()));
        }
        return paths.channels(future, history.layout(), target);
    }

    private static double trust(double power, double noise) {
        double decibels = 10 * Math.log10(power / Math.max(noise, Double.MIN_NORMAL) - 1);
        double share =
                (CLOSED_FORM_DECIBELS - decibels) / (CLOSED_FORM_DECIBELS - TRUSTED_DECIBELS);
        return share < 1 ? Math.max(share, 0) : 1; // of NaN, where there is only noise, too
    }

    private static void mix(List<double[]> gains, double trust, List<double[]> others) {
        for (int p = 0; p < gains.size(); p++) {
            for (int i = 0; i < gains.get(p).length; i++) {
                gains.get(p)[i] = trust * gains.get(p)[i] + (1 - trust) * others.get(p)[i];
            }
        }
    }

    /// Gains to come of each path, in the history's scale.
    List<double[]> gains(PathTokens tokens) {
        List<double[]> future = new ArrayList<>();
        if (tokens.count() > 0) {
            try (NDManager scope = manager().newSubManager()) {
                PathBatch batch = PathBatch.of(model, List.of(tokens), scope);
                FloatTensor gains =
                        Autograd.withoutGradient(() ->
                                Tensors.toJava(
                                        network.forward(
                                                batch, parameters(), Pass.evaluation(scope))));
                for (int p = 0; p < tokens.count(); p++) {
                    double[] path = PathBatch.gains(gains, 0, p, tokens.ports());
                    for (int i = 0; i < path.length; i++) {
                        path[i] /= tokens.scale();
                    }
                    future.add(path);
                }
            }
        }
        return future;
    }

    /// Floating-point operations of the network for one track.
    double flops(int paths, int ports) {
        return network.flops(paths, ports);
    }
}
