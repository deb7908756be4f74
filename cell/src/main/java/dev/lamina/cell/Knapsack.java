package dev.lamina.cell;

import java.util.Arrays;

/// The set of most samples whose shares fit into the band: a 0/1 knapsack of capacity 1.
///
/// Greedy by samples per share, filled up with what still fits. It stays behind the linear
/// relaxation by less than the samples of one device. Devices whose reduced cost decides them are
/// fixed, and if few are left (the core), branch and bound makes the choice exact. Equal samples
/// are exact at once, as the relaxation is rounded down to a multiple of their common divisor.
final class Knapsack {
    private static final int MOST_CORE = 60;
    private static final double ROUNDING = 1e-12;

    private final double[] shares;
    private final int[] samples;
    private final long unit;
    private int[] order;
    private int feasible;

    private double price;
    private double relaxed;
    private long value;
    private long upper;
    private int[] chosen;

    private int nodesLeft;
    private int[] core = new int[0];
    private long best;
    private long bestMask;

    /// @param shares least ones; infinite for a device that cannot take part
    /// @param unit common divisor of the samples
    /// @param nodes most of the search tree
    Knapsack(double[] shares, int[] samples, long unit, int nodes) {
        this.shares = shares;
        this.samples = samples;
        this.unit = unit;
        this.nodesLeft = nodes;
        this.order = sort();
        this.chosen = greedy();
        this.upper = (long) Math.floor(relaxed * (1 + ROUNDING) / unit) * unit;
        if (value < upper) {
            refine();
        }
    }

    /// Indices of the devices.
    int[] chosen() {
        return chosen;
    }

    /// Their samples.
    long value() {
        return value;
    }

    /// No set that fits has more.
    long upper() {
        return upper;
    }

    /// λ, samples per share of the device that no longer fits; 0 if all fit.
    double price() {
        return price;
    }

    /// Value of the linear relaxation.
    double relaxed() {
        return relaxed;
    }

    /// By samples per share, the largest first: keys of 32 bits and index, then an exact pass.
    private int[] sort() {
        long[] keys = new long[shares.length];
        feasible = 0;
        for (int k = 0; k < keys.length; k++) {
            if (shares[k] <= 1) {
                int bits = Float.floatToIntBits((float) (samples[k] / shares[k]));
                keys[feasible++] = (long) (Integer.MAX_VALUE - bits) << 32 | k;
            }
        }
        Arrays.sort(keys, 0, feasible);
        int[] sorted = new int[feasible];
        for (int i = 0; i < feasible; i++) {
            int k = (int) keys[i];
            int j = i;
            while (j > 0
                    && samples[sorted[j - 1]] * shares[k] < samples[k] * shares[sorted[j - 1]]) {
                sorted[j] = sorted[j - 1];
                j--;
            }
            sorted[j] = k;
        }
        return sorted;
    }

    private int[] greedy() {
        int[] set = new int[feasible];
        int count = 0;
        int single = -1;
        double room = 1 + ROUNDING;
        boolean full = false;
        for (int k : order) {
            if (shares[k] <= room) {
                room -= shares[k];
                value += samples[k];
                set[count++] = k;
            } else if (!full) {
                full = true;
                price = samples[k] / shares[k];
                relaxed = value + Math.max(0, room) * price;
            }
            if (single < 0 || samples[k] > samples[single]) {
                single = k;
            }
        }
        if (!full) {
            relaxed = value;
        }
        if (single >= 0 && samples[single] > value) {
            value = samples[single];
            return new int[] {single};
        }
        return Arrays.copyOf(set, count);
    }

    /// Exact choice among the devices that reduced costs leave open.
    private void refine() {
        double gap = relaxed * (1 + ROUNDING) - value - unit;
        int open = 0;
        int taken = 0;
        double room = 1 + ROUNDING;
        long sum = 0;
        int[] free = new int[MOST_CORE];
        int[] fixed = new int[feasible];
        for (int k : order) {
            double reduced = samples[k] - price * shares[k];
            if (Math.abs(reduced) <= gap + 1e-9 * samples[k]) {
                if (open == MOST_CORE) {
                    return;
                }
                free[open++] = k;
            } else if (reduced > 0) {
                fixed[taken++] = k;
                room -= shares[k];
                sum += samples[k];
            }
        }
        core = Arrays.copyOf(free, open);
        best = value;
        bestMask = -1;
        branch(0, room, sum, 0);
        if (bestMask >= 0) {
            value = best;
            chosen = Arrays.copyOf(fixed, taken + Long.bitCount(bestMask));
            for (int i = 0; i < open; i++) {
                if ((bestMask >> i & 1) == 1) {
                    chosen[taken++] = core[i];
                }
            }
        }
        if (nodesLeft > 0) {
            upper = value;
        }
    }

    private void branch(int i, double room, long sum, long mask) {
        if (room < 0 || nodesLeft <= 0) {
            return;
        }
        nodesLeft--;
        if (sum > best) {
            best = sum;
            bestMask = mask;
        }
        if (i == core.length || bound(i, room, sum) < best + unit) {
            return;
        }
        branch(i + 1, room - shares[core[i]], sum + samples[core[i]], mask | 1L << i);
        branch(i + 1, room, sum, mask);
    }

    private double bound(int from, double room, long sum) {
        double bound = sum;
        double left = room;
        for (int i = from; i < core.length; i++) {
            int k = core[i];
            if (shares[k] > left) {
                bound += left * samples[k] / shares[k];
                break;
            }
            left -= shares[k];
            bound += samples[k];
        }
        return bound * (1 + ROUNDING);
    }
}
