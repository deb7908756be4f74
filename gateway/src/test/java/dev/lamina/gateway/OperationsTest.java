package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.gateway.HttpGateway.Config;
import dev.lamina.gateway.Running.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Health, metrics, keys, changes while running, statuses of errors.
class OperationsTest {
    private static final String KEY = "0123456789abcdef-a-key";

    @Test
    void healthMetricsAndStatus() {
        try (Running running = new Running()) {
            assertThat(running.get("/health/live").text()).isEqualTo("{\"live\":true}");
            assertThat(running.get("/health/ready").text()).isEqualTo("{\"ready\":true}");
            running.json("/flows/say", "{\"input\":\"x\"}");
            running.json("/flows/break", "{\"input\":\"bad\"}");
            running.json("/v2/models/echo/infer", "{\"inputs\":[]}");
            String metrics = running.get("/metrics").text();
            assertThat(metrics)
                    .contains(
                            "lamina_requests_total{model=\"say\",protocol=\"flows\",status=\"ok\"} 1.0",
                            "lamina_requests_total{model=\"break\",protocol=\"flows\",status=\"bad_input\"} 1.0",
                            "lamina_requests_total{model=\"echo\",protocol=\"oip\",status=\"bad_input\"} 1.0",
                            "lamina_request_seconds_count{model=\"say\",status=\"ok\"} 1",
                            "lamina_stage_seconds_count{flow=\"say\",step=\"only\"} 1",
                            "lamina_batch_items_count{service=\"echo\"} 1",
                            "lamina_batch_wait_seconds_bucket{service=\"echo\",le=",
                            "lamina_cold_start_seconds_count{service=\"echo\"} 1",
                            "lamina_nodes_up 2.0",
                            "lamina_requests_running 0.0",
                            "lamina_requests_waiting 0.0",
                            "lamina_connections 1.0");
            JsonNode status = running.get("/status").json();
            assertThat(status.path("nodes").size()).isEqualTo(2);
            assertThat(status.path("flows").path(0).path("requests").asInt()).isEqualTo(1);
            assertThat(status.path("flows").path(0).path("p50_seconds").asDouble()).isPositive();
        }
    }

    @Test
    void errorsHaveTheirStatusAndTellNoSecrets() {
        Config config = Running.config().withTimes(Duration.ofMillis(400), Duration.ofSeconds(2));
        try (Running running = new Running(config, null)) {
            assertThat(running.json("/flows/break", "{\"input\":\"bad\"}").status()).isEqualTo(400);
            assertThat(running.json("/flows/none", "{\"input\":\"bad\"}").status()).isEqualTo(404);
            Answer full = running.json("/flows/break", "{\"input\":\"full\"}");
            assertThat(full.status()).isEqualTo(429);
            assertThat(full.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(running.json("/flows/wait", "{\"input\":\"1500\"}").status()).isEqualTo(504);
            Answer patient =
                    running.json("/flows/say", "{\"input\":\"x\"}", "X-Request-Timeout", "1.5");
            assertThat(patient.status()).isEqualTo(200);
            for (String time : List.of("-1", "0", "soon", "NaN")) {
                assertThat(
                                running.json(
                                                "/flows/say",
                                                "{\"input\":\"x\"}",
                                                "X-Request-Timeout",
                                                time)
                                        .status())
                        .as(time)
                        .isEqualTo(400);
            }
            Answer fault = running.json("/flows/break", "{\"input\":\"x\"}");
            assertThat(fault.status()).isEqualTo(500);
            assertThat(fault.text()).doesNotContain(Fakes.SECRET).doesNotContain("Exception");
            assertThat(running.get("/no/such/route").status()).isEqualTo(404);
            assertThat(running.get("/v1/embeddings").json().path("error").has("code")).isTrue();
        }
    }

    @Test
    void keysAreAskedForEverywhereButAtHealthAndPage(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("keys");
        Files.writeString(file, "# operators\n\n" + KEY + "\n");
        try (Running running = new Running(Running.config().withKeys(ApiKeys.read(file)), null)) {
            for (String open : List.of("/", "/health/ready", "/v2/health/live", "/openapi.yaml")) {
                assertThat(running.get(open).status()).as(open).isEqualTo(200);
            }
            for (String closed :
                    List.of("/v2", "/flows", "/v1/models", "/metrics", "/status", "/nodes")) {
                Answer answer = running.get(closed);
                assertThat(answer.status()).as(closed).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
                assertThat(running.get(closed, "Authorization", "Bearer " + KEY + "x").status())
                        .isEqualTo(401);
                assertThat(running.get(closed, "Authorization", "Basic " + KEY).status())
                        .isEqualTo(401);
                assertThat(running.get(closed, "Authorization", "Bearer " + KEY).status())
                        .as(closed)
                        .isEqualTo(200);
            }
            assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(401);
        }
    }

    @Test
    void keysAndHashes() {
        // printf %s 0123456789abcdef-a-key | sha256sum
        ApiKeys plain = ApiKeys.of(List.of(KEY));
        assertThat(plain.accept("bearer " + KEY)).isTrue();
        assertThat(plain.accept(null)).isFalse();
        assertThat(ApiKeys.NONE.accept(null)).isTrue();
        assertThatThrownBy(() -> ApiKeys.of(List.of("short")))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("short");
        // the hash of the standard's example is that of "abc"
        ApiKeys hashed =
                ApiKeys.of(
                        List.of(
                                "sha256:ba7816bf8f01cfea414140de5dae2223"
                                        + "b00361a396177a9cb410ff61f20015ad"));
        assertThat(hashed.accept("Bearer abc")).isTrue();
        assertThat(hashed.accept("Bearer abd")).isFalse();
    }

    @Test
    void versionsAreReplacedWhileRequestsRun() {
        try (Running running = new Running()) {
            Answer replaced =
                    put(
                            running,
                            "/services/echo",
                            "{\"version\":\"2\",\"settings\":{\"batch\":2}}");
            assertThat(replaced.text()).contains("\"version\":\"2\"");
            assertThat(running.get("/v2/models/echo/versions/2").status()).isEqualTo(200);
            assertThat(running.get("/v2/models/echo/versions/1").status()).isEqualTo(404);
            assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(200);
            assertThat(put(running, "/services/echo", "{\"version\":\"2\"}").status())
                    .isEqualTo(400);
            assertThat(put(running, "/services/echo", "{\"version\":\"../3\"}").status())
                    .isEqualTo(400);
            assertThat(
                            put(
                                            running,
                                            "/services/echo",
                                            "{\"version\":\"3\",\"settings\":{\"batch\":0}}")
                                    .error())
                    .contains("whole number from 1 to 64");
            assertThat(put(running, "/services/none", "{\"version\":\"2\"}").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void replicasMove() {
        try (Running running = new Running()) {
            boolean onA = hosts(running, 0, "echo@1");
            String body =
                    onA
                            ? "{\"from\":\"node-a\",\"to\":\"node-b\"}"
                            : "{\"from\":\"node-b\",\"to\":\"node-a\"}";
            assertThat(running.json("/services/echo/migrate", body).status()).isEqualTo(200);
            assertThat(running.json("/flows/say", "{\"input\":\"x\"}").status()).isEqualTo(200);
            assertThat(running.json("/services/echo/migrate", body).error())
                    .contains("is not on node");
            assertThat(
                            running.json(
                                            "/services/echo/migrate",
                                            "{\"from\":\"node-a\",\"to\":\"nowhere\"}")
                                    .status())
                    .isEqualTo(400);
            assertThat(running.json("/services/none/migrate", body).status()).isEqualTo(404);
        }
    }

    /// A page of another site may send a form here, under its own host's name.
    @Test
    void otherPagesCannotChangeAnything() {
        try (Running running = new Running()) {
            String body = "{\"from\":\"node-a\",\"to\":\"node-b\"}";
            assertThat(
                            running.post(
                                            "/services/echo/migrate",
                                            "text/plain",
                                            body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                    .status())
                    .isEqualTo(415);
            String answer =
                    Sockets.exchange(
                            running.port(), "GET /nodes HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 403");
        }
    }

    private static boolean hosts(Running running, int node, String id) {
        return running.get("/nodes")
                .json()
                .path("nodes")
                .path(node)
                .path("replicas")
                .valueStream()
                .anyMatch(replica -> replica.path("id").asString().equals(id));
    }

    private static Answer put(Running running, String path, String body) {
        return Answer.of(
                running.send(
                        HttpRequest.newBuilder(running.uri(path))
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(body))));
    }
}
