package dev.lamina.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A network between a gateway and a node that can fall silent: connections stay open, and nothing
/// passes any more.
final class StallingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean stalled;

    /// @param target port on this machine; 0 for none
    StallingProxy(int target) throws IOException {
        this.target = target;
        stalled = target == 0;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// From now on nothing passes, as behind a machine that hangs.
    void stall() {
        stalled = true;
    }

    /// New connections pass again; those that were open stay silent.
    void mend() {
        stalled = false;
    }

    private void accept() {
        while (true) {
            try {
                Socket in = listening.accept();
                open.add(in);
                Socket out = target == 0 || stalled ? null : connect();
                Thread.ofVirtual().start(() -> pump(in, out));
                if (out != null) {
                    Thread.ofVirtual().start(() -> pump(out, in));
                }
            } catch (IOException e) {
                if (listening.isClosed()) {
                    return;
                }
            }
        }
    }

    private Socket connect() throws IOException {
        Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(out);
        return out;
    }

    private void pump(Socket from, @Nullable Socket to) {
        byte[] buffer = new byte[16 << 10];
        boolean silent = to == null;
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                silent |= stalled;
                if (!silent && to != null) {
                    OutputStream out = to.getOutputStream();
                    out.write(buffer, 0, n);
                }
            }
            if (!silent && to != null) {
                to.close();
            }
        } catch (IOException e) {
            // one side has closed it
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
