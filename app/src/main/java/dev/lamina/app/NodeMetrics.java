package dev.lamina.app;

import dev.lamina.bench.Resident;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.NodeStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/// What a node tells of itself in numbers, as [ServerMetrics] does for an edge server. Services are
/// labels, with their versions: a gateway names them, and it was let in.
final class NodeMetrics implements NodeListener {
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Histogram batch =
            histogram("lamina_batch_items", "Items that were computed together.", SIZES);
    private final Histogram run =
            histogram("lamina_batch_run_seconds", "Time to compute a batch.", SECONDS);
    private final Histogram wait =
            histogram(
                    "lamina_batch_wait_seconds",
                    "Time that the longest waiting item of a batch waited for it.",
                    SECONDS);
    private final Counter loads =
            counter("lamina_service_loads_total", "How often a service was loaded.", "service");
    private final Counter loading =
            counter(
                    "lamina_service_load_seconds_total",
                    "Time that loading a service took.",
                    "service");
    private final Counter evictions =
            counter(
                    "lamina_service_evictions_total",
                    "How often a service had to make room for another.",
                    "service");
    private final Counter refused =
            counter("lamina_rejected_total", "Peers that were turned away.");

    /// For [Operations].
    PrometheusRegistry registry() {
        return registry;
    }

    /// Tells what a node says of itself, too.
    void of(LocalNode node) {
        gauge(
                node,
                "lamina_node_memory_used_bytes",
                "Memory that loaded services have declared.",
                NodeStatus::usedBytes);
        gauge(
                node,
                "lamina_node_memory_max_bytes",
                "Memory that services may declare.",
                NodeStatus::budgetBytes);
        gauge(
                node,
                "lamina_node_items_waiting",
                "Items that wait to be computed.",
                status ->
                        status.replicas().stream()
                                .mapToInt(NodeStatus.ReplicaStatus::waiting)
                                .sum());
        gauge(
                node,
                "lamina_node_services_loaded",
                "Services in memory.",
                status ->
                        status.replicas().stream()
                                .filter(NodeStatus.ReplicaStatus::loaded)
                                .count());
        gauge(
                node,
                "process_resident_memory_bytes",
                "Resident memory of the process: Java's heap, the models and all else.",
                status -> Resident.bytes());
    }

    private void gauge(
            LocalNode node, String name, String help, ToDoubleFunction<NodeStatus> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.applyAsDouble(node.status())))
                .register(registry);
    }

    @Override
    public void batch(String id, int items, double waitSeconds, double runSeconds) {
        batch.labelValues(id).observe(items);
        wait.labelValues(id).observe(waitSeconds);
        run.labelValues(id).observe(runSeconds);
    }

    @Override
    public void loaded(String id, double seconds) {
        loads.labelValues(id).inc();
        loading.labelValues(id).inc(seconds);
    }

    @Override
    public void evicted(String id) {
        evictions.labelValues(id).inc();
    }

    /// A peer was turned away.
    void refused() {
        refused.inc();
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Histogram histogram(String name, String help, double[] bounds) {
        return Histogram.builder()
                .classicOnly()
                .name(name)
                .help(help)
                .classicUpperBounds(bounds)
                .labelNames("service")
                .register(registry);
    }
}
