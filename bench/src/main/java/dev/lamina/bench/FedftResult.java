package dev.lamina.bench;

import dev.lamina.cell.VSweep;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What paper [A]'s experiment of federated fine-tuning in a wireless cell came to; `result.json`
/// has these names. Times are simulated seconds.
///
/// @param devices in the cell
/// @param target accuracy whose time is told
/// @param delayBudget T_avg, the median over the seeds
/// @param meanDelay of the policy `online`, the median over the seeds
/// @param timeToTarget by policy: the median over the seeds; null where fewer than half of the
///   seeds reached it in time
/// @param saving 1 - time of `online` over that of the best simple baseline, by seed
/// @param medianSaving their median
/// @param bytesPerRound uplink bytes of all devices in a round, by scheme, counted from messages
/// @param accuracy on the test samples, by scheme, with everybody in every round
/// @param vSweep the trade-off of gap and backlog
/// @param gapSlope d log gap / d log V once the queue has settled (the second half of the rounds)
/// @param gapSlopeAllRounds the same over all rounds: with the filling of the queue, which grows
///   with V
/// @param queueSlope d log backlog / d log V, from an empty queue
/// @param runs of all policies and seeds
/// @param ranks effect of the adapter's rank
/// @param radii effect of the cell's size
public record FedftResult(
        int devices,
        double target,
        double delayBudget,
        double meanDelay,
        Map<String, @Nullable Double> timeToTarget,
        List<Double> saving,
        double medianSaving,
        Map<String, Double> bytesPerRound,
        Map<String, Map<String, Double>> accuracy,
        List<VSweep.Row> vSweep,
        double gapSlope,
        double gapSlopeAllRounds,
        double queueSlope,
        List<Run> runs,
        List<Varied> ranks,
        List<Varied> radii) {

    /// A policy's run with a seed.
    ///
    /// @param secondsToTarget when its validation accuracy first reached the target, between two
    ///   judgements by proportion; null if it did not
    /// @param seconds at each judgement
    /// @param roundSeconds T(t) of each round
    /// @param queueSeconds Q(t)
    /// @param scheduled devices in each round
    public record Run(
            String policy,
            long seed,
            double delayBudget,
            double meanDelay,
            double meanSamples,
            double meanScheduled,
            @Nullable Double secondsToTarget,
            List<Double> seconds,
            List<Double> accuracy,
            List<Double> loss,
            List<Double> roundSeconds,
            List<Double> queueSeconds,
            List<Integer> scheduled,
            double uplinkBytesPerRound,
            Map<String, Integer> starved,
            List<String> neverScheduled) {}

    /// The policy `online` with one thing changed.
    ///
    /// @param value of what was changed
    public record Varied(
            double value,
            double delayBudget,
            double meanDelay,
            double meanSamples,
            double uplinkBytesPerRound,
            @Nullable Double secondsToTarget,
            double lastAccuracy) {}
}
