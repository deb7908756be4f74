package dev.lamina.app;

import dev.lamina.bench.Resident;
import dev.lamina.wire.Offence;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// What an edge server tells of itself in numbers, with the names that Prometheus has for such
/// things: seconds, bytes, `_total` for what only grows. All series but those of single devices
/// exist from the start. Safe for several threads.
final class ServerMetrics {
    private static final double[] STEP_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final double[] ROUND_SECONDS = {
        0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter rounds =
            counter("lamina_rounds_total", "Rounds that this process has aggregated.");
    private final Gauge round = gauge("lamina_round", "The round that is under way, from 1.");
    private final Histogram step =
            Histogram.builder()
                    .classicOnly()
                    .name("lamina_step_seconds")
                    .help(
                            "Time of a step: waiting for the server's compute (queue), in it (compute),"
                                    + " and from a gradient sent to the next activation received (roundtrip).")
                    .classicUpperBounds(STEP_SECONDS)
                    .labelNames("phase")
                    .register(registry);
    private final Counter bytes =
            counter(
                    "lamina_bytes_total",
                    "Bytes between the server and a device.",
                    "direction",
                    "device");
    private final Gauge queueLength =
            gauge("lamina_queue_length", "Activations that wait for the server's compute.");
    private final Gauge devicesConnected =
            gauge("lamina_devices_connected", "Devices that have a connection now.");
    private final Gauge participants =
            gauge("lamina_participants", "Devices whose updates the current round waits for.");
    private final Counter rejected =
            counter(
                    "lamina_rejected_total",
                    "What the server did not take from a device.",
                    "reason");
    private final Histogram aggregate =
            seconds("lamina_aggregate_seconds", "Time to aggregate a round's updates.");
    private final Histogram checkpoint =
            seconds("lamina_checkpoint_seconds", "Time to write a checkpoint.");
    private final Histogram evaluate =
            seconds("lamina_evaluate_seconds", "Time to evaluate the global adapter.");

    /// A part of a step's time.
    enum Phase {
        QUEUE,
        COMPUTE,
        ROUNDTRIP
    }

    /// Which way bytes went.
    enum Direction {
        RECEIVED,
        SENT
    }

    ServerMetrics() {
        for (Phase phase : Phase.values()) {
            step.initLabelValues(label(phase));
        }
        for (Offence reason : Offence.values()) {
            rejected.initLabelValues(label(reason));
        }
        GaugeWithCallback.builder()
                .name("process_resident_memory_bytes")
                .help("Resident memory of the process: Java's heap, the tensors and all else.")
                .callback(value -> {
                    long resident = Resident.bytes();
                    if (resident > 0) { // 0: the system does not tell
                        value.call((double) resident);
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_memory_used_bytes")
                .help("Memory that Java uses.")
                .labelNames("area")
                .callback(value -> {
                    Runtime runtime = Runtime.getRuntime();
                    value.call((double) runtime.totalMemory() - runtime.freeMemory(), "heap");
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_memory_max_bytes")
                .help("Memory that Java may use.")
                .labelNames("area")
                .callback(value -> value.call((double) Runtime.getRuntime().maxMemory(), "heap"))
                .register(registry);
    }

    /// For [Operations].
    PrometheusRegistry registry() {
        return registry;
    }

    /// A round has begun.
    ///
    /// @param number counted from 1
    /// @param devices that take part in it
    void roundStarted(int number, int devices) {
        round.set(number);
        participants.set(devices);
    }

    /// A round was aggregated.
    void roundEnded() {
        rounds.inc();
    }

    /// A participant was dropped, or came in, in mid-round.
    void participants(int devices) {
        participants.set(devices);
    }

    void step(Phase phase, double seconds) {
        step.labelValues(label(phase)).observe(seconds);
    }

    /// More bytes went to or came from a device.
    ///
    /// @param device its name; it must be one that was let in, as each makes a series
    void bytes(Direction direction, String device, long more) {
        bytes.labelValues(label(direction), device).inc(more);
    }

    void queueLength(int length) {
        queueLength.set(length);
    }

    void devicesConnected(int devices) {
        devicesConnected.set(devices);
    }

    void rejected(Offence reason) {
        rejected.labelValues(label(reason)).inc();
    }

    void aggregated(double seconds) {
        aggregate.observe(seconds);
    }

    void checkpointed(double seconds) {
        checkpoint.observe(seconds);
    }

    void evaluated(double seconds) {
        evaluate.observe(seconds);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(name).help(help).register(registry);
    }

    private Histogram seconds(String name, String help) {
        return Histogram.builder()
                .classicOnly()
                .name(name)
                .help(help)
                .classicUpperBounds(ROUND_SECONDS)
                .register(registry);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
