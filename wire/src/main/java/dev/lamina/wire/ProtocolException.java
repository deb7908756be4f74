package dev.lamina.wire;

/// A peer broke the protocol. Its connection ends; nobody else is touched.
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says what was wrong, with name and value.
    public ProtocolException(String message) {
        super(message);
    }

    /// Throws it unless the condition holds. The message is made in any case: not for loops over
    /// values.
    public static void check(boolean condition, String message) {
        if (!condition) {
            throw new ProtocolException(message);
        }
    }
}
