package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.Node;
import dev.lamina.serve.Settings;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hosts a node on the network, for gateways: gRPC as in `node.proto`, with mutual TLS. Whatever a
/// peer sends, the node goes on.
///
/// A gateway that may call may make the node compute, and read files below its folder; none outside
/// of it, unless the node's operator allows that.
public final class NodeServer implements AutoCloseable {
    /// Calls that a connection may have at a time; further ones wait at the gateway.
    static final int MOST_CALLS = 256;

    private static final int METADATA_BYTES = 16 << 10;
    private static final int HANDSHAKE_SECONDS = 5;
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int WINDOW_BYTES = 256 << 10;

    private final Server server;
    private final Duration grace;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// How a node is reached, and what its gateways may have it read.
    ///
    /// @param listen where; port 0 for any
    /// @param identity certificate and key; null for plain text, which only the loopback may have
    /// @param root folder that paths in settings are relative to
    /// @param anyPath whether paths may lead out of it
    /// @param grace for calls in progress when the server is closed
    public record Config(
            Address listen,
            @Nullable Identity identity,
            Path root,
            boolean anyPath,
            Duration grace) {}

    /// Starts to listen.
    ///
    /// @param node stays open when this is closed
    /// @param refused told of each peer that is turned away, in a sentence; called from several
    ///   threads
    /// @throws BadInputException if it would listen to other machines without TLS
    /// @throws IOException if the address cannot be used
    public NodeServer(Config config, Node node, Consumer<String> refused) throws IOException {
        Address listen = config.listen();
        Identity identity = config.identity();
        BadInputException.check(
                identity != null || listen.isLoopback(),
                "a node without TLS on " + listen + ", which other machines can reach",
                "use certificates: see 'lamina certs --help'");
        grace = config.grace();
        Settings.Base base = new Settings.Base(config.root(), !config.anyPath());
        ServerServiceDefinition calls =
                ServerInterceptors.intercept(
                        ServerInterceptors.useInputStreamMessages(
                                new NodeCalls(node, base).bindService()),
                        new DamagedMessages());
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(listen.socketAddress())
                        .addService(calls)
                        .executor(threads)
                        .maxInboundMessageSize(NodeFormat.LARGEST_MESSAGE)
                        .maxInboundMetadataSize(METADATA_BYTES)
                        .maxConcurrentCallsPerConnection(MOST_CALLS)
                        // small, so that on slow links its updates come often enough to be the
                        // sign of life that a gateway waits for; fast links make it grow
                        .initialFlowControlWindow(WINDOW_BYTES)
                        .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveTime(1, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true);
        if (identity != null) {
            GatewayCheck check = new GatewayCheck(identity, refused);
            builder.sslContext(identity.serverContext(refused))
                    .addTransportFilter(check)
                    .intercept(check);
        }
        server = builder.build().start();
    }

    /// The port that it listens on.
    public int port() {
        return server.getPort();
    }

    /// Takes no more calls, waits for those in progress, within the time of grace, and stops.
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                halt();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
    }

    /// Stops at once, as if the machine had lost its power.
    void halt() throws InterruptedException {
        server.shutdownNow();
        server.awaitTermination(5, TimeUnit.SECONDS);
    }
}
