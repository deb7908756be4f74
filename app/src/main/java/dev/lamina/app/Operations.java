package dev.lamina.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lamina.base.BadInputException;
import dev.lamina.wire.Address;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// What those who run a server look at, over HTTP: `/metrics` in Prometheus' text format,
/// `/health/live`, and `/health/ready`, which is 503 with a reason until the server can serve.
/// There is no encryption and no access control: it belongs on the loopback or a network of one's
/// own.
final class Operations implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;
    private static final String TEXT = "text/plain; charset=utf-8";

    private final PrometheusRegistry registry;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile @Nullable String notReady = "starting";

    private record Answer(int status, String type, String body) {
        static Answer text(int status, String line) {
            return new Answer(status, TEXT, line + "\n");
        }
    }

    private Operations(PrometheusRegistry registry, HttpServer server) {
        this.registry = registry;
        this.server = server;
    }

    /// Listens from now on; not ready until it is told so.
    ///
    /// @param address `HOST:PORT`, `[IPV6]:PORT`; port 0 takes a free one
    /// @throws BadInputException if it is no address, or cannot be listened on
    static Operations start(String address, PrometheusRegistry registry) {
        InetSocketAddress socket = parse(address);
        try {
            Operations operations = new Operations(registry, HttpServer.create(socket, 0));
            operations.server.setExecutor(operations.executor);
            operations.server.createContext("/", operations::handle);
            operations.server.start();
            return operations;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot listen on " + address + " for metrics: " + e.getMessage(),
                    "another process has this port; take --metrics 127.0.0.1:0 for a free one.");
        }
    }

    private static InetSocketAddress parse(String address) {
        InetSocketAddress socket = Address.parse("--metrics", address).socketAddress();
        BadInputException.check(
                !socket.isUnresolved(),
                "metrics address '" + address + "': no such host",
                "take --metrics 127.0.0.1:7071.");
        return socket;
    }

    /// Where it listens.
    InetSocketAddress address() {
        return server.getAddress();
    }

    /// The server can serve.
    void ready() {
        notReady = null;
    }

    /// The server cannot serve for now.
    ///
    /// @param reason one line, for whoever asks
    void notReady(String reason) {
        notReady = reason;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            Answer answer =
                    head || method.equals("GET")
                            ? answer(exchange.getRequestURI().getPath())
                            : Answer.text(METHOD_NOT_ALLOWED, "GET and HEAD only");
            if (answer.status() == METHOD_NOT_ALLOWED) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            }
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(@Nullable String path) {
        return switch (path) {
            case "/metrics" -> metrics();
            case "/health/live" -> Answer.text(OK, "live");
            case "/health/ready" -> {
                String reason = notReady;
                yield reason == null
                        ? Answer.text(OK, "ready")
                        : Answer.text(UNAVAILABLE, "not ready: " + reason);
            }
            case null, default ->
                    Answer.text(NOT_FOUND, "there is /metrics, /health/live and /health/ready");
        };
    }

    private Answer metrics() {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.write(out, registry.scrape());
            return new Answer(OK, writer.getContentType(), out.toString(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            return Answer.text(FAILED, "cannot collect the metrics: " + e.getMessage());
        }
    }
}
