package dev.lamina.wire;

/// A peer broke the protocol. Its connection ends; nobody else is touched.
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says what was wrong, with name and value.
    public ProtocolException(String message) {
        super(message);
    }
}
