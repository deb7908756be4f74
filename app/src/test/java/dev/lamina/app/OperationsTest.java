package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.wire.Offence;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {
    private final ServerMetrics metrics = new ServerMetrics();
    private final Operations operations = Operations.start("127.0.0.1:0", metrics.registry());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        operations.close();
        client.close();
    }

    @Test
    void whatTheServerDoesCanBeScraped() throws Exception {
        metrics.roundStarted(4, 3);
        metrics.participants(2);
        metrics.roundEnded();
        metrics.step(ServerMetrics.Phase.QUEUE, 0.002);
        metrics.step(ServerMetrics.Phase.COMPUTE, 0.03);
        metrics.step(ServerMetrics.Phase.ROUNDTRIP, 100);
        metrics.bytes(ServerMetrics.Direction.RECEIVED, "alice", 10);
        metrics.bytes(ServerMetrics.Direction.RECEIVED, "alice", 5);
        metrics.bytes(ServerMetrics.Direction.SENT, "a\"b\n", 7);
        metrics.queueLength(6);
        metrics.devicesConnected(5);
        metrics.rejected(Offence.PROTOCOL);
        metrics.aggregated(0.5);
        metrics.checkpointed(2);
        metrics.evaluated(20);

        HttpResponse<String> response = request("GET", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(response.body())
                .contains(
                        "# TYPE lamina_rounds_total counter\n",
                        "# TYPE lamina_round gauge\n",
                        "# TYPE lamina_step_seconds histogram\n");
        assertThat(series(response.body()))
                .containsEntry("lamina_rounds_total", 1.0)
                .containsEntry("lamina_round", 4.0)
                .containsEntry("lamina_participants", 2.0)
                .containsEntry("lamina_step_seconds_bucket{phase=\"queue\",le=\"0.001\"}", 0.0)
                .containsEntry("lamina_step_seconds_bucket{phase=\"queue\",le=\"0.0025\"}", 1.0)
                .containsEntry("lamina_step_seconds_sum{phase=\"compute\"}", 0.03)
                .containsEntry("lamina_step_seconds_bucket{phase=\"roundtrip\",le=\"30.0\"}", 0.0)
                .containsEntry("lamina_step_seconds_bucket{phase=\"roundtrip\",le=\"+Inf\"}", 1.0)
                .containsEntry("lamina_bytes_total{device=\"alice\",direction=\"received\"}", 15.0)
                .containsEntry("lamina_bytes_total{device=\"a\\\"b\\n\",direction=\"sent\"}", 7.0)
                .containsEntry("lamina_queue_length", 6.0)
                .containsEntry("lamina_devices_connected", 5.0)
                .containsEntry("lamina_rejected_total{reason=\"protocol\"}", 1.0)
                .containsEntry("lamina_aggregate_seconds_sum", 0.5)
                .containsEntry("lamina_checkpoint_seconds_count", 1.0)
                .containsEntry("lamina_evaluate_seconds_bucket{le=\"30.0\"}", 1.0)
                .hasEntrySatisfying(
                        "jvm_memory_used_bytes{area=\"heap\"}",
                        used -> assertThat(used).isBetween(1e6, 1e11));
        if (System.getProperty("os.name").startsWith("Linux")) {
            assertThat(series(response.body()))
                    .hasEntrySatisfying(
                            "process_resident_memory_bytes",
                            resident -> assertThat(resident).isBetween(1e7, 1e12));
        }
    }

    @Test
    void seriesExistBeforeAnythingHasHappened() throws Exception {
        Map<String, Double> series = series(request("GET", "/metrics").body());
        for (Offence reason : Offence.values()) {
            assertThat(series)
                    .containsEntry(
                            "lamina_rejected_total{reason=\""
                                    + reason.name().toLowerCase(Locale.ROOT)
                                    + "\"}",
                            0.0);
        }
        assertThat(series)
                .containsEntry("lamina_rounds_total", 0.0)
                .containsEntry("lamina_step_seconds_count{phase=\"queue\"}", 0.0);
    }

    @Test
    void readinessIsToggledWithAReason() throws Exception {
        HttpResponse<String> starting = request("GET", "/health/ready");
        assertThat(starting.statusCode()).isEqualTo(503);
        assertThat(starting.body()).isEqualTo("not ready: starting\n");
        assertThat(request("GET", "/health/live").statusCode()).isEqualTo(200);
        operations.ready();
        assertThat(request("GET", "/health/ready").statusCode()).isEqualTo(200);
        assertThat(request("GET", "/health/ready").body()).isEqualTo("ready\n");
        operations.notReady("stopping");
        assertThat(request("GET", "/health/ready").body()).isEqualTo("not ready: stopping\n");
        assertThat(request("HEAD", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(request("GET", "/health/live").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metric", "/metrics/", "/metrics/x", "/health", "/../etc/passwd"})
    void thereIsNothingElse(String path) throws Exception {
        assertThat(request("GET", path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void itCanOnlyBeRead(String method) throws Exception {
        HttpResponse<String> response = request(method, "/metrics");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        HttpResponse<String> response = request("HEAD", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(request("GET", "/metrics?x=1").statusCode()).isEqualTo(200);
    }

    @Test
    void aMetricThatFailsDoesNotEndIt() throws Exception {
        GaugeWithCallback.builder()
                .name("broken")
                .callback(value -> {
                    throw new IllegalStateException("gone");
                })
                .register(metrics.registry());
        HttpResponse<String> response = request("GET", "/metrics");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("gone");
        assertThat(request("GET", "/health/live").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7071",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:99999",
                ":7071",
                "::1:7071"
            })
    void anAddressIsAHostAndAPort(String address) {
        assertThatThrownBy(() -> Operations.start(address, metrics.registry()).close())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'" + address + "' is not HOST:PORT")
                .hasMessageContaining("Maybe ");
    }

    @Test
    void aPortThatIsTakenIsRefusedAndAClosedOneIsFree() throws IOException {
        String address = "127.0.0.1:" + operations.address().getPort();
        assertThatThrownBy(() -> Operations.start(address, metrics.registry()).close())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(address);
        operations.close();
        Operations.start(address, metrics.registry()).close();
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + operations.address().getPort()
                                                + path))
                        .method(
                                method,
                                method.equals("POST")
                                        ? BodyPublishers.ofString("some body")
                                        : BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static Map<String, Double> series(String text) {
        Map<String, Double> series = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                series.put(
                        line.substring(0, space),
                        Double.valueOf(line.substring(space + 1).replace("Inf", "Infinity")));
            }
        }
        return series;
    }
}
