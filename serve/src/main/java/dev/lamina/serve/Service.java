package dev.lamina.serve;

import java.util.List;
import java.util.Map;

/// A module of a model that serves: an encoder, a projector, a range of blocks, a head ([A] III-A).
/// It computes and knows nothing of nodes, queues or networks. Calls come from one thread at a
/// time, unless its kind is [quick][ServiceKind#quick].
public interface Service extends AutoCloseable {

    /// Answers some requests at once. An item that is bad does not spoil the others: its outcome is
    /// its error.
    ///
    /// @param items each with all required inputs, checked against the signature
    /// @return one outcome for each, in order, whatever the batch: an item's answer does not depend
    ///   on the others beyond rounding
    List<Outcome> run(List<Map<String, Value>> items);

    /// What it knows beyond its settings (a vector index, a session), to go on elsewhere; empty if
    /// there is nothing.
    default byte[] state() {
        return new byte[0];
    }

    /// Goes on from a state.
    ///
    /// @throws ServeException if it is not a state of such a service
    default void restore(byte[] state) {
        ServeException.check(state.length == 0, "this service has no state", "leave it out");
    }

    @Override
    void close();
}
