package dev.lamina.gateway;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A headless Chromium with one page, over the DevTools protocol.
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

    /// The program, if there is one on the path.
    static @Nullable Path program() {
        String path = System.getenv("PATH");
        StringTokenizer folders = new StringTokenizer(path == null ? "" : path, File.pathSeparator);
        while (folders.hasMoreTokens()) {
            String folder = folders.nextToken();
            for (String name : List.of("chromium", "chromium-browser", "google-chrome", "chrome")) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return program;
                }
            }
        }
        return null;
    }

    Browser(Path program, Path profile, URI page) throws Exception {
        process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--window-size=1100,1400",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .start();
        int port = port();
        HttpResponse<byte[]> target =
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:" + port + "/json/new?" + page))
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        String url = Json.object(target.body()).path("webSocketDebuggerUrl").asString();
        socket =
                client.newWebSocketBuilder()
                        .buildAsync(URI.create(url), new Listener())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        call("Page.enable", Map.of());
        await("location.href !== 'about:blank' && document.readyState === 'complete'");
    }

    private int port() throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith("DevTools listening on ")) {
                Thread.startVirtualThread(() -> out.lines().forEach(more -> {})); // never blocks
                return URI.create(line.substring("DevTools listening on ".length())).getPort();
            }
        }
        throw new AssertionError("chromium did not start");
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                JsonNode json = Json.object(message.toString().getBytes(StandardCharsets.UTF_8));
                message.setLength(0);
                CompletableFuture<JsonNode> waiting = answers.remove(json.path("id").asInt(-1));
                if (waiting != null) {
                    waiting.complete(json);
                }
            }
            webSocket.request(1);
            return null;
        }
    }

    JsonNode call(String method, Map<String, Object> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        byte[] message = Json.bytes(Map.of("id", id, "method", method, "params", parameters));
        socket.sendText(new String(message, StandardCharsets.UTF_8), true).join();
        return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).path("result");
    }

    /// The value of an expression of JavaScript; promises are waited for.
    JsonNode evaluate(String expression) throws Exception {
        JsonNode result =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "awaitPromise",
                                true,
                                "returnByValue",
                                true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /// Waits until an expression holds.
    void await(String condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!evaluate("Boolean(" + condition + ")").asBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        condition + " does not come about: " + evaluate("document.body.innerText"));
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
