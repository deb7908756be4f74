package dev.lamina.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A bad network: passes bytes on, late, and cuts each connection after some of them.
final class FlakyProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final int leastBytes;
    private final int mostBytes;
    private final int delayMillis;
    private final SplittableRandom random;
    final AtomicInteger cuts = new AtomicInteger();
    final AtomicLong passed = new AtomicLong();
    volatile boolean gentle;

    /// @param target port on this machine
    /// @param leastBytes that a connection carries before it is cut
    FlakyProxy(int target, int leastBytes, int mostBytes, int delayMillis, long seed)
            throws IOException {
        this.target = target;
        this.leastBytes = leastBytes;
        this.mostBytes = mostBytes;
        this.delayMillis = delayMillis;
        this.random = new SplittableRandom(seed);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket in = listening.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
                AtomicLong left = new AtomicLong(random.nextInt(leastBytes, mostBytes));
                Thread.ofVirtual().start(() -> pump(in, out, left));
                Thread.ofVirtual().start(() -> pump(out, in, left));
            } catch (IOException e) {
                if (listening.isClosed()) {
                    return;
                }
            }
        }
    }

    private void pump(Socket from, Socket to, AtomicLong left) {
        byte[] buffer = new byte[16 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
                if (!gentle && left.addAndGet(-n) < 0) {
                    cuts.incrementAndGet();
                    return;
                }
                out.write(buffer, 0, n);
                passed.addAndGet(n);
            }
        } catch (IOException e) {
            // the other direction has cut it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
