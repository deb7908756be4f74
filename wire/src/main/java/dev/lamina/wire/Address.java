package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a server listens or is found, `HOST:PORT`; an IPv6 address stands in brackets.
///
/// @param host name or address
/// @param port 0 to 65535; 0 to listen on any free one
public record Address(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.%]+\\]|[^:\\[\\]/\\s]+):(\\d{1,5})");
    private static final int MOST_PORT = 65535;

    /// Reads `HOST:PORT`.
    ///
    /// @param what for errors: the flag
    /// @throws BadInputException if it is not of that form
    public static Address parse(String what, String text) {
        Matcher parts = FORM.matcher(text);
        BadInputException.check(
                parts.matches() && Integer.parseInt(parts.group(2)) <= MOST_PORT,
                what + " '" + text + "' is not HOST:PORT",
                "take " + what + " 127.0.0.1:7070.");
        String host = parts.group(1);
        boolean bracketed = host.startsWith("[");
        return new Address(
                bracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(parts.group(2)));
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
