package dev.lamina.air;

/// Predicts channels. Safe for use from several threads.
public interface Predictor {
    /// As on the command line and in reports.
    String name();

    /// The channels to come, in the history's scale.
    ///
    /// @return [time, subcarrier, antenna, 2] with the target's steps and subcarriers
    float[] predict(History history, Target target);
}
