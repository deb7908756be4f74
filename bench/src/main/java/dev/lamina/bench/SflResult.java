package dev.lamina.bench;

import dev.lamina.edge.OrderGap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the reproduction of paper [B]'s experiment came to; `result.json` has these names. The
/// ratios are ours over theirs, for `shared` and for `shared+`.
///
/// @param model whose shape timing and memory are of
/// @param batch texts in a step
/// @param seqLen tokens of each
/// @param devices names of those that take part
/// @param server name
/// @param stepsPerRound of each device
/// @param memoryVsParallel server memory over that of `parallel`
/// @param memoryVsSequential over that of `sequential`
/// @param timeVsSequential time of a round over that of `sequential`
/// @param timeVsParallel over that of `parallel`; measured: with the measured cost of working side
///   by side in the model
/// @param accuracy on the test samples, by scheme that was trained
/// @param orderGapMean of the default order: its makespan over the optimum's, mean over random
///   cases
/// @param orderGapMax the largest of them
/// @param orders all orders likewise
/// @param schemes timing and memory, scheme by scheme, and each improvement by itself
/// @param trained real training; in a quick run a few steps only
/// @param sideBySide several server copies at once on this machine; null if not measured
/// @param together devices in one pass through the weights on this machine
/// @param calibration the latency model against this machine's times; null if not measured
/// @param timeline how simulating a round grows with the number of devices
/// @param target accuracy
/// @param seed of everything random
public record SflResult(
        String model,
        int batch,
        int seqLen,
        List<String> devices,
        String server,
        int stepsPerRound,
        Map<String, Ratio> memoryVsParallel,
        Map<String, Ratio> memoryVsSequential,
        Map<String, Ratio> timeVsSequential,
        Map<String, Ratio> timeVsParallel,
        Map<String, Double> accuracy,
        double orderGapMean,
        double orderGapMax,
        List<OrderGap> orders,
        List<Scheme> schemes,
        List<Training> trained,
        @Nullable SideBySide sideBySide,
        List<Together> together,
        @Nullable Calibration calibration,
        List<TimelineBench.Point> timeline,
        double target,
        long seed) {

    /// A ratio.
    ///
    /// @param measured null if it was not
    public record Ratio(double modelled, @Nullable Double measured) {}

    /// Timing and memory of a scheme at the paper's shape (derived, but for what is measured).
    ///
    /// @param cuts blocks on each device
    /// @param roundLowerBoundSeconds of chosen cuts: no others are faster; null for given ones
    /// @param secondsPerRound simulated
    /// @param secondsPerRoundSideBySide with the measured cost of working side by side; null if
    ///   that does not apply
    /// @param serverBytes modelled
    /// @param serverMeasuredBytes of a process; null if not measured
    /// @param largestDeviceBytes modelled
    /// @param uplinkBytes in a round
    /// @param downlinkBytes in a round
    /// @param deviceJoules in a round, by device
    /// @param serverJoules in a round
    /// @param waitingSeconds of each device for the server
    /// @param serverUtilisation share of the round in which the server works
    public record Scheme(
            String name,
            List<Integer> cuts,
            @Nullable Double roundLowerBoundSeconds,
            double secondsPerRound,
            @Nullable Double secondsPerRoundSideBySide,
            long serverBytes,
            @Nullable Long serverMeasuredBytes,
            long largestDeviceBytes,
            double uplinkBytes,
            double downlinkBytes,
            List<Double> deviceJoules,
            double serverJoules,
            List<Double> waitingSeconds,
            double serverUtilisation) {
        /// Energy of all devices and the server.
        public double joules() {
            return serverJoules + deviceJoules.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /// A real training run.
    ///
    /// @param partition of the samples
    /// @param secondsToTarget simulated, at the end of the first round whose validation accuracy is
    ///   at least the target; null if none is
    /// @param roundSeconds simulated time at the end of each round
    /// @param joules simulated, of all devices and the server
    public record Training(
            String name,
            String partition,
            int steps,
            double accuracy,
            double macroF1,
            @Nullable Double secondsToTarget,
            List<Double> roundSeconds,
            List<Double> valAccuracy,
            double wallSeconds,
            long uplinkBytes,
            long downlinkBytes,
            double joules) {}

    /// Six server copies at once against one after another, at the paper's shape.
    ///
    /// @param inTurnSeconds a step of each, on all cores
    /// @param atOnceSeconds the same, each on one core's threads, all at once
    /// @param slowdown the latter over the former; below 1 it is faster
    /// @param penalty c of 1 + c (k − 1), from it; 0 if it is no slowdown
    public record SideBySide(
            double inTurnSeconds, double atOnceSeconds, double slowdown, double penalty) {}

    /// Devices in one pass against one after another.
    ///
    /// @param gain the latter's time over the former's; above 1 together is faster
    public record Together(
            String shape, double inTurnSeconds, double togetherSeconds, double gain) {}
}
