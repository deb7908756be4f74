package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.bench.ServeSoak;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The shipped flows, by real processes.
class ServeIT {
    private static final Path RECIPES = Processes.root().resolve("recipes");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir private Path directory;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<byte[]> post(String url, String type, byte[] body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private JsonNode ask(String url, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = post(url, type, body);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        JsonNode json = JsonMapper.shared().readTree(response.body());
        return json.has("outputs") ? json.path("outputs") : json;
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void allShippedFlowsAnswer() throws IOException, InterruptedException {
        String url = "http://127.0.0.1:" + freePort();
        Processes.Running serving =
                Processes.lamina(
                        directory,
                        "serve",
                        RECIPES.resolve("flows.yaml"),
                        "--listen",
                        url.substring("http://".length()));
        try {
            serving.awaitError("serving");
            byte[] sign = Files.readAllBytes(RECIPES.resolve("samples/sign.png"));
            byte[] command = Files.readAllBytes(RECIPES.resolve("samples/command.wav"));
            byte[] definition = json("{'input': 'a large wild animal'}");
            assertThat(
                            ask(url + "/flows/label", "application/json", definition)
                                    .path("label")
                                    .asString())
                    .isEqualTo("animal");
            assertThat(ask(url + "/flows/embed", "application/json", definition).path("embedding"))
                    .hasSize(384);
            JsonNode read = ask(url + "/flows/read-label", "image/png", sign);
            assertThat(read.path("label").asString()).isEqualTo("animal");
            assertThat(read.path("text")).isNotEmpty();
            assertThat(ask(url + "/flows/read-search", "image/png", sign).path("documents"))
                    .isNotEmpty();
            JsonNode heard = ask(url + "/flows/listen-label", "audio/wav", command);
            assertThat(heard.path("text").asString()).isEqualTo("a large wild animal");
            assertThat(heard.path("label").asString()).isEqualTo("animal");
            assertThat(heard.path("audio").toString()).isNotEmpty();
            String both =
                    "{\"inputs\": {\"text\": \"a wild animal\", \"image\": \""
                            + Base64.getEncoder().encodeToString(sign)
                            + "\"}}";
            assertThat(
                            ask(
                                            url + "/flows/match",
                                            "application/json",
                                            both.getBytes(StandardCharsets.US_ASCII))
                                    .path("score")
                                    .asDouble())
                    .isBetween(-1.0, 1.0);
            JsonNode vectors =
                    ask(
                            url + "/v1/embeddings",
                            "application/json",
                            json("{'model': 'embed', 'input': ['a boat', 'a small ship']}"));
            assertThat(vectors.path("data")).hasSize(2);
            assertThat(
                            post(url + "/flows/label", "application/json", json("{'txt': 'x'}"))
                                    .statusCode())
                    .isEqualTo(400);
        } finally {
            serving.signal("TERM");
        }
        assertThat(serving.await().exitCode()).isEqualTo(143);
    }

    /// One minute of what `lamina bench soak` does in ten.
    @Test
    void deathsOfNodesAreNotNoticed() {
        List<String> lamina = new ArrayList<>(ServingBench.lamina());
        ServeSoak.Report report =
                ServeSoak.run(
                        new ServeSoak.Config(
                                lamina, RECIPES.resolve("flows.yaml"), 3, 60, 15, 2, 0.7),
                        directory,
                        line -> {});
        assertThat(report.failures()).isEmpty();
        assertThat(report.failed()).isZero();
        assertThat(report.wrong()).isZero();
        assertThat(report.kills()).isGreaterThanOrEqualTo(2);
        assertThat(report.requests()).isGreaterThan(500);
    }
}
