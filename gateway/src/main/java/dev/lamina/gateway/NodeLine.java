package dev.lamina.gateway;

import dev.lamina.wire.Address;
import dev.lamina.wire.proto.NodeServiceGrpc;
import dev.lamina.wire.proto.PingReply;
import dev.lamina.wire.proto.PingRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.timeout.ReadTimeoutHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The two connections to a node: one for requests, and one for all else, which large tensors then
/// do not hold up.
///
/// A connection on which nothing is heard for three seconds is given up: the node is pinged every
/// second, and as long as it lives it answers. (gRPC's own keep-alive asks no more often than every
/// ten seconds.) Lost connections are made anew at once and then every 0.3 s, whether somebody
/// calls or not; calls meanwhile fail at once.
final class NodeLine implements AutoCloseable {
    private static final long SILENCE_MILLIS = 3000;
    private static final int CONNECT_MILLIS = 2000;
    private static final long RECONNECT_MILLIS = 300;
    private static final long PING_MILLIS = 1000;
    private static final int CLOSE_SECONDS = 2;
    private static final int METADATA_BYTES = 16 << 10;

    private final EventLoopGroup loops;
    private final ManagedChannel requests;
    private final ManagedChannel control;

    /// @param tls null for plain text
    NodeLine(Address address, @Nullable SslContext tls) {
        loops =
                new MultiThreadIoEventLoopGroup(
                        2,
                        new DefaultThreadFactory("node-" + address, true),
                        NioIoHandler.newFactory());
        requests = channel(address, tls);
        control = channel(address, tls);
        var _ =
                loops.scheduleWithFixedDelay(
                        this::reconnect, RECONNECT_MILLIS, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        var _ =
                loops.scheduleWithFixedDelay(
                        this::ping, PING_MILLIS, PING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private ManagedChannel channel(Address address, @Nullable SslContext tls) {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(address.host(), address.port())
                        .eventLoopGroup(loops)
                        .channelFactory(NodeLine::socket)
                        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .executor(task -> Thread.startVirtualThread(task))
                        .disableRetry() // the orchestrator retries, elsewhere
                        .maxInboundMessageSize(NodeFormat.LARGEST_MESSAGE)
                        .maxInboundMetadataSize(METADATA_BYTES);
        if (tls == null) {
            builder.negotiationType(NegotiationType.PLAINTEXT);
        } else {
            builder.sslContext(tls);
        }
        return builder.build();
    }

    private static NioSocketChannel socket() {
        NioSocketChannel socket = new NioSocketChannel();
        socket.pipeline().addLast(new Silence()); // first of all: it hears bytes, whatever they are
        return socket;
    }

    /// Ends a connection on which nothing is heard.
    private static final class Silence extends ReadTimeoutHandler {
        Silence() {
            super(SILENCE_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        protected void readTimedOut(ChannelHandlerContext context) {
            context.fireExceptionCaught(
                    new IOException("nothing was heard for " + SILENCE_MILLIS / 1000 + " s"));
            var _ = context.close();
        }
    }

    private void reconnect() {
        for (ManagedChannel channel : channels()) {
            if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
                channel.resetConnectBackoff();
            }
        }
    }

    private void ping() {
        for (ManagedChannel channel : channels()) {
            if (channel.getState(false) == ConnectivityState.READY) {
                NodeServiceGrpc.newStub(channel)
                        .withDeadlineAfter(SILENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .ping(PingRequest.getDefaultInstance(), new Unheard());
            }
        }
    }

    /// That bytes come is enough.
    private static final class Unheard implements StreamObserver<PingReply> {
        @Override
        public void onNext(PingReply reply) {}

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
    }

    private List<ManagedChannel> channels() {
        return List.of(requests, control);
    }

    /// For requests.
    ManagedChannel requests() {
        return requests;
    }

    /// For all else.
    ManagedChannel control() {
        return control;
    }

    @Override
    public void close() {
        channels().forEach(ManagedChannel::shutdownNow);
        try { // calls in progress end on the loops
            for (ManagedChannel channel : channels()) {
                channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
