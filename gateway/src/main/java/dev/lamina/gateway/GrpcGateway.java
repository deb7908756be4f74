package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The Open Inference Protocol over gRPC, beside an [HttpGateway] whose models, keys, certificate
/// and limits it shares: requests of both count against the same limit.
public final class GrpcGateway implements AutoCloseable {
    /// The caller's `traceparent`.
    static final Context.Key<@Nullable String> TRACE = Context.key("traceparent");

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TRACE_PARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());
    private final Server server;

    /// Starts to listen.
    ///
    /// @throws BadInputException if the address is taken
    public GrpcGateway(InetSocketAddress listen, HttpGateway http) {
        HttpGateway.Config config = http.config();
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(listen)
                        .executor(threads)
                        .maxInboundMessageSize(config.bodyBytes())
                        .maxInboundMetadataSize(8 << 10)
                        .maxConcurrentCallsPerConnection(config.requests())
                        .maxConnectionIdle(5, TimeUnit.MINUTES)
                        .permitKeepAliveTime(10, TimeUnit.SECONDS)
                        .intercept(new Admission(config.keys()))
                        .addService(new OipGrpcService(http.models(), http.desk()));
        HttpGateway.Tls tls = config.tls();
        if (tls != null) {
            builder.useTransportSecurity(tls.certificate().toFile(), tls.key().toFile());
        }
        try {
            server = builder.build().start();
        } catch (IOException e) {
            threads.close();
            throw new BadInputException(
                    "cannot listen on " + listen + ": " + e.getMessage(),
                    "another process listens there; take another port");
        }
    }

    /// The port that it listens on.
    public int port() {
        return server.getPort();
    }

    /// Stops listening; requests that run are cut off.
    @Override
    public void close() {
        server.shutdownNow();
        threads.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks for the key, but not for whether the server is live or ready.
    private record Admission(ApiKeys keys) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String method = call.getMethodDescriptor().getBareMethodName();
            boolean open = "ServerLive".equals(method) || "ServerReady".equals(method);
            if (!open && !keys.accept(headers.get(AUTHORIZATION))) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription("an API key is asked for"),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return Contexts.interceptCall(
                    Context.current().withValue(TRACE, headers.get(TRACE_PARENT)),
                    call,
                    headers,
                    next);
        }
    }
}
