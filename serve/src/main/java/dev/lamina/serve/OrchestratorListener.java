package dev.lamina.serve;

/// What happens between nodes, for metrics. Calls come from several threads.
public interface OrchestratorListener {
    /// A call went to another replica.
    default void retried(String id, String node, ServeException.Reason reason) {}

    default void nodeUp(String node) {}

    default void nodeDown(String node) {}

    /// Nobody listens.
    OrchestratorListener NONE = new OrchestratorListener() {};
}
