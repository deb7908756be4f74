package dev.lamina.gateway;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Reasons of failures as statuses of gRPC, and back. A node marks its own with a trailer, so that
/// the network's are told from them: INTERNAL or CANCELLED without it is a broken connection.
final class NodeErrors {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of("lamina-reason", Metadata.ASCII_STRING_MARSHALLER);
    private static final int LONGEST = 1000;

    private NodeErrors() {}

    static Status status(Reason reason) {
        return switch (reason) {
            case BAD_INPUT -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            case DEADLINE -> Status.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.CANCELLED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL;
        };
    }

    /// What the node ends a call with.
    static StatusRuntimeException ending(ServeException error) {
        return status(error.reason())
                .withDescription(message(error))
                .asRuntimeException(trailers(error.reason()));
    }

    static Metadata trailers(Reason reason) {
        Metadata trailers = new Metadata();
        trailers.put(REASON, reason.name());
        return trailers;
    }

    /// Why a call failed, for whoever made it.
    ///
    /// @param node for the message
    /// @param cancelled whether the caller has cancelled it
    static ServeException failure(String node, StatusRuntimeException e, boolean cancelled) {
        return failure(node, e.getStatus(), e.getTrailers(), cancelled, e);
    }

    static ServeException failure(String node, StatusException e, boolean cancelled) {
        return failure(node, e.getStatus(), e.getTrailers(), cancelled, e);
    }

    private static ServeException failure(
            String node,
            Status status,
            @Nullable Metadata trailers,
            boolean cancelled,
            Throwable thrown) {
        Reason said = said(trailers);
        if (said != null) {
            return new ServeException(said, shortened(text(status)), thrown);
        }
        Reason reason = unsaid(status.getCode(), cancelled);
        // below the first line, libraries go on about their pipelines
        String why = text(status).lines().findFirst().orElse("");
        return new ServeException(reason, "node " + node + ": " + shortened(why), thrown);
    }

    private static @Nullable Reason said(@Nullable Metadata trailers) {
        String name = trailers == null ? null : trailers.get(REASON);
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return null;
    }

    private static Reason unsaid(Status.Code code, boolean cancelled) {
        return switch (code) {
            case DEADLINE_EXCEEDED -> Reason.DEADLINE;
            case CANCELLED -> cancelled ? Reason.CANCELLED : Reason.UNAVAILABLE;
            case RESOURCE_EXHAUSTED -> Reason.EXHAUSTED;
            case INVALID_ARGUMENT -> Reason.BAD_INPUT;
            case NOT_FOUND -> Reason.NOT_FOUND;
            case OK,
                    UNKNOWN,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED ->
                    Reason.UNAVAILABLE;
        };
    }

    private static String text(Status status) {
        String description = status.getDescription();
        Throwable cause = status.getCause();
        boolean tls = false;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return "its certificate is not one of the CA here, or not for this address";
            }
            tls |= t instanceof SSLException;
        }
        if (tls) {
            return "it refuses this certificate, which is revoked, or another CA's";
        }
        String what = description == null ? status.getCode().toString() : description;
        return cause == null ? what : what + ", " + cause.getMessage();
    }

    /// What an error says, not too long for a trailer.
    static String message(ServeException error) {
        return shortened(String.valueOf(error.getMessage()));
    }

    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
