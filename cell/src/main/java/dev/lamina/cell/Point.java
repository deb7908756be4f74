package dev.lamina.cell;

import org.jspecify.annotations.Nullable;

/// One deadline of the search: the least shares that meet it, and the best set of devices for it.
final class Point {
    final double deadline;
    final int[] chosen;

    /// The round's objective with this set, all done by the deadline; infinite if there is none.
    final double objective;

    private final Instance instance;
    private final double[] y;
    private final double[] slopes;
    private final int nodes;

    /// Without prices on energy.
    private final long upper;

    private final double relaxed;
    private final double price;

    private final @Nullable PricedChoice priced;

    /// @param left, right points before and after, whose shares bound the new ones
    Point(
            Instance instance,
            double deadline,
            @Nullable Point left,
            @Nullable Point right,
            Effort effort) {
        this.instance = instance;
        this.deadline = deadline;
        nodes = effort.nodes();
        y = new double[instance.size];
        slopes = new double[instance.size];
        double[] shares = new double[instance.size];
        for (int k = 0; k < y.length; k++) {
            double start = start(k, deadline, left, right);
            y[k] = instance.inverseShare(k, deadline, start);
            shares[k] = y[k] > 0 ? 1 / y[k] : Double.POSITIVE_INFINITY;
            slopes[k] = y[k] > 0 ? instance.shareSlope(k, y[k]) : 0;
        }
        double rest = instance.queue * deadline;
        if (instance.priced) {
            PricedChoice choice =
                    PricedChoice.solve(
                            shares,
                            costs(),
                            instance.samples,
                            instance.weight,
                            effort.dualSteps(),
                            effort.nodes());
            priced = choice;
            chosen = choice.chosen();
            objective = choice.value() + rest;
            upper = 0;
            relaxed = 0;
            price = 0;
        } else {
            priced = null;
            Knapsack knapsack =
                    new Knapsack(shares, instance.samples, instance.unit, effort.nodes());
            chosen = knapsack.chosen();
            upper = knapsack.upper();
            relaxed = knapsack.relaxed();
            price = knapsack.price();
            objective =
                    chosen.length == 0
                            ? Double.POSITIVE_INFINITY
                            : instance.weight / knapsack.value() + rest;
        }
    }

    /// How much work one deadline is worth.
    ///
    /// @param nodes of a search tree
    /// @param dualSteps of the bisection of [PricedChoice]
    record Effort(int nodes, int dualSteps) {}

    /// 1/x of a device; 0 if it cannot meet the deadline.
    double inverseShare(int k) {
        return y[k];
    }

    /// Whether all usable devices can be scheduled.
    boolean all() {
        double sum = 0;
        for (double inverse : y) {
            if (inverse == 0) {
                return false;
            }
            sum += 1 / inverse;
        }
        return sum <= 1;
    }

    /// A lower bound of the objective for deadlines from `left` to this one.
    double lowerBound(Point left) {
        double queue = instance.queue;
        double from = left.deadline;
        if (priced != null) {
            double[] shares = new double[y.length];
            for (int k = 0; k < y.length; k++) {
                shares[k] = y[k] > 0 ? 1 / y[k] : Double.POSITIVE_INFINITY;
            }
            return queue * from + priced.lower(shares, left.costs(), nodes);
        }
        if (upper == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(instance.weight / upper + queue * from, tangentBound(from));
    }

    /// Least shares are convex in the deadline, so to the left they lie above their tangents here.
    /// With these, the knapsack's dual at this point's λ is convex in the deadline, hence below its
    /// chord: N <= relaxed - β (deadline - τ). Of V w / N + Q τ the minimum is then known
    /// (derived).
    private double tangentBound(double from) {
        double width = deadline - from;
        double dual = price;
        for (int k = 0; k < y.length; k++) {
            if (y[k] > 0) {
                dual += Math.max(0, instance.samples[k] - price * (1 / y[k] + slopes[k] * width));
            }
        }
        double least = Math.min(dual, relaxed);
        double beta = (relaxed - least) / width;
        double n = Math.clamp(Math.sqrt(instance.weight * beta / instance.queue), least, relaxed);
        double time = beta > 0 ? deadline - (relaxed - n) / beta : from;
        return (instance.weight / n + instance.queue * time) * (1 - 1e-12);
    }

    private double[] costs() {
        double[] costs = new double[y.length];
        for (int k = 0; k < y.length; k++) {
            costs[k] = instance.cost(k, Math.max(1, y[k]));
        }
        return costs;
    }

    /// A number no larger than 1/x at the deadline: from the left along the tangent of 1/x, or from
    /// the chord of x between the points (both 1/x and x are convex).
    private static double start(
            int k, double deadline, @Nullable Point left, @Nullable Point right) {
        if (left == null || left.y[k] == 0) {
            return 1;
        }
        double y = left.y[k];
        double tangent = y + (deadline - left.deadline) * left.slopes[k] * y * y;
        if (right == null) {
            return tangent;
        }
        double part = (deadline - left.deadline) / (right.deadline - left.deadline);
        double chord = (1 - part) / y + part / right.y[k];
        return Math.max(tangent, 1 / chord);
    }
}
