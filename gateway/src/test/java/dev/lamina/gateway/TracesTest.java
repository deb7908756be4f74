package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lamina.gateway.HttpGateway.Config;
import dev.lamina.gateway.Running.Answer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Traces go on where the client's began, and reach a collector.
class TracesTest {
    private static final Config CONFIG = Running.config();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CLIENT = "b7ad6b7169203331";

    @Test
    void spansOfRequestAndStageHaveTheirParents() throws IOException {
        List<JsonNode> spans = new CopyOnWriteArrayList<>();
        List<String> paths = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(Sockets.address(0), 0);
        collector.createContext(
                "/",
                exchange -> {
                    JsonNode json = Json.object(exchange.getRequestBody().readAllBytes());
                    paths.add(exchange.getRequestURI().getPath());
                    json.path("resourceSpans")
                            .path(0)
                            .path("scopeSpans")
                            .path(0)
                            .path("spans")
                            .forEach(spans::add);
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        OtlpExporter exporter =
                new OtlpExporter(
                        URI.create("http://127.0.0.1:" + collector.getAddress().getPort()));
        try (Running running = new Running(CONFIG, exporter)) {
            Answer answer =
                    running.json(
                            "/flows/say",
                            "{\"input\":\"x\"}",
                            "traceparent",
                            "00-" + TRACE + "-" + CLIENT + "-01");
            assertThat(answer.headers().firstValue("traceparent").orElseThrow())
                    .startsWith("00-" + TRACE)
                    .doesNotContain(CLIENT);
            running.json(
                    "/flows/say",
                    "{\"input\":\"x\"}",
                    "traceparent",
                    "00-" + TRACE + "-" + CLIENT + "-00"); // not recorded
            running.json("/flows/break", "{\"input\":\"bad\"}");
        }
        exporter.close();
        collector.stop(0);
        assertThat(paths).containsOnly("/v1/traces");
        List<JsonNode> mine =
                spans.stream().filter(s -> s.path("traceId").asString().equals(TRACE)).toList();
        assertThat(mine).hasSize(2);
        JsonNode stage = named(mine, "say.only");
        JsonNode request = named(mine, "flows say");
        assertThat(request.path("parentSpanId").asString()).isEqualTo(CLIENT);
        assertThat(stage.path("parentSpanId")).isEqualTo(request.path("spanId"));
        assertThat(Long.parseLong(stage.path("startTimeUnixNano").asString()))
                .isBetween(
                        Long.parseLong(request.path("startTimeUnixNano").asString()),
                        Long.parseLong(stage.path("endTimeUnixNano").asString()));
        JsonNode failed = named(spans, "flows break");
        assertThat(failed.has("parentSpanId")).isFalse();
        assertThat(failed.path("status").path("code").asInt()).isEqualTo(2);
        assertThat(exporter.dropped()).isZero();
    }

    private static JsonNode named(List<JsonNode> spans, String name) {
        return spans.stream()
                .filter(span -> span.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAbsentCollectorIsNotWaitedFor() {
        try (OtlpExporter exporter = new OtlpExporter(URI.create("http://127.0.0.1:1"));
                Running running = new Running(CONFIG, exporter)) {
            for (int i = 0; i < 20; i++) {
                assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            })
    void brokenHeadersBeginANewTrace(String header) {
        Trace trace = Trace.of(header);
        assertThat(trace.parentId()).isNull();
        assertThat(trace.traceId()).isNotEqualTo(TRACE);
        Trace next = Trace.of(trace.header());
        assertThat(next.traceId()).isEqualTo(trace.traceId());
        assertThat(next.parentId()).isEqualTo(trace.spanId());
    }
}
