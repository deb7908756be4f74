package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which budgets of delay can be kept.
public final class Feasibility {
    private Feasibility() {}

    /// The mean over rounds of the shortest possible round, min_k delay_k(1): one device with the
    /// whole band. No policy has a lower mean delay.
    public static double smallestMeanDelay(Cell cell, List<DeviceLoad> loads, int rounds) {
        Checks.positive("rounds", rounds);
        Band band = cell.spec().band();
        double sum = 0;
        for (int t = 0; t < rounds; t++) {
            double least = Double.POSITIVE_INFINITY;
            for (Candidate candidate : cell.candidates(t, loads)) {
                least = Math.min(least, candidate.delaySeconds(1, band));
            }
            sum += least;
        }
        return sum / rounds;
    }

    /// The mean over rounds of a round with at least so many samples, or with all of the usable
    /// devices: those that need the smallest share for a sample come first (derived; at most one
    /// device's samples above the smallest such round).
    public static double meanDelay(Cell cell, List<DeviceLoad> loads, int rounds, long samples) {
        Checks.positive("rounds", rounds);
        double sum = 0;
        int usable = 0;
        for (int t = 0; t < rounds; t++) {
            List<Candidate> candidates = cell.candidates(t, loads);
            if (candidates.stream().anyMatch(Candidate::usable)) {
                RoundState state =
                        new RoundState(t, 1, 0, 1, 1, List.of(), cell.spec().band(), candidates);
                sum += leastDeadline(new Instance(state), samples);
                usable++;
            }
        }
        return usable == 0 ? Double.POSITIVE_INFINITY : sum / usable;
    }

    private static double leastDeadline(Instance instance, long samples) {
        long wanted = Math.min(samples, instance.total);
        double low = instance.leastFixedSeconds;
        double high = 2 * low + 1e-3;
        while (fitting(instance, high) < wanted) {
            low = high;
            high *= 2;
        }
        while (high - low > 1e-4 * high) {
            double middle = (low + high) / 2;
            if (fitting(instance, middle) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /// Samples of the devices that meet a deadline together.
    private static long fitting(Instance instance, double deadline) {
        double[] shares = new double[instance.size];
        for (int k = 0; k < instance.size; k++) {
            double inverse = instance.inverseShare(k, deadline, 1);
            shares[k] = inverse == 0 ? Double.POSITIVE_INFINITY : 1 / inverse;
        }
        List<Integer> order =
                IntStream.range(0, instance.size)
                        .boxed()
                        .sorted(Comparator.comparingDouble(k -> shares[k] / instance.samples[k]))
                        .toList();
        double left = 1;
        long samples = 0;
        for (int k : order) {
            if (shares[k] <= left) {
                left -= shares[k];
                samples += instance.samples[k];
            }
        }
        return samples;
    }

    /// Checks that a budget can be kept.
    ///
    /// @throws BadInputException if no policy can keep it
    public static void check(Cell cell, List<DeviceLoad> loads, int rounds, double budgetSeconds) {
        Checks.positive("budgetSeconds", budgetSeconds);
        double least = smallestMeanDelay(cell, loads, rounds);
        BadInputException.check(
                budgetSeconds >= least,
                "a mean delay of %s s per round is out of reach".formatted(budgetSeconds),
                "give at least %.4g s: one device a round, the quickest, takes that long"
                        .formatted(Math.nextUp(least)));
    }
}
