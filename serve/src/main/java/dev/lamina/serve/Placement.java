package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Decides which node hosts which service. The greedy one is built in; a planner may stand in its
/// place.
@FunctionalInterface
public interface Placement {

    /// A service to be placed.
    ///
    /// @param memoryBytes of a replica
    record Demand(String service, long memoryBytes) {}

    /// A node that can take some.
    record Capacity(String node, long budgetBytes) {}

    /// Where replicas go: node names to service names. Every service is on some node.
    ///
    /// @throws BadInputException if that cannot be
    SequencedMap<String, List<String>> place(List<Demand> services, List<Capacity> nodes);

    /// Greedy by size (as S2M3, arXiv 2508.04271, "compute-intensive first"): services from the
    /// largest to the smallest, each copy on the node that is then filled least, of those with
    /// room. Where there is room on none, there is one copy, which shares its place: it is loaded
    /// when asked for, and others make room.
    ///
    /// @param copies of each service, where there are so many nodes
    static Placement greedy(int copies) {
        return (services, nodes) -> {
            Map<String, Long> used = new LinkedHashMap<>();
            SequencedMap<String, List<String>> placed = new LinkedHashMap<>();
            for (Capacity node : nodes) {
                used.put(node.node(), 0L);
                placed.put(node.node(), new ArrayList<>());
            }
            List<Demand> largest = new ArrayList<>(services);
            largest.sort(Comparator.comparingLong(Demand::memoryBytes).reversed());
            for (Demand service : largest) {
                List<Capacity> fit = new ArrayList<>(nodes);
                fit.removeIf(node -> node.budgetBytes() < service.memoryBytes());
                BadInputException.check(
                        !fit.isEmpty(),
                        "service %s needs %d MB, more than any node has"
                                .formatted(service.service(), service.memoryBytes() >> 20),
                        "give a node more with --memory");
                fit.sort(
                        Comparator.comparing((Capacity node) ->
                                        used(used, node) + service.memoryBytes()
                                                > node.budgetBytes())
                                .thenComparingDouble(
                                        node -> (double) used(used, node) / node.budgetBytes()));
                int roomy =
                        (int)
                                fit.stream()
                                        .filter(node ->
                                                used(used, node) + service.memoryBytes()
                                                        <= node.budgetBytes())
                                        .count();
                for (Capacity node : fit.subList(0, Math.max(1, Math.min(copies, roomy)))) {
                    used.merge(node.node(), service.memoryBytes(), Long::sum);
                    placed.computeIfAbsent(node.node(), n -> new ArrayList<>())
                            .add(service.service());
                }
            }
            return placed;
        };
    }

    private static long used(Map<String, Long> used, Capacity node) {
        return used.getOrDefault(node.node(), 0L);
    }
}
