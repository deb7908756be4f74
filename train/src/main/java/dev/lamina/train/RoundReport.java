package dev.lamina.train;

/// What a round came to.
///
/// @param round counted from 1
/// @param steps taken by all devices since the start
/// @param trainLoss mean over the round's samples, before each step
/// @param valLoss mean cross-entropy of the global adapter over the validation samples
/// @param valAccuracy share of validation samples that it classifies rightly
/// @param simulatedSeconds on the declared machines, since the start
/// @param truncation share of the devices' mean product that the aggregation cut off; 0 for methods
///   that cut nothing off
/// @param aggregationSeconds that the aggregation took, as measured
public record RoundReport(
        int round,
        int steps,
        double trainLoss,
        double valLoss,
        double valAccuracy,
        double simulatedSeconds,
        double truncation,
        double aggregationSeconds) {}
