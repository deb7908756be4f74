package dev.lamina.cell;

import java.util.stream.IntStream;

/// The shares of a given set of devices that end their round soonest: all take equally long, and
/// together they fill the band.
final class Shares {
    private static final int MOST_STEPS = 200;
    private static final double TOLERANCE = 1e-13;

    private final Instance instance;
    private final int[] set;
    private final double[] y;
    private double sum;
    private double slope;

    private Shares(Instance instance, int[] set) {
        this.instance = instance;
        this.set = set;
        this.y = new double[set.length];
    }

    /// All usable devices.
    static Allocation all(Instance instance, double lowerBound) {
        int[] set = IntStream.range(0, instance.size).toArray();
        return least(instance, set, Double.POSITIVE_INFINITY, lowerBound);
    }

    /// A set, with its least deadline.
    ///
    /// @param feasible a deadline that the set is known to meet; infinite if none is known
    /// @param lowerBound of the round's objective
    static Allocation least(Instance instance, int[] set, double feasible, double lowerBound) {
        Shares shares = new Shares(instance, set);
        shares.solve(feasible);
        return shares.allocation(lowerBound);
    }

    /// The least deadline that a set meets.
    static double leastDeadline(Instance instance, int[] set, double feasible) {
        return new Shares(instance, set).solve(feasible);
    }

    /// The objective of a set with a deadline that it meets.
    static double objective(Instance instance, int[] set, double deadline) {
        double n = 0;
        double cost = 0;
        for (int k : set) {
            n += instance.samples[k];
            if (instance.priced) {
                cost += instance.cost(k, instance.inverseShare(k, deadline, 1));
            }
        }
        return instance.weight / n + instance.queue * deadline + cost;
    }

    /// Newton's method on 1/Σx = 1, which is almost linear, kept inside a bracket.
    private double solve(double feasible) {
        double low = 0;
        for (int k : set) {
            low = Math.max(low, instance.aloneSeconds[k]);
        }
        double[] left = new double[set.length];
        double high = feasible;
        double at = low;
        for (int i = 0; i < MOST_STEPS; i++) {
            evaluate(at, left);
            if (Math.abs(sum - 1) <= TOLERANCE * set.length) {
                break;
            }
            if (sum > 1) {
                low = at;
                System.arraycopy(y, 0, left, 0, y.length);
            } else {
                high = at;
            }
            double next = at + (sum * sum - sum) / slope;
            if (!(next > low && next < high)) {
                next = high < Double.POSITIVE_INFINITY ? low + (high - low) / 2 : 2 * low;
            }
            if (next <= low || next >= high) {
                at = Math.min(high, Double.MAX_VALUE);
                evaluate(at, left);
                break;
            }
            at = next;
        }
        return at;
    }

    private void evaluate(double deadline, double[] left) {
        sum = 0;
        slope = 0;
        for (int i = 0; i < set.length; i++) {
            y[i] = instance.inverseShare(set[i], deadline, left[i]);
            sum += 1 / y[i];
            slope += instance.shareSlope(set[i], y[i]);
        }
    }

    private Allocation allocation(double lowerBound) {
        double[] shares = new double[instance.state.candidates().size()];
        double scale = 1 / Math.max(1, sum);
        for (int i = 0; i < set.length; i++) {
            shares[instance.positions[set[i]]] = scale / y[i];
        }
        return Allocation.of(instance.state, shares, lowerBound);
    }
}
