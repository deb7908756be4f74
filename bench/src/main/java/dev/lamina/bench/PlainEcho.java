package dev.lamina.bench;

import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.wire.proto.Piece;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The yardstick of [WireBench]: one unary gRPC call with a `bytes` field, without TLS, all else as
/// the library has it.
final class PlainEcho implements AutoCloseable {
    private static final int LARGEST = 1 << 30;
    private static final MethodDescriptor<Piece, Piece> ECHO =
            MethodDescriptor.<Piece, Piece>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("lamina.bench.Plain/Echo")
                    .setRequestMarshaller(ProtoUtils.marshaller(Piece.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(Piece.getDefaultInstance()))
                    .build();

    private final Server server;
    private final ManagedChannel channel;

    PlainEcho() throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .maxInboundMessageSize(LARGEST)
                        .addService(
                                ServerServiceDefinition.builder("lamina.bench.Plain")
                                        .addMethod(
                                                ECHO,
                                                ServerCalls.asyncUnaryCall((piece, out) -> {
                                                    out.onNext(piece);
                                                    out.onCompleted();
                                                }))
                                        .build())
                        .build()
                        .start();
        channel =
                NettyChannelBuilder.forAddress(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), server.getPort()))
                        .usePlaintext()
                        .maxInboundMessageSize(LARGEST)
                        .build();
    }

    double seconds(byte[] payload) {
        long began = System.nanoTime();
        Piece piece = Piece.newBuilder().setData(UnsafeByteOperations.unsafeWrap(payload)).build();
        Piece back = ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, piece);
        if (back.getData().size() != payload.length) {
            throw new IllegalStateException("no echo");
        }
        return (System.nanoTime() - began) / 1e9;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
