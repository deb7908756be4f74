package dev.lamina.gateway;

import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntConsumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Keeps connections few and their clients brisk. When there are too many, the one that has been
/// idle longest makes room, so that a crowd of silent ones keeps nobody out; if all are busy, the
/// new one goes. A client that has begun a request must end its headers in time, however it
/// trickles: the timeout of Jetty begins anew with each byte.
final class ConnectionGuard extends Handler.Wrapper implements Connection.Listener {
    /// Attribute of requests: the connection's channel.
    static final String CHANNEL = "lamina.channel";

    private static final Duration LOOK = Duration.ofMillis(250);

    private final int most;
    private final long headerNanos;
    private final IntConsumer count;
    private final ConcurrentMap<Connection, State> open = new ConcurrentHashMap<>();
    private final Thread looker;

    private static final class State {
        final long sinceNanos = System.nanoTime();
        volatile boolean busy;
        volatile long idleNanos = sinceNanos;
        volatile long idleBytes;
        volatile long beganNanos;
    }

    /// @param most connections
    /// @param headers longest time from the first byte of a request to the end of its headers
    /// @param count told how many there are
    ConnectionGuard(int most, Duration headers, IntConsumer count) {
        this.most = most;
        this.headerNanos = headers.toNanos();
        this.count = count;
        looker = Thread.ofVirtual().name("connections").unstarted(this::look);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        looker.start();
    }

    @Override
    protected void doStop() throws Exception {
        looker.interrupt();
        super.doStop();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            return; // what it carries is a connection of its own
        }
        open.put(connection, new State());
        count.accept(open.size());
        if (open.size() > most) {
            Connection oldest =
                    open.entrySet().stream()
                            .filter(e -> !e.getValue().busy && !e.getKey().equals(connection))
                            .min(Comparator.comparingLong(e -> e.getValue().idleNanos))
                            .map(java.util.Map.Entry::getKey)
                            .orElse(connection);
            drop(oldest);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
        count.accept(open.size());
    }

    private void drop(Connection connection) {
        open.remove(connection);
        connection.getEndPoint().close();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        request.setAttribute(CHANNEL, connection.getEndPoint().getTransport());
        State state = open.get(connection);
        if (state != null) {
            state.busy = true;
            Request.addCompletionListener(
                    request,
                    failure -> {
                        state.idleBytes = connection.getBytesIn();
                        state.beganNanos = 0;
                        state.idleNanos = System.nanoTime();
                        state.busy = false;
                    });
        }
        return super.handle(request, response, callback);
    }

    private void look() {
        while (isRunning() || isStarting()) {
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            open.forEach((connection, state) -> {
                if (!state.busy && connection.getBytesIn() > state.idleBytes) {
                    if (state.beganNanos == 0) {
                        state.beganNanos = now;
                    } else if (now - state.beganNanos > headerNanos) {
                        drop(connection);
                    }
                }
            });
        }
    }
}
