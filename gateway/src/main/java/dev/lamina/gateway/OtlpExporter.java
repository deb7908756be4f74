package dev.lamina.gateway;

import dev.lamina.serve.ServeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends spans to a collector (OTLP/HTTP with JSON, opentelemetry-proto 1.x, `/v1/traces`), one for
/// each request and one for each stage. It never holds a request up: spans wait in a bounded queue,
/// and are dropped when that is full or the collector does not answer.
public final class OtlpExporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpExporter.class);
    private static final int QUEUE = 4096;
    private static final int BATCH = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SERVER = 2;
    private static final int INTERNAL = 1;
    private static final int ERROR = 2;

    private final URI url;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ArrayBlockingQueue<Map<String, Object>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final long epochNanos = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
    private final Thread sender;
    private volatile boolean closed;

    /// @param url of the collector: `http://localhost:4318`, or with a path of its own
    public OtlpExporter(URI url) {
        boolean bare =
                url.getPath() == null || url.getPath().isEmpty() || url.getPath().equals("/");
        this.url = bare ? url.resolve("/v1/traces") : url;
        sender = Thread.ofVirtual().name("otlp").start(this::send);
    }

    /// Spans that were not sent.
    long dropped() {
        return dropped.get();
    }

    void request(
            String model,
            String protocol,
            Trace trace,
            long startNanos,
            long endNanos,
            @Nullable ServeException error) {
        if (trace.sampled()) {
            offer(
                    span(
                            trace.traceId(),
                            trace.spanId(),
                            trace.parentId(),
                            protocol + " " + model,
                            SERVER,
                            startNanos,
                            endNanos,
                            Map.of("lamina.model", model, "lamina.protocol", protocol),
                            error));
        }
    }

    /// @param traceParent of the request
    void stage(
            String flow,
            String step,
            String service,
            @Nullable String traceParent,
            long startNanos,
            long endNanos,
            @Nullable ServeException error) {
        Trace trace = Trace.of(traceParent);
        String parent = trace.parentId();
        if (parent != null && trace.sampled()) {
            offer(
                    span(
                            trace.traceId(),
                            trace.spanId(),
                            parent,
                            flow + "." + step,
                            INTERNAL,
                            startNanos,
                            endNanos,
                            Map.of("lamina.flow", flow, "lamina.service", service),
                            error));
        }
    }

    private Map<String, Object> span(
            String traceId,
            String spanId,
            @Nullable String parentId,
            String name,
            int kind,
            long startNanos,
            long endNanos,
            Map<String, String> attributes,
            @Nullable ServeException error) {
        Map<String, Object> span = new LinkedHashMap<>();
        span.put("traceId", traceId);
        span.put("spanId", spanId);
        if (parentId != null) {
            span.put("parentSpanId", parentId);
        }
        span.put("name", name);
        span.put("kind", kind);
        span.put("startTimeUnixNano", Long.toString(epochNanos + startNanos));
        span.put("endTimeUnixNano", Long.toString(epochNanos + endNanos));
        List<Object> list = new ArrayList<>();
        attributes.forEach((key, value) -> list.add(attribute(key, value)));
        if (error != null) {
            list.add(attribute("error.type", Metrics.word(error.reason())));
            span.put("status", Map.of("code", ERROR));
        }
        span.put("attributes", list);
        return span;
    }

    private static Map<String, Object> attribute(String key, String value) {
        return Map.of("key", key, "value", Map.of("stringValue", value));
    }

    private void offer(Map<String, Object> span) {
        if (!queue.offer(span)) {
            dropped.incrementAndGet();
        }
    }

    private void send() {
        try {
            while (!closed || !queue.isEmpty()) {
                Map<String, Object> first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Map<String, Object>> spans = new ArrayList<>(List.of(first));
                    queue.drainTo(spans, BATCH - 1);
                    post(spans);
                }
            }
        } catch (InterruptedException e) {
            dropped.addAndGet(queue.size());
        }
    }

    private void post(List<Map<String, Object>> spans) throws InterruptedException {
        Map<String, Object> body =
                Map.of(
                        "resourceSpans",
                        List.of(
                                Map.of(
                                        "resource",
                                        Map.of(
                                                "attributes",
                                                List.of(attribute("service.name", "lamina"))),
                                        "scopeSpans",
                                        List.of(
                                                Map.of(
                                                        "scope",
                                                        Map.of("name", "dev.lamina.gateway"),
                                                        "spans",
                                                        spans)))));
        try {
            HttpResponse<Void> answer =
                    client.send(
                            HttpRequest.newBuilder(url)
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 != 2) {
                lost(spans.size(), "status " + answer.statusCode());
            }
        } catch (java.io.IOException e) {
            lost(spans.size(), String.valueOf(e.getMessage()));
        }
    }

    private void lost(int spans, String why) {
        if (dropped.getAndAdd(spans) == 0) { // once: a collector may be away for days
            LOG.warn("spans are dropped: {} does not take them: {}", url, why);
        }
    }

    /// Sends what waits, for a few seconds.
    @Override
    public void close() {
        closed = true;
        try {
            if (!sender.join(PATIENCE)) {
                sender.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }
}
