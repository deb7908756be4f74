package dev.lamina.gateway;

import dev.lamina.serve.ServeException;

/// A refusal that only HTTP knows, and the statuses of all others.
final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    StatusException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    static int status(ServeException.Reason reason) {
        return switch (reason) {
            case BAD_INPUT -> 400;
            case NOT_FOUND -> 404;
            case EXHAUSTED -> 429;
            case DEADLINE -> 504;
            case CANCELLED -> 499;
            case UNAVAILABLE -> 503;
            case INTERNAL -> 500;
        };
    }
}
