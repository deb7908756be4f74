package dev.lamina.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Notices that a client has hung up while its request is computed. The server reads nothing then,
/// and an HTTP/1.1 connection that nobody reads looks alive to the end. A selector of our own says
/// that something can be read; if there are no bytes, it is the end of the stream. Nothing is read
/// from the connection here.
///
/// Behind TLS, a client that says goodbye properly leaves bytes: that is noticed only when the
/// answer is written.
final class Disconnects implements AutoCloseable {
    /// How soon a request begins to be watched: those that are answered before cost nothing.
    private static final long LOOK_MILLIS = 50;

    private final Selector selector;
    private final ConcurrentLinkedQueue<Watch> fresh = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /// A request that is watched, until it is closed.
    final class Watch implements AutoCloseable {
        private final SocketChannel channel;
        private final AtomicReference<@Nullable Runnable> gone;

        private Watch(SocketChannel channel, Runnable gone) {
            this.channel = channel;
            this.gone = new AtomicReference<>(gone);
        }

        private void fire() {
            Runnable action = gone.getAndSet(null);
            if (action != null) {
                action.run();
            }
        }

        @Override
        public void close() {
            gone.set(null);
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid() && key.attachment() == this) {
                try {
                    key.interestOps(0);
                } catch (CancelledKeyException e) {
                    // the connection went at this moment
                }
            }
        }
    }

    Disconnects() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name("disconnects").daemon().start(this::run);
    }

    /// Calls `gone` once if the client hangs up before the watch is closed.
    Watch watch(SocketChannel channel, Runnable gone) {
        Watch watch = new Watch(channel, gone);
        fresh.add(watch);
        return watch;
    }

    private void run() {
        try {
            while (!closed) {
                // also lets channels go that were closed: until then their sockets stay
                selector.select(this::ready, LOOK_MILLIS);
                for (Watch watch = fresh.poll(); watch != null; watch = fresh.poll()) {
                    register(watch);
                }
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register(Watch watch) {
        if (watch.gone.get() == null) {
            return; // answered already
        }
        try {
            SelectionKey key = watch.channel.keyFor(selector);
            if (key == null) {
                watch.channel.register(selector, SelectionKey.OP_READ, watch);
            } else {
                key.attach(watch);
                key.interestOps(SelectionKey.OP_READ);
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            watch.fire();
        }
    }

    private void ready(SelectionKey key) {
        key.interestOps(0);
        if (key.attachment() instanceof Watch watch && !hasBytes(watch.channel)) {
            watch.fire();
        }
    }

    /// Whether what can be read is more than the end: the next request of a client that does not
    /// wait for its answers.
    private static boolean hasBytes(SocketChannel channel) {
        try {
            return channel.socket().getInputStream().available() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
