package dev.lamina.gateway;

import dev.lamina.serve.ServeException.Reason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// Answers what is no message with INVALID_ARGUMENT; gRPC itself would call it a fault of the
/// server. It belongs where messages are still bytes.
final class DamagedMessages implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean damaged;

            @Override
            public void onMessage(Q message) {
                if (damaged) {
                    return;
                }
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException e) { // it could not be parsed
                    damaged = true;
                    call.close(
                            Status.INVALID_ARGUMENT.withDescription("this is no such message"),
                            NodeErrors.trailers(Reason.BAD_INPUT));
                }
            }

            @Override
            public void onHalfClose() {
                if (!damaged) {
                    super.onHalfClose();
                }
            }
        };
    }
}
