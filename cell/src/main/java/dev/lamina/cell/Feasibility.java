package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.List;

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
