package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The trade-off of drift plus penalty on one path of channels, with constant importance: with a
/// growing V the gap to the optimum falls as 1/V and the queue grows as V.
///
/// V is a multiple v of T_avg / λ*, so that the queue settles near v T_avg: a multiple of the
/// budget. The gap is priced at the multiplier: mean penalty + λ* mean delay, less its least value
/// on the same path. It is never negative and knows no Monte Carlo noise, as both sides see the
/// same channels (derived). While the queue fills, rounds are longer than the budget allows: the
/// mean delay exceeds it by Q(R)/R, about v T_avg / R, and the priced gap by a part that grows as v
/// / R. Hence also the gap of the second half of the rounds, in which the queue has settled.
///
/// @param rows by ascending V
/// @param gapSlope d log gap / d log V by least squares, all rounds
/// @param settledGapSlope likewise, second half of the rounds; -1 by theory
/// @param queueSlope d log mean queue / d log V; 1 by theory
public record VSweep(
        Clairvoyant clairvoyant,
        double budgetSeconds,
        int rounds,
        List<Row> rows,
        double gapSlope,
        double settledGapSlope,
        double queueSlope) {
    /// Rounds for each unit of v: with these the mean delay ends within 2 % of the budget.
    public static final int ROUNDS_PER_MULTIPLE = 60;

    private static final double TOLERANCE = 1e-4;

    /// One V.
    ///
    /// @param multiple v
    /// @param penaltyWeight V
    /// @param meanSeconds over all rounds, from an empty queue
    /// @param overBudget (mean delay - T_avg) / T_avg
    /// @param meanQueueSeconds over all rounds
    /// @param gap priced at λ*, all rounds
    /// @param settledGap priced at λ*, second half of the rounds
    /// @param rawGap of the mean penalty alone; negative if the budget is overspent
    public record Row(
            double multiple,
            double penaltyWeight,
            double meanSeconds,
            double overBudget,
            double meanQueueSeconds,
            double gap,
            double settledGap,
            double rawGap) {}

    /// Runs the policy `online` for each V.
    ///
    /// @param multiples v, ascending, two or more
    /// @throws BadInputException if the rounds are too few for the largest v, if the budget is out
    ///   of reach, or so large that it does not bind
    public static VSweep run(
            Cell cell,
            List<DeviceLoad> loads,
            double budgetSeconds,
            List<Double> multiples,
            int rounds) {
        BadInputException.check(
                multiples.size() >= 2, multiples.size() + " values of v", "give two or more");
        multiples.forEach(v -> Checks.positive("v", v));
        double most = multiples.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        BadInputException.check(
                rounds >= ROUNDS_PER_MULTIPLE * most,
                "%d rounds are too few for v = %s: the mean delay would exceed the budget by more than 2 %%"
                        .formatted(rounds, most),
                "take %.0f rounds".formatted(Math.ceil(ROUNDS_PER_MULTIPLE * most)));
        Importance constant = new Importance.Constant();
        Clairvoyant best =
                Clairvoyant.solve(cell, loads, rounds, constant, budgetSeconds, TOLERANCE);
        BadInputException.check(
                best.multiplier() > 0,
                "budgetSeconds %s does not bind: all devices in every round take %s s"
                        .formatted(budgetSeconds, best.meanSeconds()),
                "give a smaller budget");
        Clairvoyant.Path path = Clairvoyant.Path.of(cell, loads, rounds, constant, budgetSeconds);
        double[] least = new double[rounds];
        for (int t = 0; t < rounds; t++) {
            least[t] = path.allocate(t, best.multiplier()).lowerBound();
        }
        AllocationPolicy online = AllocationPolicy.parse("online", 0);
        List<Row> rows = new ArrayList<>();
        for (double multiple : multiples) {
            double weight = multiple * budgetSeconds / best.multiplier();
            AllocationRun run =
                    AllocationRun.simulate(
                            cell,
                            online,
                            new Allocator(
                                    cell, online, weight, budgetSeconds, EnergyBudget.unlimited()),
                            loads,
                            rounds,
                            constant);
            rows.add(
                    new Row(
                            multiple,
                            weight,
                            run.meanSeconds(),
                            run.meanSeconds() / budgetSeconds - 1,
                            run.meanQueueSeconds(),
                            gap(run, best.multiplier(), least, 0),
                            gap(run, best.multiplier(), least, rounds / 2),
                            run.meanPenalty() - best.meanPenalty()));
        }
        return new VSweep(
                best,
                budgetSeconds,
                rounds,
                List.copyOf(rows),
                slope(rows, Row::gap),
                slope(rows, Row::settledGap),
                slope(rows, Row::meanQueueSeconds));
    }

    private static double gap(AllocationRun run, double multiplier, double[] least, int from) {
        double sum = 0;
        for (int t = from; t < least.length; t++) {
            AllocationRun.Round round = run.rounds().get(t);
            sum += round.penalty() + multiplier * round.seconds() - least[t];
        }
        return sum / (least.length - from);
    }

    /// Of log y over log V, by least squares; NaN if a value is not positive.
    private static double slope(List<Row> rows, ToDoubleFunction<Row> value) {
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        for (Row row : rows) {
            double logX = Math.log(row.penaltyWeight());
            double logY = Math.log(value.applyAsDouble(row));
            x += logX;
            y += logY;
            xx += logX * logX;
            xy += logX * logY;
        }
        int n = rows.size();
        return (n * xy - x * y) / (n * xx - x * x);
    }
}
