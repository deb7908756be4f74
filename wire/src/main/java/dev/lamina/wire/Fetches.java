package dev.lamina.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.lamina.wire.proto.FetchRequest;
import dev.lamina.wire.proto.Piece;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's side of `Edge.Fetch`: the bytes of a file on a shelf, in pieces, no faster than the
/// device takes them. One piece is in memory for each call.
public final class Fetches {
    static final int PIECE_BYTES = 1 << 18;
    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private Fetches() {}

    /// Answers a call; to be called from the service's method. Ends with `NOT_FOUND` if the content
    /// is not on the shelf, and with `OUT_OF_RANGE` if it has no such offset.
    public static void serve(
            BlobShelf shelf, FetchRequest request, StreamObserver<Piece> observer) {
        BlobId id = shelf.find(request.getSha256());
        long offset = request.getOffset();
        if (id == null) {
            observer.onError(
                    Status.NOT_FOUND
                            .withDescription("no blob of this SHA-256 here")
                            .asRuntimeException());
            return;
        }
        if (offset < 0 || offset > id.bytes()) {
            observer.onError(
                    Status.OUT_OF_RANGE
                            .withDescription(
                                    "offset "
                                            + Long.toUnsignedString(offset)
                                            + " is outside 0.."
                                            + id.bytes())
                            .asRuntimeException());
            return;
        }
        try {
            FileChannel channel = shelf.open(id.sha256(), offset);
            new Call(id, channel, (ServerCallStreamObserver<Piece>) observer).start();
        } catch (IOException e) {
            unreadable(id, e, observer);
        }
    }

    private static void unreadable(BlobId id, IOException e, StreamObserver<Piece> observer) {
        LOG.warn("cannot give out {}: {}", id, e.getMessage());
        observer.onError(
                Status.DATA_LOSS
                        .withDescription("the server cannot read this blob any more")
                        .asRuntimeException());
    }

    /// One call. gRPC runs its handlers one after another.
    private record Call(BlobId id, FileChannel channel, ServerCallStreamObserver<Piece> observer) {
        void start() {
            observer.setOnCancelHandler(this::close);
            observer.setOnReadyHandler(this::send);
        }

        private void send() {
            try {
                while (channel.isOpen() && observer.isReady()) {
                    ByteBuffer data = next();
                    if (data.hasRemaining()) {
                        ByteString bytes = UnsafeByteOperations.unsafeWrap(data);
                        observer.onNext(Piece.newBuilder().setData(bytes).build());
                    } else {
                        close();
                        observer.onCompleted();
                    }
                }
            } catch (IOException e) {
                close();
                unreadable(id, e, observer);
            }
        }

        /// The next piece, empty at the end.
        private ByteBuffer next() throws IOException {
            long left = id.bytes() - channel.position();
            ByteBuffer data = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
            while (data.hasRemaining()) {
                if (channel.read(data) < 0) {
                    throw new IOException("the file was shortened");
                }
            }
            return data.flip();
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("cannot close {}: {}", id, e.getMessage());
            }
        }
    }
}
