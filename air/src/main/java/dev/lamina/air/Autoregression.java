package dev.lamina.air;

import dev.lamina.base.BadInputException;

/// One autoregression for the strongest bins over delay and angle, in closed form: no training
/// (derived; Wang et al.'s "PAD" is the same with one equation for each bin).
public final class Autoregression implements Predictor {
    private final String name;
    private final int order;
    private final double share;
    private final double ridge;
    private final boolean lastOnly;

    private Autoregression(String name, int order, double share, double ridge, boolean lastOnly) {
        this.name = name;
        this.order = order;
        this.share = share;
        this.ridge = ridge;
        this.lastOnly = lastOnly;
    }

    /// Forward and backward equations over the whole history.
    ///
    /// @param order p; at most half the history is used
    /// @param share of the bins, the strongest, that are kept; the others are predicted as 0
    /// @param ridge relative to the mean diagonal
    public static Autoregression ridge(int order, double share, double ridge) {
        BadInputException.check(
                order >= 1 && order <= 1000,
                "order of the autoregression " + order,
                "take between 1 and 1000, say 12.");
        BadInputException.check(
                share > 0 && share <= 1, "share of the bins " + share, "take above 0, at most 1.");
        return new Autoregression("ar", order, share, ridge, false);
    }

    /// Prony's method as LLM4CP's authors use it ("PAD"): the last step only, all bins, no ridge.
    public static Autoregression prony(int order) {
        return new Autoregression("prony", order, 1, 0, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public float[] predict(History history, Target target) {
        DelayAngle bins = DelayAngle.of(history);
        int steps = history.shape().steps();
        int p = Math.min(order, steps - 1);
        int[] chosen = bins.strongest(share);
        double[][] series = new double[chosen.length][];
        LinearPrediction equations = new LinearPrediction(p);
        for (int i = 0; i < chosen.length; i++) {
            series[i] = bins.series(chosen[i]);
            equations.add(series[i], lastOnly ? steps - 1 : p, !lastOnly, 1);
        }
        double[] weights = equations.solve(ridge * equations.meanDiagonal());
        double[][] future = new double[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            future[i] = LinearPrediction.rollOut(series[i], weights, target.steps());
        }
        return DelayAngle.channels(future, chosen, history, target);
    }
}
