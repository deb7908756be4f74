package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import org.jspecify.annotations.Nullable;

/// How predictors are tried on channels.
///
/// @param history steps that a predictor sees
/// @param horizon steps to predict after them
/// @param otherBand FDD: the history is the lower half of the subcarriers, and the upper half of
///   the coming steps is to be predicted; otherwise the same band (TDD)
/// @param snrDecibels of the history against its own mean power; infinite for no noise
/// @param layout of the antennas; null to find it
/// @param seed of the noise
public record PredictionSetting(
        int history,
        int horizon,
        boolean otherBand,
        double snrDecibels,
        @Nullable ArrayLayout layout,
        long seed) {
    public PredictionSetting {
        BadInputException.check(
                history >= 2 && history <= 10_000,
                "a history of " + history + " steps",
                "take at least 2, say 16.");
        BadInputException.check(
                snrDecibels >= -50, // NaN fails
                "a signal-to-noise ratio of " + snrDecibels + " dB",
                "take a number such as 18.");
    }

    /// Checks that channels are enough.
    void check(CsiShape shape) {
        BadInputException.check(
                shape.steps() >= history + horizon,
                "tracks of %d steps for a history of %d and a horizon of %d"
                        .formatted(shape.steps(), history, horizon),
                "take a shorter --history or --horizon.");
        BadInputException.check(
                !otherBand || shape.subcarriers() % 2 == 0,
                shape.subcarriers() + " subcarriers for two bands",
                "take an even number of them.");
        BadInputException.check(
                layout == null || layout.antennas() == shape.antennas(),
                "array layout %s for %d antennas".formatted(layout, shape.antennas()),
                "leave it out, and it is found.");
    }

    /// What is to be predicted on these channels.
    Target target(CsiShape shape) {
        return otherBand
                ? new Target(horizon, shape.subcarriers() / 2, shape.subcarriers() / 2)
                : Target.sameBand(horizon, shape.subcarriers());
    }

    /// The least NMSE against references as noisy as the history: ρ / (1 + ρ), where ρ is the power
    /// of the noise over that of the channels (derived).
    public double noisyFloor() {
        double rho = Math.pow(10, -snrDecibels / 10);
        return rho / (1 + rho);
    }
}
