package dev.lamina.gateway;

import dev.lamina.gateway.HttpGateway.Config;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.FlowSpec;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.Placement;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import dev.lamina.serve.ValueType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A gateway with fakes behind it, on a free port; two nodes, each with all services.
final class Running implements AutoCloseable {
    final Metrics metrics;
    final Orchestrator orchestrator;
    final HttpGateway gateway;
    final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    Running() {
        this(config(), null);
    }

    Running(Config config, @Nullable OtlpExporter exporter) {
        ServiceKinds kinds = Fakes.kinds();
        metrics = new Metrics(exporter);
        List<ServiceSpec> services =
                kinds.all().keySet().stream()
                        .map(kind -> new ServiceSpec(kind, "1", kind, Settings.NONE))
                        .toList();
        Catalogue catalogue = Catalogue.check(kinds, services, flows(), Map.of());
        List<LocalNode> nodes = new ArrayList<>();
        for (String name : List.of("node-a", "node-b")) {
            nodes.add(
                    new LocalNode(
                            new LocalNode.Config(name, 64 << 20, 512, Duration.ofMillis(1)),
                            kinds,
                            metrics));
        }
        orchestrator = new Orchestrator(kinds, nodes, Orchestrator.Config.DEFAULT, metrics);
        orchestrator.start(catalogue, Placement.greedy(1));
        gateway =
                new HttpGateway(
                        config,
                        catalogue,
                        orchestrator,
                        new FlowRunner(orchestrator, metrics),
                        metrics);
    }

    /// The usual limits, on a free port of this machine.
    static Config config() {
        return Config.of(Sockets.address(0));
    }

    private static List<FlowSpec> flows() {
        return List.of(
                flow("say", ValueType.TEXT, "echo", "text", "text", "text"),
                flow("split", ValueType.TEXT, "lines", "text", "text", "text"),
                flow("wait", ValueType.TEXT, "sleep", "text", "text", "text"),
                flow("break", ValueType.TEXT, "fail", "text", "text", "text"),
                flow("embed", ValueType.TEXT, "vector", "text", "embedding", "tokens"),
                flow("embed-uncounted", ValueType.TEXT, "vector", "text", "embedding"),
                flow("invert", ValueType.IMAGE, "negative", "image", "image"),
                flow("amplify", ValueType.AUDIO, "louder", "audio", "audio"));
    }

    private static FlowSpec flow(
            String name, ValueType type, String service, String input, String... outputs) {
        SequencedMap<String, ValueType> inputs = new LinkedHashMap<>();
        inputs.put(input, type);
        SequencedMap<String, Source> sources = new LinkedHashMap<>();
        sources.put(input, new Source.Input(input));
        SequencedMap<String, Step> steps = new LinkedHashMap<>();
        steps.put("only", new Step(service, sources));
        SequencedMap<String, Source> out = new LinkedHashMap<>();
        for (String output : outputs) {
            out.put(output, new Source.Output("only", output));
        }
        return new FlowSpec(name, "a flow for tests", inputs, steps, out);
    }

    int port() {
        return gateway.port();
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return client.send(
                    request.timeout(Duration.ofSeconds(60)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Answer get(String path, String... headers) {
        return Answer.of(send(headers(HttpRequest.newBuilder(uri(path)), headers)));
    }

    Answer post(String path, String contentType, byte[] body, String... headers) {
        return Answer.of(
                send(
                        headers(
                                HttpRequest.newBuilder(uri(path))
                                        .header("Content-Type", contentType)
                                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
                                headers)));
    }

    Answer json(String path, String body, String... headers) {
        return post(
                path,
                "application/json",
                body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                headers);
    }

    private static HttpRequest.Builder headers(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    /// A response.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, String type, byte[] body, java.net.http.HttpHeaders headers) {
        static Answer of(HttpResponse<byte[]> r) {
            return new Answer(
                    r.statusCode(),
                    r.headers().firstValue("Content-Type").orElse(""),
                    r.body(),
                    r.headers());
        }

        JsonNode json() {
            return Json.object(body);
        }

        String text() {
            return new String(body, java.nio.charset.StandardCharsets.UTF_8);
        }

        String error() {
            JsonNode error = json().path("error");
            return Objects.requireNonNull(
                    error.isString() ? error.asString() : error.path("message").asString());
        }
    }

    @Override
    public void close() {
        gateway.close();
        orchestrator.close();
        client.shutdownNow();
    }
}
