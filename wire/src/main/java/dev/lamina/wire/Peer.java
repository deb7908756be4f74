package dev.lamina.wire;

import com.google.protobuf.ByteString;
import dev.lamina.wire.proto.Frame;
import io.grpc.stub.CallStreamObserver;
import org.jspecify.annotations.Nullable;

/// A device as the server sees it, for the length of a session. Its connection may break and come
/// back; what is sent meanwhile waits.
public final class Peer {
    private final String name;
    private final ByteString id;
    private final Session session;
    private @Nullable CallStreamObserver<Frame> out;
    private long bytesIn;
    private long bytesOut;

    Peer(String name, ByteString id, long limit) {
        this.name = name;
        this.id = id;
        this.session = new Session(limit);
    }

    /// The name that it has proved.
    public String name() {
        return name;
    }

    /// Allows its messages so many bytes of payload.
    public void limit(long bytes) {
        session.limit(bytes);
    }

    /// Sends a message, now or when the device is back.
    ///
    /// @throws ProtocolException if the device does not take what was sent before
    public void send(Packet packet) {
        session.send(packet);
        drain();
    }

    /// Whether there is a connection at this moment.
    public synchronized boolean connected() {
        return out != null;
    }

    /// Whether the device has all that was sent.
    public boolean settled() {
        return session.settled();
    }

    /// Bytes of frames that came from it.
    public synchronized long bytesIn() {
        return bytesIn;
    }

    /// Bytes of frames that went to it.
    public synchronized long bytesOut() {
        return bytesOut;
    }

    boolean is(ByteString otherId) {
        return id.equals(otherId);
    }

    Session session() {
        return session;
    }

    /// Takes a new connection instead of the one before.
    synchronized @Nullable CallStreamObserver<Frame> attach(CallStreamObserver<Frame> connection) {
        CallStreamObserver<Frame> before = out;
        out = connection;
        return before;
    }

    /// Forgets a connection that is over; false if another one has taken its place.
    synchronized boolean detach(CallStreamObserver<Frame> connection) {
        if (!connection.equals(out)) {
            return false;
        }
        out = null;
        return true;
    }

    /// The connection, if there is one.
    synchronized @Nullable CallStreamObserver<Frame> connection() {
        return out;
    }

    /// Takes a frame and, if it completes a message, gives that. What comes late from a connection
    /// that another one has replaced is left to that one to send again.
    synchronized @Nullable Packet accept(Frame frame, CallStreamObserver<Frame> from) {
        if (!from.equals(out)) {
            return null;
        }
        bytesIn += frame.getSerializedSize();
        return session.accept(frame);
    }

    /// Writes what the connection can carry now; the rest follows when it is ready again.
    synchronized void drain() {
        CallStreamObserver<Frame> connection = out;
        while (connection != null && connection.isReady()) {
            Frame frame = session.next();
            if (frame == null) {
                return;
            }
            bytesOut += frame.getSerializedSize();
            connection.onNext(frame);
        }
    }
}
