package dev.lamina.serve;

/// Why a request was not answered. The reason says what the caller can do about it; gateways turn
/// it into a status of HTTP or gRPC.
public final class ServeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// What a caller can do.
    public enum Reason {
        /// Mend the request.
        BAD_INPUT,
        /// Ask for something that exists.
        NOT_FOUND,
        /// Come again later: queues are full, or memory is.
        EXHAUSTED,
        /// Come with more time.
        DEADLINE,
        /// Nothing: the caller is gone.
        CANCELLED,
        /// Ask another replica: this one, or its node, is gone.
        UNAVAILABLE,
        /// Tell its maker: a fault in a service.
        INTERNAL;

        /// Whether another replica might succeed where this one did not.
        public boolean anotherMight() {
            return this == UNAVAILABLE || this == EXHAUSTED;
        }
    }

    public ServeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ServeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /// A bad request unless the condition holds.
    ///
    /// @param problem with name and value
    /// @param maybe how to mend it, without the word "Maybe"
    public static void check(boolean condition, String problem, String maybe) {
        if (!condition) {
            throw new ServeException(Reason.BAD_INPUT, problem + "\nMaybe " + maybe);
        }
    }
}
