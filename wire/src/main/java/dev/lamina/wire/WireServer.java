package dev.lamina.wire;

import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.FetchRequest;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Open;
import dev.lamina.wire.proto.Opened;
import dev.lamina.wire.proto.Piece;
import dev.lamina.wire.proto.Version;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The server's end of all lines: proves who connects, keeps one session for each device, and hands
/// on messages. Whatever a peer sends, the others do not notice.
public final class WireServer implements AutoCloseable {
    /// Version of `lamina.proto` that is spoken here.
    public static final Version VERSION = Version.newBuilder().setMajor(1).setMinor(0).build();

    /// Greatest frame: a chunk, or a header with the descriptions of all tensors.
    static final int LARGEST_FRAME = 1 << 20;

    private static final Context.Key<Caller> CALLER = Context.key("lamina-caller");
    private static final int SESSION_BYTES = 16;
    private static final int LAST_WORDS_SECONDS = 6;

    private final Handler handler;
    private final @Nullable Identity identity;
    private final BlobShelf shelf;
    private final Server server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Peer> peers = new HashMap<>();
    private final List<Connection> connections = new ArrayList<>();
    private volatile boolean closing;

    /// What happens on the lines. Calls for one peer come one after another, on virtual threads;
    /// they must not block for long.
    public interface Handler {
        /// A device starts a session. An earlier one of that name is over.
        void opened(Peer peer);

        /// A message has come.
        ///
        /// @throws ProtocolException to end the connection
        void received(Peer peer, Packet packet);

        /// The connection is gone, the session may come back.
        void disconnected(Peer peer);

        /// The session goes on with a new connection.
        void reconnected(Peer peer);

        /// Somebody was turned away, or broke the protocol.
        ///
        /// @param who name or address, as far as it is known
        void refused(String who, Offence offence, String reason);
    }

    /// Who calls: nobody is named without TLS.
    private record Caller(@Nullable X509Certificate certificate, String address) {}

    /// How a server listens.
    ///
    /// @param listen where; port 0 for any
    /// @param identity certificate and key; null for plain text
    /// @param heartbeatSeconds a silent connection is asked so often, and given up after three
    public record Config(Address listen, @Nullable Identity identity, double heartbeatSeconds) {}

    /// Starts to listen.
    ///
    /// @throws IOException if the address cannot be used
    public WireServer(Config config, BlobShelf shelf, Handler handler) throws IOException {
        this.handler = handler;
        this.shelf = shelf;
        identity = config.identity();
        long beat = (long) (config.heartbeatSeconds() * 1e9);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(config.listen().socketAddress())
                        .addService(new Edge())
                        .intercept(new NamesCaller())
                        .executor(threads)
                        .maxInboundMessageSize(LARGEST_FRAME)
                        .maxInboundMetadataSize(8 << 10)
                        .maxConcurrentCallsPerConnection(4)
                        .handshakeTimeout(10, TimeUnit.SECONDS)
                        .keepAliveTime(beat, TimeUnit.NANOSECONDS)
                        .keepAliveTimeout(2 * beat, TimeUnit.NANOSECONDS)
                        .permitKeepAliveTime(1, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(false);
        if (identity != null) {
            SslContext tls =
                    identity.serverContext(
                            reason -> handler.refused("a TLS peer", Offence.IDENTITY, reason));
            builder.sslContext(tls);
        }
        server = builder.build().start();
    }

    /// The port that it listens on.
    public int port() {
        return server.getPort();
    }

    /// Ends a device's session: what it sends from now on belongs to none.
    public void end(Peer peer) {
        CallStreamObserver<Frame> connection;
        synchronized (peers) {
            peers.remove(peer.name(), peer);
            connection = peer.connection();
        }
        if (connection != null) {
            finish(connection);
        }
    }

    private static void finish(StreamObserver<Frame> connection) {
        try {
            connection.onCompleted();
        } catch (IllegalStateException e) {
            // the call has ended meanwhile, which is what is wanted
        }
    }

    private static void fail(StreamObserver<Frame> connection, Status status) {
        try {
            connection.onError(status.asRuntimeException());
        } catch (IllegalStateException e) {
            // the call has ended meanwhile, which is what is wanted
        }
    }

    /// Ends all connections of devices whose certificate is not good any more, for instance because
    /// it was revoked.
    public void recheck() {
        List<Connection> all;
        synchronized (connections) {
            all = List.copyOf(connections);
        }
        for (Connection connection : all) {
            String objection = objection(connection.caller);
            if (objection != null) {
                connection.refuse(Offence.IDENTITY, Status.UNAUTHENTICATED, objection);
            }
        }
    }

    private @Nullable String objection(Caller caller) {
        return identity == null || caller.certificate() == null
                ? null
                : identity.objection(caller.certificate());
    }

    /// Waits until the devices have what was sent, and stops. One that has lost its connection has
    /// the time to come back for it; one that is dead is not waited for longer.
    @Override
    public void close() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_WORDS_SECONDS);
        while (System.nanoTime() < end && !settled()) {
            sleep(10);
        }
        closing = true;
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    private boolean settled() {
        synchronized (peers) {
            return peers.values().stream().allMatch(Peer::settled);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Puts the caller's certificate where the call finds it.
    private static final class NamesCaller implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            SSLSession tls = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            String address =
                    String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            Caller caller = new Caller(tls == null ? null : PeerName.certificate(tls), address);
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, caller), call, headers, next);
        }
    }

    private final class Edge extends EdgeGrpc.EdgeImplBase {
        @Override
        public StreamObserver<Frame> connect(StreamObserver<Frame> out) {
            return new Connection((ServerCallStreamObserver<Frame>) out, CALLER.get());
        }

        @Override
        public void fetch(FetchRequest request, StreamObserver<Piece> out) {
            Fetches.serve(shelf, request, out);
        }
    }

    /// One call of a device, which carries its session while it lasts.
    private final class Connection implements StreamObserver<Frame> {
        private final ServerCallStreamObserver<Frame> out;
        private final Caller caller;
        private @Nullable Peer peer;
        private boolean over;

        Connection(ServerCallStreamObserver<Frame> out, Caller caller) {
            this.out = out;
            this.caller = caller;
            synchronized (connections) {
                connections.add(this);
            }
            out.disableAutoRequest();
            out.setOnReadyHandler(this::ready);
            out.setOnCancelHandler(this::gone);
            out.request(1);
        }

        private void ready() {
            Peer p = peer;
            if (p != null) {
                p.drain();
            }
        }

        @Override
        public void onNext(Frame frame) {
            if (over) {
                return;
            }
            try {
                Peer p = peer;
                if (p == null) {
                    open(frame);
                } else {
                    take(p, frame);
                }
                out.request(1);
            } catch (ProtocolException e) {
                refuse(Offence.PROTOCOL, Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
            }
        }

        private void take(Peer p, Frame frame) {
            Packet packet = p.accept(frame, out);
            if (packet != null) {
                handler.received(p, packet);
            }
            p.drain();
        }

        private void open(Frame frame) {
            Open open = frame.getOpen();
            ProtocolException.check(frame.hasOpen(), "first frame is " + frame.getKindCase());
            if (open.getVersion().getMajor() != VERSION.getMajor()) {
                refuse(
                        Offence.VERSION,
                        Status.FAILED_PRECONDITION,
                        "protocol version %d.%d, the server speaks %d.%d"
                                .formatted(
                                        open.getVersion().getMajor(),
                                        open.getVersion().getMinor(),
                                        VERSION.getMajor(),
                                        VERSION.getMinor()));
                return;
            }
            ProtocolException.check(
                    open.getSession().size() == SESSION_BYTES, "session id of wrong length");
            String name = open.getDevice();
            if (!Identity.isName(name)) {
                refuse(
                        Offence.IDENTITY,
                        Status.PERMISSION_DENIED,
                        "device name '" + shortened(name) + "'");
                return;
            }
            X509Certificate certificate = caller.certificate();
            if (certificate == null && identity != null) {
                refuse(Offence.IDENTITY, Status.UNAUTHENTICATED, "no certificate");
                return;
            }
            if (certificate != null && !Identity.nameOf(certificate).equals(name)) {
                refuse(
                        Offence.IDENTITY,
                        Status.PERMISSION_DENIED,
                        "the certificate of '%s' does not allow the name '%s'"
                                .formatted(Identity.nameOf(certificate), name));
                return;
            }
            if (closing) {
                over = true;
                fail(out, Status.UNAVAILABLE.withDescription("the server stops"));
                forget();
                return;
            }
            admit(open, name);
        }

        private void admit(Open open, String name) {
            Peer now;
            boolean fresh;
            CallStreamObserver<Frame> stale = null;
            synchronized (peers) {
                Peer before = peers.get(name);
                fresh = before == null || !before.is(open.getSession());
                if (fresh && open.getAgain()) {
                    answer(Opened.newBuilder().setKnown(false));
                    over = true;
                    finish(out);
                    forget();
                    return;
                }
                now = fresh || before == null ? new Peer(name, open.getSession(), 0) : before;
                if (fresh) {
                    ProtocolException.check(
                            open.getReceived() == 0 && open.getPartial() == 0,
                            "a new session that has received something");
                    peers.put(name, now);
                    stale = before == null ? null : before.connection();
                }
                synchronized (now) {
                    now.session().resume(open.getReceived(), open.getPartial());
                    answer(
                            Opened.newBuilder()
                                    .setKnown(true)
                                    .setReceived(now.session().received())
                                    .setPartial(now.session().partial()));
                    CallStreamObserver<Frame> replaced = now.attach(out);
                    stale = replaced == null ? stale : replaced;
                }
                peer = now;
            }
            if (stale != null) {
                fail(stale, Status.ABORTED.withDescription("the device has connected anew"));
            }
            if (fresh) {
                handler.opened(now);
            } else {
                handler.reconnected(now);
            }
            now.drain();
        }

        private void answer(Opened.Builder opened) {
            out.onNext(Frame.newBuilder().setOpened(opened.setVersion(VERSION)).build());
        }

        private void refuse(Offence offence, Status status, String reason) {
            over = true;
            Peer p = peer;
            String who =
                    p != null
                            ? p.name()
                            : caller.certificate() != null
                                    ? Identity.nameOf(caller.certificate())
                                    : caller.address();
            handler.refused(who, offence, reason);
            fail(out, status.withDescription(reason));
            gone();
        }

        private void gone() {
            over = true;
            forget();
            Peer p = peer;
            if (p != null && p.detach(out)) {
                handler.disconnected(p);
            }
        }

        private void forget() {
            synchronized (connections) {
                connections.remove(this);
            }
        }

        @Override
        public void onError(Throwable t) {
            gone();
        }

        @Override
        public void onCompleted() {
            finish(out);
            gone();
        }
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
