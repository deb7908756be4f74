package dev.lamina.edge;

/// How the server works on the tasks that it has.
public sealed interface Service {
    /// One task at a time; the order says which is next.
    ///
    /// The priorities are those that the order gives the estimates of a *wave*, the k-th task of
    /// each device on the server, in the order in which the tasks were added. Of the tasks that are
    /// ready the server takes the one with the lowest number, whatever its wave, and of equal ones
    /// the one added first. `Fifo` goes by when the tasks really come, and an order that waits
    /// serves wave after wave, each in its fixed sequence.
    record InTurn(ServerOrder order) implements Service {}

    /// All tasks at once: with k of them the server gets 1 / (1 + penalty (k - 1)) of the work done
    /// that it gets done for one, and shares it out evenly (derived). 0 is ideal sharing.
    record SideBySide(double penalty) implements Service {
        public SideBySide {
            Checks.notNegative("penalty", penalty);
        }
    }
}
