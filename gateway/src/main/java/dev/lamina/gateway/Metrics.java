package dev.lamina.gateway;

import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.OrchestratorListener;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What is measured, for Prometheus and for the page. It listens to flows, nodes and the
/// orchestrator; only names that exist become labels. With an exporter each request and each stage
/// is a span of a trace as well.
public final class Metrics implements FlowRunner.StageListener, NodeListener, OrchestratorListener {
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final @Nullable OtlpExporter exporter;
    private final Map<String, Latencies> latencies = new ConcurrentHashMap<>();
    private final Set<String> up = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();

    private final Counter requests =
            Counter.builder()
                    .name("lamina_requests_total")
                    .help("Requests by model, protocol and status")
                    .labelNames("model", "protocol", "status")
                    .register(registry);
    private final Histogram requestSeconds =
            seconds("lamina_request_seconds", "Time of a request", "model", "status");
    private final Histogram stageSeconds =
            seconds("lamina_stage_seconds", "Time of a stage, queues included", "flow", "step");
    private final Counter stageErrors =
            Counter.builder()
                    .name("lamina_stage_errors_total")
                    .help("Stages all of whose items failed")
                    .labelNames("flow", "step", "reason")
                    .register(registry);
    private final Histogram batchItems =
            Histogram.builder()
                    .name("lamina_batch_items")
                    .help("Items in a batch")
                    .labelNames("service")
                    .classicOnly()
                    .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128)
                    .register(registry);
    private final Histogram waitSeconds =
            seconds("lamina_batch_wait_seconds", "Longest wait of a batch's items", "service");
    private final Histogram runSeconds =
            seconds("lamina_batch_run_seconds", "Time to compute a batch", "service");
    private final Histogram loadSeconds =
            seconds("lamina_cold_start_seconds", "Time to load a replica", "service");
    private final Counter evictions = counter("lamina_evictions_total", "Replicas made to go");
    private final Counter retries = counter("lamina_retries_total", "Calls gone elsewhere");
    private final Gauge nodesUp =
            Gauge.builder().name("lamina_nodes_up").help("Nodes that answer").register(registry);
    private final Gauge running =
            Gauge.builder()
                    .name("lamina_requests_running")
                    .help("Requests in flight")
                    .register(registry);
    private final Gauge waiting =
            Gauge.builder()
                    .name("lamina_requests_waiting")
                    .help("Items in the queues of replicas, as nodes last said")
                    .register(registry);
    private final Gauge connections =
            Gauge.builder()
                    .name("lamina_connections")
                    .help("Connections that are open")
                    .register(registry);

    /// Metrics without traces.
    public Metrics() {
        this(null);
    }

    /// @param exporter where spans go; null if nowhere
    public Metrics(@Nullable OtlpExporter exporter) {
        this.exporter = exporter;
        nodesUp.set(0);
    }

    private Histogram seconds(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name(name).help(help).labelNames("service").register(registry);
    }

    @Override
    public void stage(
            Flow flow,
            String step,
            String service,
            RequestContext context,
            long startNanos,
            long endNanos,
            @Nullable ServeException error) {
        stageSeconds.labelValues(flow.name(), step).observe((endNanos - startNanos) / 1e9);
        if (error != null) {
            stageErrors.labelValues(flow.name(), step, word(error.reason())).inc();
        }
        if (exporter != null) {
            exporter.stage(
                    flow.name(), step, service, context.traceParent(), startNanos, endNanos, error);
        }
    }

    @Override
    public void batch(String id, int items, double waited, double ran) {
        String service = service(id);
        batchItems.labelValues(service).observe(items);
        waitSeconds.labelValues(service).observe(waited);
        runSeconds.labelValues(service).observe(ran);
    }

    @Override
    public void loaded(String id, double seconds) {
        loadSeconds.labelValues(service(id)).observe(seconds);
    }

    @Override
    public void evicted(String id) {
        evictions.labelValues(service(id)).inc();
    }

    @Override
    public void retried(String id, String node, ServeException.Reason reason) {
        retries.labelValues(service(id)).inc();
    }

    @Override
    public void nodeUp(String node) {
        up.add(node);
        nodesUp.set(up.size());
    }

    @Override
    public void nodeDown(String node) {
        up.remove(node);
        nodesUp.set(up.size());
    }

    /// A request began.
    ///
    /// @return how many there are now
    int begun() {
        running.inc();
        return inFlight.incrementAndGet();
    }

    void ended() {
        running.dec();
        inFlight.decrementAndGet();
    }

    /// A request was answered.
    ///
    /// @param model a name that exists; null if what was asked for does not
    /// @param error why it was not; null if it was
    void answered(
            @Nullable String model,
            String protocol,
            @Nullable ServeException error,
            Trace trace,
            long startNanos) {
        long end = System.nanoTime();
        String name = model == null ? "unknown" : model;
        String status = error == null ? "ok" : word(error.reason());
        requests.labelValues(name, protocol, status).inc();
        if (model != null) {
            double seconds = (end - startNanos) / 1e9;
            requestSeconds.labelValues(name, status).observe(seconds);
            latencies.computeIfAbsent(name, n -> new Latencies()).add(seconds, error == null);
        }
        if (exporter != null) {
            exporter.request(name, protocol, trace, startNanos, end, error);
        }
    }

    void waiting(long items) {
        waiting.set((double) items);
    }

    void connections(int open) {
        connections.set(open);
    }

    int running() {
        return inFlight.get();
    }

    Latencies.View latencies(String model) {
        Latencies known = latencies.get(model);
        return known == null ? new Latencies.View(0, 0, 0, 0) : known.view();
    }

    /// All of it in Prometheus' text format.
    byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create()
                    .write(out, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String word(ServeException.Reason reason) {
        return reason.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String service(String id) {
        int at = id.indexOf('@');
        return at < 0 ? id : id.substring(0, at);
    }
}
