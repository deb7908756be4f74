package dev.lamina.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Plain sockets, for what no HTTP client would do.
final class Sockets {
    private static final int PATIENCE_MILLIS = 30_000;

    private Sockets() {}

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static Socket open(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(address(port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// What the server answers to some bytes, until it waits or hangs up.
    static String exchange(int port, String request) {
        try (Socket socket = open(port)) {
            write(socket, request);
            byte[] answer = new byte[64 << 10];
            InputStream in = socket.getInputStream();
            int read = in.read(answer);
            return read < 0 ? "" : new String(answer, 0, read, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
