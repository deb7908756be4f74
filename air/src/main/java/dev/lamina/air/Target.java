package dev.lamina.air;

import dev.lamina.base.BadInputException;

/// What is to be predicted.
///
/// @param steps after the last one of the history
/// @param firstSubcarrier of the predicted band on the history's grid: 0 for the same band (TDD),
///   the history's number of subcarriers for the band above it (FDD)
/// @param subcarriers of the predicted band
public record Target(int steps, int firstSubcarrier, int subcarriers) {
    public Target {
        BadInputException.check(
                steps >= 1 && steps <= 1000,
                "a horizon of " + steps + " steps",
                "take between 1 and 1000, say 4.");
        BadInputException.check(
                subcarriers >= 1, subcarriers + " subcarriers to predict", "take at least 1.");
    }

    /// The next steps of the same band.
    public static Target sameBand(int steps, int subcarriers) {
        return new Target(steps, 0, subcarriers);
    }
}
