package dev.lamina.serve;

import java.util.List;

/// How a node is.
///
/// @param name of the node
/// @param incarnation changes when the node is started again, and has forgotten what it was
/// @param budgetBytes memory for replicas
/// @param usedBytes what loaded ones have declared
/// @param replicas services that it knows
public record NodeStatus(
        String name,
        String incarnation,
        long budgetBytes,
        long usedBytes,
        List<ReplicaStatus> replicas) {

    public NodeStatus {
        replicas = List.copyOf(replicas);
    }

    /// How a replica is.
    ///
    /// @param id name and version of the service
    /// @param loaded whether it is in memory
    /// @param memoryBytes declared
    /// @param waiting items in its queue
    /// @param items answered since the node was started
    /// @param batches in which they were
    /// @param runSeconds that these took
    /// @param loads how often it was loaded
    /// @param loadSeconds that the last loading took: the cold start
    public record ReplicaStatus(
            String id,
            boolean loaded,
            long memoryBytes,
            int waiting,
            long items,
            long batches,
            double runSeconds,
            int loads,
            double loadSeconds) {}
}
