package dev.lamina.bench;

import dev.lamina.air.PredictionTiming;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What [PredictionBench] has measured; of parts that were not asked for, nothing.
///
/// @param models in the order of the tables
/// @param tracks of each table's cell
/// @param tdd LLM4CP's protocol, the same band with noise of 18 dB
/// @param fdd the band above, without noise
/// @param bySnr TDD, by signal-to-noise ratio in dB
/// @param zeroShot other settings, TDD; the first is LLM4CP's own
public record PredictionResult(
        PredictionSettings settings,
        List<String> models,
        int tracks,
        @Nullable PredictionCase tdd,
        @Nullable PredictionCase fdd,
        SortedMap<Double, PredictionCase> bySnr,
        List<PredictionCase> zeroShot,
        @Nullable Timing timing) {
    /// Users that share a station, for the time they take together.
    public static final int USERS = 1_000;

    /// Times of TDD in LLM4CP's setting.
    ///
    /// @param users on which they were measured
    /// @param flopsPerSecond of matrix products in the engine on one thread
    /// @param flopsPerSecondOnAll on all threads together
    /// @param times by predictor; without those that cannot take the setting
    public record Timing(
            int users,
            double flopsPerSecond,
            double flopsPerSecondOnAll,
            Map<String, PredictionTiming.Times> times) {}
}
