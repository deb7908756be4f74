package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.NodeListener;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.Placement;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.wire.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A gateway with all that it needs: nodes, orchestration, flows, HTTP, gRPC.
public final class Gateway implements AutoCloseable {
    private static final int QUEUE = 512;
    private static final Duration BATCH_WAIT = Duration.ofMillis(2);

    private final Orchestrator orchestrator;
    private final HttpGateway http;
    private final @Nullable GrpcGateway grpc;

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
}
