package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Where a server listens or is found, `HOST:PORT`; an IPv6 address stands in brackets.
///
/// @param host name or address
/// @param port 0 to 65535; 0 to listen on any free one
public record Address(String host, int port) {
    /// Reads `HOST:PORT`.
    ///
    /// @param what for errors: the flag
    /// @throws BadInputException if it is not of that form
    public static Address parse(String what, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = -1;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            // reported below
        }
        BadInputException.check(
                !host.isBlank() && port >= 0 && port <= 65535,
                what + " '" + text + "' is not HOST:PORT",
                "take " + what + " 127.0.0.1:7070.");
        return new Address(host, port);
    }

    /// Whether only this machine can be meant.
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// For sockets.
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(host, port);
    }

    /// The same host and another port.
    public Address withPort(int other) {
        return new Address(host, other);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
