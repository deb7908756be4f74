package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.Placement;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.wire.Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A gateway with all that it needs: nodes, orchestration, flows, HTTP, gRPC.
public final class Gateway implements AutoCloseable {
    private static final int QUEUE = 512;
    private static final int CONNECTIONS = 2048;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration BATCH_WAIT = Duration.ofMillis(2);

    private static final Set<String> HTTP = Set.of("http", "https");

    private final Orchestrator orchestrator;
    private final @Nullable OtlpExporter spans;
    private final HttpGateway http;
    private final @Nullable GrpcGateway grpc;
    private final boolean encrypted;

    /// How a gateway serves.
    ///
    /// @param listen HTTP; port 0 for any
    /// @param grpc gRPC; null for none
    /// @param keys file of API keys; null if none are needed
    /// @param tls folder with `server.pem` and `server.key`; null for plain HTTP
    /// @param deadline of requests that do not say
    /// @param maxRequests at a time
    /// @param otlp where spans are sent; null for nowhere
    /// @param memoryBytes for services in this process
    /// @param copies of each service
    /// @param preload whether services are loaded at the start
    public record Config(
            Address listen,
            @Nullable Address grpc,
            @Nullable Path keys,
            @Nullable Path tls,
            Duration deadline,
            int maxRequests,
            @Nullable String otlp,
            long memoryBytes,
            int copies,
            boolean preload) {
        private HttpGateway.Config http() {
            HttpGateway.Config http =
                    HttpGateway.Config.of(listen.socketAddress())
                            .withTimes(deadline, LONGEST)
                            .withLimits(maxRequests, CONNECTIONS, SILENCE);
            Path allowed = keys;
            if (allowed != null) {
                http = http.withKeys(ApiKeys.read(allowed));
            }
            Path folder = tls;
            if (folder != null) {
                http =
                        http.withTls(
                                new HttpGateway.Tls(
                                        folder.resolve("server.pem"),
                                        folder.resolve("server.key")));
            }
            return http;
        }

        /// On any port of this machine, without keys.
        public static Config local() {
            return new Config(
                    new Address("127.0.0.1", 0),
                    null,
                    null,
                    null,
                    Duration.ofSeconds(30),
                    256,
                    null,
                    4L << 30,
                    1,
                    true);
        }
    }

    private Gateway(
            Config config,
            ServiceKinds kinds,
            Catalogue catalogue,
            List<? extends Node> nodes,
            Metrics metrics,
            @Nullable OtlpExporter spans) {
        this.spans = spans;
        encrypted = config.tls() != null;
        orchestrator =
                new Orchestrator(
                        kinds,
                        nodes,
                        new Orchestrator.Config(HEARTBEAT, PATIENCE, config.preload()),
                        metrics);
        try {
            orchestrator.start(catalogue, Placement.greedy(config.copies()));
            http =
                    new HttpGateway(
                            config.http(),
                            catalogue,
                            orchestrator,
                            new FlowRunner(orchestrator, metrics),
                            metrics);
        } catch (RuntimeException e) {
            orchestrator.close();
            throw e;
        }
        try {
            Address address = config.grpc();
            grpc = address == null ? null : new GrpcGateway(address.socketAddress(), http);
        } catch (RuntimeException e) {
            http.close();
            orchestrator.close();
            throw e;
        }
    }

    /// A gateway with one node in this process.
    ///
    /// @throws BadInputException if something in the configuration cannot be used
    public static Gateway embedded(Config config, ServiceKinds kinds, Catalogue catalogue) {
        @Nullable OtlpExporter spans = spans(config);
        Metrics metrics = new Metrics(spans);
        LocalNode node =
                new LocalNode(
                        new LocalNode.Config("local", config.memoryBytes(), QUEUE, BATCH_WAIT),
                        kinds,
                        metrics);
        return new Gateway(config, kinds, catalogue, List.of(node), metrics, spans);
    }

    /// A gateway over nodes elsewhere, which it closes in the end.
    ///
    /// @throws BadInputException if something in the configuration cannot be used
    public static Gateway over(
            List<? extends Node> nodes, Config config, ServiceKinds kinds, Catalogue catalogue) {
        @Nullable OtlpExporter spans = spans(config);
        return new Gateway(config, kinds, catalogue, nodes, new Metrics(spans), spans);
    }

    private static @Nullable OtlpExporter spans(Config config) {
        String url = config.otlp();
        if (url == null) {
            return null;
        }
        try {
            URI collector = new URI(url);
            if (collector.getHost() == null || !HTTP.contains(collector.getScheme())) {
                throw new IllegalArgumentException("it does not begin http://HOST");
            }
            return new OtlpExporter(collector);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new BadInputException(
                    "--otlp " + url + " is no address: " + e.getMessage(),
                    "take http://HOST:4318/v1/traces");
        }
    }

    /// The port of HTTP.
    public int port() {
        return http.port();
    }

    /// Where HTTP is served.
    public String url() {
        return (encrypted ? "https" : "http") + "://127.0.0.1:" + port();
    }

    /// Stops listening, answers what is on its way, and frees everything.
    @Override
    public void close() {
        if (grpc != null) {
            grpc.close();
        }
        http.close();
        orchestrator.close();
        if (spans != null) {
            spans.close();
        }
    }
}
