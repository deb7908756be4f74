package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.FetchRequest;
import dev.lamina.wire.proto.Piece;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blobs over gRPC on the loopback.
class FetchTest {
    private static final BlobSource.Settings QUICK =
            new BlobSource.Settings(3, Duration.ofMillis(5), Duration.ofSeconds(20));

    @TempDir Path temp;

    private final byte[] content = BlobFixture.random(3, 3 * Fetches.PIECE_BYTES + 17);
    private final BlobShelf shelf = new BlobShelf();
    private final FakeEdge edge = new FakeEdge();
    private BlobId id = new BlobId("0".repeat(64), 0);
    private Server server = NettyServerBuilder.forPort(0).build();
    private ManagedChannel channel = NettyChannelBuilder.forTarget("localhost").build();

    /// Serves the shelf; breaks the first calls after some pieces.
    private final class FakeEdge extends EdgeGrpc.EdgeImplBase {
        private final AtomicInteger breaks = new AtomicInteger();
        private final List<Long> offsets = new CopyOnWriteArrayList<>();
        private volatile Status broken = Status.UNAVAILABLE;
        private volatile int piecesBefore = 1;
        private volatile boolean silent;

        @Override
        public void fetch(FetchRequest request, StreamObserver<Piece> observer) {
            offsets.add(request.getOffset());
            if (silent) {
                return;
            }
            if (breaks.getAndDecrement() <= 0) {
                Fetches.serve(shelf, request, observer);
                return;
            }
            int at = (int) request.getOffset();
            for (int i = 0; i < piecesBefore; i++) {
                observer.onNext(
                        Piece.newBuilder()
                                .setData(
                                        com.google.protobuf.ByteString.copyFrom(
                                                content, at + 100 * i, 100))
                                .build());
            }
            observer.onError(broken.asRuntimeException());
        }
    }

    @BeforeEach
    void start() throws IOException {
        id = BlobFixture.id(temp.resolve("content"), content);
        assertThat(shelf.add(temp.resolve("content"))).isEqualTo(id);
        channel.shutdownNow();
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(edge)
                        .build()
                        .start();
        channel =
                NettyChannelBuilder.forAddress(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), server.getPort()))
                        .usePlaintext()
                        .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Fetches.PIECE_BYTES, 3 * Fetches.PIECE_BYTES + 17})
    void givesTheBytesFromAnOffsetOn(int offset) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        source().read(id.sha256(), offset, bytes -> got.writeBytes(array(bytes)));
        assertThat(got.toByteArray())
                .isEqualTo(java.util.Arrays.copyOfRange(content, offset, content.length));
    }

    @Test
    void anEmptyBlobIsOneWithoutPieces() throws IOException {
        Files.write(temp.resolve("empty"), new byte[0]);
        BlobId empty = shelf.add(temp.resolve("empty"));
        source().read(
                        empty.sha256(),
                        0,
                        bytes -> {
                            throw new IOException("a piece of nothing");
                        });
        assertThat(edge.offsets).hasSize(1);
    }

    @Test
    void onlyWhatIsOnTheShelfCanBeRead() {
        status(FetchRequest.newBuilder().setSha256("a".repeat(64)), Status.Code.NOT_FOUND);
        status(
                FetchRequest.newBuilder().setSha256(temp.resolve("content").toString()),
                Status.Code.NOT_FOUND);
        status(FetchRequest.newBuilder(), Status.Code.NOT_FOUND);
        assertThatThrownBy(() -> source().read("a".repeat(64), 0, bytes -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 3 * Fetches.PIECE_BYTES + 18, Long.MAX_VALUE})
    void refusesAnOffsetOutsideTheBlob(long offset) {
        status(
                FetchRequest.newBuilder().setSha256(id.sha256()).setOffset(offset),
                Status.Code.OUT_OF_RANGE);
    }

    @Test
    void aFileThatHasChangedIsNotGivenOut() throws IOException {
        Files.write(temp.resolve("content"), new byte[5]);
        status(FetchRequest.newBuilder().setSha256(id.sha256()), Status.Code.DATA_LOSS);
    }

    @Test
    void aBrokenConnectionGoesOnAtTheByteItHadComeTo() {
        edge.breaks.set(4); // more than the calls in a row, but each brings something
        BlobCache cache = new BlobCache(temp.resolve("cache"));
        assertThat(cache.put(id, source())).hasBinaryContent(content);
        assertThat(edge.offsets).containsExactly(0L, 100L, 200L, 300L, 400L);
    }

    @Test
    void givesUpAfterSomeCallsThatBringNothingAndALaterOneGoesOn() {
        edge.breaks.set(1);
        BlobCache cache = new BlobCache(temp.resolve("cache"));
        edge.broken = Status.DATA_LOSS;
        assertThatThrownBy(() -> cache.put(id, source())).hasMessageContaining("DATA_LOSS");
        assertThat(edge.offsets).containsExactly(0L);
        edge.broken = Status.UNAVAILABLE;
        edge.piecesBefore = 0;
        edge.breaks.set(100);
        assertThatThrownBy(() -> cache.put(id, source()))
                .hasMessageContaining("stopped at byte 100");
        assertThat(edge.offsets).containsExactly(0L, 100L, 100L, 100L);
        edge.breaks.set(0);
        assertThat(cache.put(id, source())).hasBinaryContent(content);
        assertThat(edge.offsets).endsWith(100L);
    }

    @Test
    void aServerThatSaysNothingIsNoticed() {
        edge.silent = true;
        BlobSource impatient =
                new BlobSource(
                        EdgeGrpc.newBlockingStub(channel),
                        new BlobSource.Settings(2, Duration.ofMillis(1), Duration.ofMillis(200)));
        assertThatThrownBy(() -> impatient.read(id.sha256(), 0, bytes -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void aSinkThatFailsEndsTheCall() {
        assertThatThrownBy(() ->
                        source().read(
                                        id.sha256(),
                                        0,
                                        bytes -> {
                                            throw new IOException("disk full");
                                        }))
                .hasMessage("disk full");
        assertThat(edge.offsets).hasSize(1);
    }

    /// The server's side on its own, with a device that is ready now and then.
    @Test
    void sendsNoFasterThanTheDeviceTakes() {
        Slow slow = new Slow();
        Fetches.serve(shelf, FetchRequest.newBuilder().setSha256(id.sha256()).build(), slow);
        assertThat(slow.pieces).isEmpty();
        for (int i = 1; i <= 4; i++) {
            slow.becomeReadyForOne();
            assertThat(slow.pieces).hasSize(i);
            assertThat(slow.completed).isFalse();
        }
        slow.becomeReadyForOne();
        assertThat(slow.completed).isTrue();
        slow.becomeReadyForOne();
        assertThat(slow.pieces)
                .extracting(piece -> piece.getData().size())
                .containsExactly(Fetches.PIECE_BYTES, Fetches.PIECE_BYTES, Fetches.PIECE_BYTES, 17);
    }

    @Test
    void aCancelledCallSendsNoMore() {
        Slow slow = new Slow();
        Fetches.serve(shelf, FetchRequest.newBuilder().setSha256(id.sha256()).build(), slow);
        slow.becomeReadyForOne();
        slow.cancelHandler.run();
        slow.becomeReadyForOne();
        assertThat(slow.pieces).hasSize(1);
        assertThat(slow.completed).isFalse();
    }

    private static final class Slow extends ServerCallStreamObserver<Piece> {
        private final List<Piece> pieces = new ArrayList<>();
        private Runnable readyHandler = () -> {};
        private Runnable cancelHandler = () -> {};
        private boolean completed;
        private boolean ready;

        void becomeReadyForOne() {
            ready = true;
            readyHandler.run();
        }

        @Override
        public void onNext(Piece piece) {
            pieces.add(piece);
            ready = false;
        }

        @Override
        public void onError(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void onCompleted() {
            assertThat(completed).isFalse();
            completed = true;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            readyHandler = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            cancelHandler = handler;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }

    private BlobSource source() {
        return new BlobSource(EdgeGrpc.newBlockingStub(channel), QUICK);
    }

    private void status(FetchRequest.Builder request, Status.Code code) {
        assertThatThrownBy(() ->
                        EdgeGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .fetch(request.build())
                                .forEachRemaining(piece -> {}))
                .satisfies(e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(code));
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }
}
