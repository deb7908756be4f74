package dev.lamina.train;

import dev.lamina.edge.Timeline;

/// Who wants to know how a run goes, and may ask it to stop.
public interface RunListener {
    /// The run is about to start, or to go on.
    ///
    /// @param totalSteps steps of all devices together
    /// @param doneSteps steps taken before, in a resumed run
    default void planned(int totalSteps, int doneSteps) {}

    /// Steps were taken.
    ///
    /// @param doneSteps so far
    /// @param loss mean training loss of the latest
    default void stepped(int doneSteps, double loss) {}

    /// What the round under way took on the declared machines; its evaluation comes next.
    ///
    /// @param round counted from 1
    default void simulated(int round, Timeline timeline) {}

    /// A round ended, with its evaluation.
    default void round(RoundReport report) {}

    /// Asked between steps: true ends the run there, with its state saved.
    default boolean stopRequested() {
        return false;
    }
}
