package dev.lamina.air;

/// Follows a [Trainer], and may stop it.
public interface TrainingListener {
    /// Nobody listens.
    TrainingListener NONE = new TrainingListener() {};

    /// After each step.
    ///
    /// @param step counted from 1
    /// @param steps planned in all
    default void stepped(int step, int steps, double loss) {}

    /// After each epoch.
    default void epoch(EpochReport report) {}

    /// Asked before each step; training ends when it says so.
    default boolean stopRequested() {
        return false;
    }
}
