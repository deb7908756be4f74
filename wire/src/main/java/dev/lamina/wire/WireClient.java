package dev.lamina.wire;

import com.google.protobuf.ByteString;
import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.Frame;
import dev.lamina.wire.proto.Open;
import dev.lamina.wire.proto.Opened;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A device's end of its line. It connects, connects again when the connection breaks, and goes on
/// in mid-tensor; the user of [#send(Packet)] and [#poll(double)] notices nothing of that, only
/// when the session is over.
public final class WireClient implements AutoCloseable {
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int MOST_VIOLATIONS = 3;
    private static final Pattern ALERT =
            Pattern.compile("alert|certificate", Pattern.CASE_INSENSITIVE);

    private final Config config;
    private final @Nullable SslContext tls;
    private final Consumer<String> log;
    private final RandomGenerator random = new SecureRandom();

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile Session session;
    private ByteString id = ByteString.EMPTY;
    private boolean again;
    private @Nullable Connection connection;
    private int failures;
    private int violations;
    private long lastContact = System.nanoTime();
    private boolean closed;

    /// How to reach the server.
    ///
    /// @param server where it listens
    /// @param identity certificate and key; null for plain text
    /// @param name of this device
    /// @param backoff between attempts
    /// @param giveUpSeconds without contact before [ConnectionException.Kind#UNREACHABLE]
    /// @param limit greatest number of bytes of the payloads of a message from the server
    public record Config(
            Address server,
            @Nullable Identity identity,
            String name,
            Backoff backoff,
            double giveUpSeconds,
            long limit) {}

    private sealed interface Event {
        record Received(Packet packet) implements Event {}

        record Ended(ConnectionException reason) implements Event {}
    }

    /// Prepares a line; [#open()] connects.
    ///
    /// @param log told when the connection breaks and comes back
    public WireClient(Config config, Consumer<String> log) {
        this.config = config;
        this.log = log;
        Identity identity = config.identity();
        tls = identity == null ? null : identity.clientContext();
        session = new Session(config.limit());
    }

    /// Starts a new session; an earlier one is forgotten.
    public synchronized void open() {
        drop();
        events.clear();
        session = new Session(config.limit());
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        id = ByteString.copyFrom(bytes);
        again = false;
        connect();
    }

    /// Sends a message, now or when the line is back.
    public synchronized void send(Packet packet) {
        session.send(packet);
        Connection now = connection;
        if (now != null) {
            now.drain();
        }
    }

    /// The server's next message; null if none comes in so many seconds.
    ///
    /// @throws ConnectionException if the session is over
    public @Nullable Packet poll(double seconds) {
        try {
            return switch (events.poll((long) (seconds * 1e9), TimeUnit.NANOSECONDS)) {
                case null -> null;
                case Event.Received received -> received.packet();
                case Event.Ended ended -> throw ended.reason();
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// Whether a message waits to be received.
    public boolean available() {
        return !events.isEmpty();
    }

    /// Waits until the server has all that was sent, or the time is over.
    public boolean settle(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        try {
            while (!session.settled() && System.nanoTime() < end) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return session.settled();
    }

    /// Fetches content into a cache, which may hold a part of it already.
    ///
    /// @throws java.io.UncheckedIOException if the server does not have it or cannot be reached
    public Path fetch(BlobCache cache, BlobId id) {
        ManagedChannel channel = channel();
        try {
            return cache.put(id, new BlobSource(EdgeGrpc.newBlockingStub(channel)));
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel channel() {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(config.server().host(), config.server().port())
                        .maxInboundMessageSize(WireServer.LARGEST_FRAME)
                        .maxInboundMetadataSize(8 << 10)
                        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS);
        if (tls == null) {
            builder.negotiationType(NegotiationType.PLAINTEXT);
        } else {
            builder.sslContext(tls);
        }
        return builder.build();
    }

    private void connect() {
        connection = new Connection(channel());
    }

    private void drop() {
        Connection before = connection;
        connection = null;
        if (before != null) {
            before.shutdown();
        }
    }

    /// The connection has ended: try again, or give up.
    private synchronized void broken(Connection which, Status status) {
        if (connection != which || closed) {
            return;
        }
        drop();
        ConnectionException reason = permanent(status);
        if (reason == null && secondsSince(lastContact) > config.giveUpSeconds()) {
            reason =
                    new ConnectionException(
                            ConnectionException.Kind.UNREACHABLE,
                            "no contact with %s for %.0f s: %s"
                                    .formatted(
                                            config.server(),
                                            secondsSince(lastContact),
                                            text(status)));
        }
        if (reason != null) {
            events.add(new Event.Ended(reason));
            return;
        }
        failures++;
        double wait = config.backoff().seconds(failures, random);
        if (failures == 1) {
            log.accept(
                    (again ? "the connection is gone, trying again: " : "trying to connect: ")
                            + text(status));
        }
        Thread.ofVirtual()
                .name("reconnect")
                .start(() -> {
                    try {
                        Thread.sleep((long) (wait * 1000));
                    } catch (InterruptedException e) {
                        return;
                    }
                    synchronized (this) {
                        if (connection == null && !closed) {
                            connect();
                        }
                    }
                });
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private @Nullable ConnectionException permanent(Status status) {
        String text = text(status);
        return switch (status.getCode()) {
            // Bytes that were damaged on the way are sent again, but not for ever.
            case INVALID_ARGUMENT ->
                    ++violations <= MOST_VIOLATIONS
                            ? null
                            : new ConnectionException(
                                    ConnectionException.Kind.REFUSED,
                                    "the server refuses what it gets: " + text);
            case UNAUTHENTICATED, PERMISSION_DENIED, FAILED_PRECONDITION ->
                    new ConnectionException(
                            ConnectionException.Kind.REFUSED, "the server refuses: " + text);
            case UNAVAILABLE, UNKNOWN, INTERNAL -> {
                String alert = alert(status.getCause());
                yield alert == null
                        ? null
                        : new ConnectionException(
                                ConnectionException.Kind.REFUSED, "no trust: " + alert);
            }
            case OK,
                    CANCELLED,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    DATA_LOSS ->
                    null;
        };
    }

    /// A certificate that one side does not take, from the depth of an exception: our own check of
    /// the server's, or an alert with which the server ends the handshake.
    private static @Nullable String alert(@Nullable Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (t instanceof CertificateException) {
                return message;
            }
            if (t instanceof SSLException && ALERT.matcher(message).find()) {
                return "the server does not take this certificate, or this one not the server's ("
                        + message
                        + ")";
            }
        }
        return null;
    }

    private static String text(Status status) {
        String description = status.getDescription();
        Throwable cause = status.getCause();
        String detail = cause == null ? "" : ", " + cause.getMessage();
        return (description == null ? status.getCode().toString() : description) + detail;
    }

    /// One call, which carries the session while it lasts.
    private final class Connection implements ClientResponseObserver<Frame, Frame> {
        private final ManagedChannel channel;
        private @Nullable ClientCallStreamObserver<Frame> out;
        private boolean opened;

        Connection(ManagedChannel channel) {
            this.channel = channel;
            EdgeGrpc.newStub(channel).connect(this);
            ClientCallStreamObserver<Frame> call = out;
            if (call != null) {
                Open open =
                        Open.newBuilder()
                                .setVersion(WireServer.VERSION)
                                .setDevice(config.name())
                                .setSession(id)
                                .setAgain(again)
                                .setReceived(session.received())
                                .setPartial(session.partial())
                                .build();
                call.onNext(Frame.newBuilder().setOpen(open).build());
                call.request(1);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Frame> call) {
            out = call;
            call.disableAutoRequestWithInitial(0);
            call.setOnReadyHandler(this::ready);
        }

        private void ready() {
            synchronized (WireClient.this) {
                drain();
            }
        }

        void drain() {
            ClientCallStreamObserver<Frame> call = out;
            while (opened && connection == this && call != null && call.isReady()) {
                Frame frame = session.next();
                if (frame == null) {
                    return;
                }
                call.onNext(frame);
            }
        }

        @Override
        public void onNext(Frame frame) {
            synchronized (WireClient.this) {
                if (connection != this) {
                    return;
                }
                lastContact = System.nanoTime();
                try {
                    if (opened) {
                        Packet packet = session.accept(frame);
                        if (packet != null) {
                            violations = 0;
                            events.add(new Event.Received(packet));
                        }
                    } else {
                        opened(frame);
                    }
                } catch (ProtocolException e) {
                    broken(this, Status.DATA_LOSS.withDescription(e.getMessage()));
                    return;
                }
                drain();
                ClientCallStreamObserver<Frame> call = out;
                if (call != null) {
                    call.request(1);
                }
            }
        }

        private void opened(Frame frame) {
            Opened answer = frame.getOpened();
            ProtocolException.check(frame.hasOpened(), "first frame is " + frame.getKindCase());
            if (!answer.getKnown()) {
                drop();
                events.add(
                        new Event.Ended(
                                new ConnectionException(
                                        ConnectionException.Kind.SESSION_LOST,
                                        "the server does not know this session")));
                return;
            }
            if (failures > 0) {
                log.accept("connected to " + config.server());
            }
            failures = 0;
            again = true;
            opened = true;
            session.resume(answer.getReceived(), answer.getPartial());
        }

        @Override
        public void onError(Throwable t) {
            broken(this, Status.fromThrowable(t));
        }

        @Override
        public void onCompleted() {
            broken(this, Status.UNAVAILABLE.withDescription("the server has ended the call"));
        }

        void shutdown() {
            channel.shutdownNow();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }
}
