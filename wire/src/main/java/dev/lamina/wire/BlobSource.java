package dev.lamina.wire;

import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.FetchRequest;
import dev.lamina.wire.proto.Piece;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The device's side of `Edge.Fetch`: reads a blob, and where the connection breaks goes on at the
/// byte it had come to. It gives up after some calls in a row that brought nothing.
public final class BlobSource implements BlobCache.Source {
    private static final Logger LOG = LoggerFactory.getLogger(BlobSource.class);
    private static final int MOST_SHIFT = 5;

    private final EdgeGrpc.EdgeBlockingStub edge;
    private final Settings settings;

    /// How a source deals with a bad connection.
    ///
    /// @param calls in a row without a byte, after which it gives up
    /// @param firstPause after a call that broke; it doubles with each in a row, up to 32 times
    /// @param longestCall after which a call is ended and the next one goes on, so that a server
    ///   that says nothing is noticed
    record Settings(int calls, Duration firstPause, Duration longestCall) {}

    /// Reads from a server: gives up after about a minute without a connection, or some minutes
    /// without a byte.
    public BlobSource(EdgeGrpc.EdgeBlockingStub edge) {
        this(edge, new Settings(12, Duration.ofMillis(250), Duration.ofMinutes(1)));
    }

    BlobSource(EdgeGrpc.EdgeBlockingStub edge, Settings settings) {
        this.edge = edge;
        this.settings = settings;
    }

    /// @throws IOException if the server does not have the blob, or cannot be reached
    @Override
    public void read(String sha256, long offset, BlobCache.Sink sink) throws IOException {
        long reached = offset;
        int fruitless = 0;
        while (true) {
            Progress progress = new Progress(reached);
            try {
                call(sha256, progress, sink);
                return;
            } catch (StatusRuntimeException e) {
                fruitless = progress.reached > reached ? 1 : fruitless + 1;
                reached = progress.reached;
                if (!passes(e.getStatus()) || fruitless >= settings.calls()) {
                    throw new IOException(
                            "the server stopped at byte " + reached + ": " + e.getStatus(), e);
                }
                LOG.info("fetching goes on at byte {} after {}", reached, e.getStatus());
                pause(fruitless);
            }
        }
    }

    private static final class Progress {
        private long reached;

        Progress(long reached) {
            this.reached = reached;
        }
    }

    private void call(String sha256, Progress progress, BlobCache.Sink sink) throws IOException {
        Context.CancellableContext context = Context.current().withCancellation();
        Context before = context.attach();
        try {
            Iterator<Piece> pieces =
                    edge.withDeadlineAfter(settings.longestCall().toNanos(), TimeUnit.NANOSECONDS)
                            .fetch(
                                    FetchRequest.newBuilder()
                                            .setSha256(sha256)
                                            .setOffset(progress.reached)
                                            .build());
            while (pieces.hasNext()) {
                Piece piece = pieces.next();
                sink.write(piece.getData().asReadOnlyByteBuffer());
                progress.reached += piece.getData().size();
            }
        } finally {
            context.detach(before);
            context.cancel(null); // where the sink has failed, the call would else stay open
        }
    }

    /// Whether another call may do better.
    private static boolean passes(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, INTERNAL, RESOURCE_EXHAUSTED -> true;
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    DATA_LOSS,
                    UNAUTHENTICATED ->
                    false;
        };
    }

    private void pause(int fruitless) throws InterruptedIOException {
        try {
            Thread.sleep(
                    settings.firstPause().multipliedBy(1L << Math.min(fruitless - 1, MOST_SHIFT)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
