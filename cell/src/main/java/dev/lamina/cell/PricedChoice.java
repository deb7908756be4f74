package dev.lamina.cell;

import java.util.Arrays;
import java.util.Comparator;

/// The set of least W / N + Σ c_k whose shares fit into the band: the choice for one deadline where
/// energy has a price.
///
/// W / N is convex in N, so W / N >= 2 sqrt(W ν) - ν N for every ν > 0; with a price λ on the band
/// every (ν, λ) gives the lower bound 2 sqrt(W ν) - λ - Σ max(0, ν n_k - c_k - λ x_k) (derived).
/// The best ν is found by bisection, λ belongs to the knapsack of the values ν n_k - c_k. Its
/// greedy choice is the start; branch and bound over reduced costs ν n_k - c_k - λ x_k goes on from
/// there.
final class PricedChoice {
    private static final double ROUNDING = 1e-12;
    private static final int MOST_CORE = 60;

    private final double[] shares;
    private final double[] costs;
    private final int[] samples;
    private final double weight;

    private double sampleValue;
    private double price;
    private double relaxedSamples;
    private int[] chosen = {};
    private double value = Double.POSITIVE_INFINITY;
    private double lower;

    private int nodesLeft;
    private int[] order = {};
    private double[] gains = {};
    private double[] saved = {};
    private int[] fixed = {};

    /// @param shares least ones; infinite for a device that cannot take part
    /// @param weight W
    /// @param steps of the bisection
    /// @param nodes most of the search tree
    static PricedChoice solve(
            double[] shares, double[] costs, int[] samples, double weight, int steps, int nodes) {
        PricedChoice choice = new PricedChoice(shares, costs, samples, weight, nodes);
        choice.dual(steps);
        choice.search();
        return choice;
    }

    /// The lower bound for other shares and costs, with this choice's ν to begin with.
    double lower(double[] otherShares, double[] otherCosts, int nodes) {
        PricedChoice other = new PricedChoice(otherShares, otherCosts, samples, weight, nodes);
        other.sampleValue = sampleValue;
        other.greedy();
        other.lower = Math.min(other.value, other.dualBound());
        other.search();
        return other.lower;
    }

    private PricedChoice(double[] shares, double[] costs, int[] samples, double weight, int nodes) {
        this.shares = shares;
        this.costs = costs;
        this.samples = samples;
        this.weight = weight;
        this.nodesLeft = nodes;
        singles();
    }

    int[] chosen() {
        return chosen;
    }

    /// W / N + Σ c of the choice; infinite if no device can take part.
    double value() {
        return value;
    }

    /// No set that fits has less.
    double lower() {
        return lower;
    }

    private double dualBound() {
        double sum = 2 * Math.sqrt(weight * sampleValue) - price;
        double least = Double.POSITIVE_INFINITY;
        long all = 0;
        for (int k = 0; k < shares.length; k++) {
            if (shares[k] <= 1) {
                sum -= Math.max(0, gain(k));
                least = Math.min(least, costs[k]);
                all += samples[k];
            }
        }
        return all == 0 ? Double.POSITIVE_INFINITY : Math.max(sum, weight / all + least);
    }

    private void singles() {
        for (int k = 0; k < shares.length; k++) {
            if (shares[k] <= 1) {
                offer(new int[] {k});
            }
        }
    }

    private void dual(int steps) {
        double all = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < shares.length; k++) {
            if (shares[k] <= 1) {
                all += samples[k];
                least = Math.min(least, samples[k]);
            }
        }
        if (all == 0) {
            lower = Double.POSITIVE_INFINITY;
            return;
        }
        // sqrt(W / ν), the samples that ν stands for, lies between the least and all
        double low = least;
        double high = all;
        double bound = Double.NEGATIVE_INFINITY;
        double bestValue = 0;
        double bestPrice = 0;
        for (int i = 0; i < steps && high - low > 1e-9 * high; i++) {
            double guess = Math.sqrt(low * high);
            sampleValue = weight / (guess * guess);
            greedy();
            double now = dualBound();
            if (now > bound) {
                bound = now;
                bestValue = sampleValue;
                bestPrice = price;
            }
            if (relaxedSamples > guess) {
                low = guess;
            } else {
                high = guess;
            }
        }
        sampleValue = bestValue;
        price = bestPrice;
        lower = Math.min(value, dualBound());
    }

    /// The knapsack of the values at the present ν, and its choice.
    private void greedy() {
        long[] keys = new long[shares.length];
        int count = 0;
        for (int k = 0; k < shares.length; k++) {
            double gain = sampleValue * samples[k] - costs[k];
            if (shares[k] <= 1 && gain > 0) {
                int bits = Float.floatToIntBits((float) (gain / shares[k]));
                keys[count++] = (long) (Integer.MAX_VALUE - bits) << 32 | k;
            }
        }
        Arrays.sort(keys, 0, count);
        int[] set = new int[count];
        int size = 0;
        double room = 1;
        price = 0;
        relaxedSamples = 0;
        for (int i = 0; i < count; i++) {
            int k = (int) keys[i];
            if (shares[k] <= room) {
                room -= shares[k];
                set[size++] = k;
                if (price == 0) {
                    relaxedSamples += samples[k];
                }
            } else if (price == 0) {
                price = (sampleValue * samples[k] - costs[k]) / shares[k];
                relaxedSamples += samples[k] * room / shares[k];
            }
        }
        offer(Arrays.copyOf(set, size));
    }

    private void offer(int[] set) {
        double n = 0;
        double cost = 0;
        for (int k : set) {
            n += samples[k];
            cost += costs[k];
        }
        if (n > 0 && weight / n + cost < value) {
            value = weight / n + cost;
            chosen = set;
        }
    }

    /// Exact choice among the devices that reduced costs leave open.
    private void search() {
        if (nodesLeft == 0 || !(lower < value)) {
            return;
        }
        double base = 2 * Math.sqrt(weight * sampleValue) - price;
        double relaxed = base;
        for (int k = 0; k < shares.length; k++) {
            relaxed -= shares[k] <= 1 ? Math.max(0, gain(k)) : 0;
        }
        double gap = value - relaxed + ROUNDING * value;
        double room = 1 + ROUNDING;
        int[] free = new int[MOST_CORE];
        int count = 0;
        int taken = 0;
        int[] sure = new int[shares.length];
        for (int k = 0; k < shares.length; k++) {
            double gain = shares[k] <= 1 ? gain(k) : Double.NEGATIVE_INFINITY;
            if (Math.abs(gain) <= gap) {
                if (count == MOST_CORE) {
                    return;
                }
                free[count++] = k;
            } else if (gain > 0) {
                sure[taken++] = k;
                room -= shares[k];
                base -= gain;
            }
        }
        fixed = Arrays.copyOf(sure, taken);
        order = byGain(Arrays.copyOf(free, count));
        gains = Arrays.stream(order).mapToDouble(this::gain).toArray();
        saved = new double[count + 1];
        for (int i = count - 1; i >= 0; i--) {
            saved[i] = saved[i + 1] + Math.max(0, gains[i]);
        }
        branch(0, room, base, 0);
        if (nodesLeft > 0) {
            lower = value;
        }
    }

    /// The most decided first.
    private int[] byGain(int[] free) {
        return Arrays.stream(free)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -Math.abs(gain(k))))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private double gain(int k) {
        return sampleValue * samples[k] - costs[k] - price * shares[k];
    }

    /// @param bound of the objective, but for what the devices from `i` on may save
    private void branch(int i, double room, double bound, long mask) {
        if (room < 0 || nodesLeft <= 0) {
            return;
        }
        nodesLeft--;
        if (bound - saved[i] >= value - ROUNDING * value) {
            return;
        }
        if (i == order.length) {
            int[] set = Arrays.copyOf(fixed, fixed.length + Long.bitCount(mask));
            int size = fixed.length;
            for (int j = 0; j < order.length; j++) {
                if ((mask >> j & 1) == 1) {
                    set[size++] = order[j];
                }
            }
            offer(set);
            return;
        }
        if (gains[i] > 0) {
            branch(i + 1, room - shares[order[i]], bound - gains[i], mask | 1L << i);
            branch(i + 1, room, bound, mask);
        } else {
            branch(i + 1, room, bound, mask);
            branch(i + 1, room - shares[order[i]], bound - gains[i], mask | 1L << i);
        }
    }
}
