package dev.lamina.serve;

/// What happens on a node, for metrics. Calls come from several threads.
public interface NodeListener {
    /// A batch was run.
    ///
    /// @param waitSeconds of the item that waited longest
    /// @param runSeconds for all of them
    default void batch(String id, int items, double waitSeconds, double runSeconds) {}

    /// A replica was loaded.
    default void loaded(String id, double seconds) {}

    /// A replica had to make room.
    default void evicted(String id) {}

    /// Nobody listens.
    NodeListener NONE = new NodeListener() {};
}
