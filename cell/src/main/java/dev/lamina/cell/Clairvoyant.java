package dev.lamina.cell;

import java.util.ArrayList;
import java.util.List;

/// What could be had if all channels were known beforehand: a lower bound on the mean penalty of
/// any policy that keeps the budget, by Lagrange duality, max over λ >= 0 of mean_t min (w_t / N +
/// λ (T - T_avg)) (derived).
///
/// @param multiplier λ*, penalty per second of budget
/// @param meanPenalty the bound
/// @param meanSeconds of the rounds that are optimal at λ*
/// @param pricedValue mean_t min (w_t / N + λ* T): no run on this path has a lower sum of mean
///   penalty and λ* times its mean delay
public record Clairvoyant(
        double multiplier, double meanPenalty, double meanSeconds, double pricedValue) {
    private static final int MOST_STEPS = 60;

    /// Solves the dual problem: mean delay at the budget, by false position (Illinois).
    ///
    /// @param tolerance relative, of λ* or the mean delay; the bound is valid whatever it is
    public static Clairvoyant solve(
            Cell cell,
            List<DeviceLoad> loads,
            int rounds,
            Importance importance,
            double budgetSeconds,
            double tolerance) {
        Feasibility.check(cell, loads, rounds, budgetSeconds);
        Checks.positive("tolerance", tolerance);
        Path problem = Path.of(cell, loads, rounds, importance, budgetSeconds);
        Clairvoyant free = problem.at(0);
        if (free.meanSeconds() <= budgetSeconds) {
            return free;
        }
        Clairvoyant low = free;
        Clairvoyant high = problem.at(free.meanPenalty() / budgetSeconds);
        int step = 0;
        while (high.meanSeconds() > budgetSeconds && step++ < MOST_STEPS) {
            low = high;
            high = problem.at(2 * high.multiplier());
        }
        Clairvoyant best = low.meanPenalty() > high.meanPenalty() ? low : high;
        double over = low.meanSeconds() - budgetSeconds;
        double under = high.meanSeconds() - budgetSeconds;
        int side = 0;
        while (high.multiplier() - low.multiplier() > tolerance * high.multiplier()
                && step++ < MOST_STEPS) {
            // without a multiplier rounds may be far too long to say anything of the root
            double middle =
                    4 * low.multiplier() < high.multiplier()
                            ? Math.max(
                                    high.multiplier() / 8,
                                    Math.sqrt(low.multiplier() * high.multiplier()))
                            : (low.multiplier() * under - high.multiplier() * over)
                                    / (under - over);
            Clairvoyant now = problem.at(middle);
            best = now.meanPenalty() > best.meanPenalty() ? now : best;
            double excess = now.meanSeconds() - budgetSeconds;
            if (Math.abs(excess) <= tolerance * budgetSeconds) {
                break;
            }
            if (excess > 0) {
                low = now;
                over = excess;
                under = side > 0 ? under / 2 : under;
                side = 1;
            } else {
                high = now;
                under = excess;
                over = side < 0 ? over / 2 : over;
                side = -1;
            }
        }
        return best;
    }

    /// The rounds with all their channels.
    ///
    /// @param budget T_avg
    record Path(Band band, List<List<Candidate>> rounds, Importance importance, double budget) {
        static Path of(
                Cell cell,
                List<DeviceLoad> loads,
                int rounds,
                Importance importance,
                double budget) {
            List<List<Candidate>> path = new ArrayList<>(rounds);
            for (int t = 0; t < rounds; t++) {
                path.add(cell.candidates(t, loads));
            }
            return new Path(cell.spec().band(), path, importance, budget);
        }

        Clairvoyant at(double multiplier) {
            double seconds = 0;
            double priced = 0;
            for (int t = 0; t < rounds.size(); t++) {
                Allocation allocation = allocate(t, multiplier);
                seconds += allocation.predictedSeconds();
                // the certificate, so that large cells, solved less exactly, give a bound as well
                priced += allocation.lowerBound();
            }
            int count = rounds.size();
            return new Clairvoyant(
                    multiplier,
                    priced / count - multiplier * budget,
                    seconds / count,
                    priced / count);
        }

        Allocation allocate(int round, double multiplier) {
            RoundState state =
                    new RoundState(
                            round,
                            importance.weight(round, rounds.size()),
                            multiplier,
                            1,
                            budget,
                            List.of(),
                            band,
                            rounds.get(round));
            return new DeadlineSearch(new Instance(state)).solve();
        }
    }
}
