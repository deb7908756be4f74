package dev.lamina.wire;

/// A line that will not come back by waiting.
public final class ConnectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why.
    public enum Kind {
        /// The server has no such session: it was restarted, or has ended it.
        SESSION_LOST,
        /// The server does not take this device.
        REFUSED,
        /// Nobody has answered for too long.
        UNREACHABLE
    }

    private final Kind kind;

    ConnectionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// Why it ended.
    public Kind kind() {
        return kind;
    }
}
