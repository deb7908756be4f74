package dev.lamina.air;

import org.jspecify.annotations.Nullable;

/// What came of an epoch.
///
/// @param epoch counted from 1
/// @param steps taken so far
/// @param trainingLoss the mean over its examples, as they were met on the way: the parameters
///   change from step to step
/// @param validationNmse after it, against the labels; null where it was not asked for
/// @param best whether that is the lowest so far
public record EpochReport(
        int epoch, int steps, double trainingLoss, @Nullable Double validationNmse, boolean best) {}
