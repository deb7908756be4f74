package dev.lamina.train;

/// Too few devices for too long; the run's state is saved.
public final class NoDevicesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoDevicesException(String message) {
        super(message);
    }
}
