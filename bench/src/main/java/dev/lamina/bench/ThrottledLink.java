package dev.lamina.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A slow link on loopback: connections to its port go on to another one, with a rate and a delay
/// of their own in each direction. Bytes are counted.
public final class ThrottledLink implements AutoCloseable {
    private static final int CHUNK = 1460;
    private static final int CHUNKS_ON_THE_WAY = 4096;

    private final ServerSocket server;
    private final int target;
    private final Direction up;
    private final Direction down;
    private volatile boolean closed;

    /// @param target port on this machine that it leads to
    /// @param oneWaySeconds delay in each direction
    public ThrottledLink(
            int target, double upBitsPerSecond, double downBitsPerSecond, double oneWaySeconds)
            throws IOException {
        this.target = target;
        up = new Direction(upBitsPerSecond / 8, oneWaySeconds);
        down = new Direction(downBitsPerSecond / 8, oneWaySeconds);
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("slow-link").start(this::accept);
    }

    /// Where it listens.
    public int port() {
        return server.getLocalPort();
    }

    /// Bytes that have gone to the target.
    public long bytesUp() {
        return up.bytes.get();
    }

    /// Bytes that have come back.
    public long bytesDown() {
        return down.bytes.get();
    }

    private void accept() {
        while (!closed) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // closed, or nobody listens there: the connection ends, as it would
            }
        }
    }

    private void connect(Socket near) throws IOException {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            up.carry(near, far);
            down.carry(far, near);
        } catch (IOException e) {
            near.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
    }

    /// Bytes that arrive at a time; none for the end.
    @SuppressWarnings("ArrayRecordComponent")
    private record Chunk(byte[] bytes, long atNanos) {}

    /// One direction: all connections share its rate.
    private static final class Direction {
        final AtomicLong bytes = new AtomicLong();
        private final double bytesPerSecond;
        private final long delayNanos;
        private long freeNanos;

        Direction(double bytesPerSecond, double delaySeconds) {
            this.bytesPerSecond = bytesPerSecond;
            this.delayNanos = (long) (delaySeconds * 1e9);
        }

        /// When so many bytes, sent now, have arrived.
        private synchronized long arrival(int count) {
            freeNanos =
                    Math.max(freeNanos, System.nanoTime()) + (long) (count / bytesPerSecond * 1e9);
            return freeNanos + delayNanos;
        }

        void carry(Socket from, Socket to) {
            LinkedBlockingQueue<Chunk> way = new LinkedBlockingQueue<>(CHUNKS_ON_THE_WAY);
            Thread.ofPlatform().daemon().start(() -> read(from, way));
            Thread.ofPlatform().daemon().start(() -> write(to, way));
        }

        private void read(Socket from, LinkedBlockingQueue<Chunk> way) {
            try {
                try (InputStream in = from.getInputStream()) {
                    byte[] buffer = new byte[CHUNK];
                    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                        bytes.addAndGet(count);
                        way.put(new Chunk(java.util.Arrays.copyOf(buffer, count), arrival(count)));
                    }
                } catch (IOException e) {
                    // the connection is over, one way or another
                } finally {
                    way.put(new Chunk(new byte[0], arrival(0)));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void write(Socket to, LinkedBlockingQueue<Chunk> way) {
            try (to;
                    OutputStream out = to.getOutputStream()) {
                while (true) {
                    Chunk chunk = way.take();
                    TimeUnit.NANOSECONDS.sleep(chunk.atNanos() - System.nanoTime());
                    if (chunk.bytes().length == 0) {
                        return;
                    }
                    out.write(chunk.bytes());
                    out.flush();
                }
            } catch (IOException e) {
                // the connection is over, one way or another
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
