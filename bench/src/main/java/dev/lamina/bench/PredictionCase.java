package dev.lamina.bench;

import dev.lamina.air.PredictionScores;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All predictors on the same channels.
///
/// @param group what differs from LLM4CP's setting, empty if nothing
/// @param name of the setting
/// @param noisyFloor the least NMSE against noisy labels
/// @param perfectRate spectral efficiency of the channels themselves, bit/s/Hz
/// @param entries one for each predictor
public record PredictionCase(
        String group, String name, double noisyFloor, double perfectRate, List<Entry> entries) {
    /// The predictor that repeats the last step.
    public static final String PERSISTENCE = "persistence";

    /// The predictor in closed form that any trained one should be better than.
    public static final String AUTOREGRESSION = "ar";

    /// One predictor.
    ///
    /// @param scores null if it cannot take such channels
    /// @param refusal why not
    public record Entry(
            String model, PredictionScores.@Nullable Model scores, @Nullable String refusal) {}

    public PredictionCase {
        entries = List.copyOf(entries);
    }

    /// Of a predictor.
    public Entry entry(String model) {
        return entries.stream().filter(e -> e.model().equals(model)).findFirst().orElseThrow();
    }

    /// Whether a predictor does worse than the autoregression, or than no prediction.
    public boolean isWeak(String model) {
        return isWorse(model, PERSISTENCE) || isWorse(model, AUTOREGRESSION);
    }

    private boolean isWorse(String model, String than) {
        PredictionScores.@Nullable Model one = entry(model).scores();
        PredictionScores.@Nullable Model other = entry(than).scores();
        return !model.equals(PERSISTENCE)
                && one != null
                && other != null
                && one.nmse().clean() > other.nmse().clean();
    }
}
