package dev.lamina.air;

import java.util.List;
import java.util.Map;

/// What predictors reached on the same channels.
///
/// @param tracks that were tried
/// @param layout of the antennas
/// @param perfectRate [SpectralEfficiency] of the channels themselves in bit/s/Hz, the mean over
///   tracks
/// @param models in the order asked for
public record PredictionScores(
        int tracks, ArrayLayout layout, double perfectRate, List<Model> models) {
    /// Normalised mean square errors, linear: means over tracks, each with its own power.
    ///
    /// @param clean against channels without noise
    /// @param noisy against channels as noisy as the history
    public record Score(double clean, double noisy) {}

    /// One predictor.
    ///
    /// @param bySpeed for each speed in km/h that the channels tell; empty if they do not
    /// @param secondsPerTrack of one thread
    /// @param rate [SpectralEfficiency] in bit/s/Hz, the mean over tracks
    public record Model(
            String name,
            Score nmse,
            Map<Integer, Score> bySpeed,
            double secondsPerTrack,
            double rate) {}
}
