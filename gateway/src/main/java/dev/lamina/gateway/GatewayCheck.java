package dev.lamina.gateway;

import dev.lamina.wire.Identity;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Asks again whether the certificate of a connected gateway is good: it may have been revoked or
/// have expired since the handshake. Once a second for each connection is enough.
final class GatewayCheck extends ServerTransportFilter implements ServerInterceptor {
    private static final Attributes.Key<Peer> PEER = Attributes.Key.create("lamina-gateway");
    private static final long BETWEEN_NANOS = 1_000_000_000L;

    private final Identity identity;
    private final Consumer<String> refused;

    GatewayCheck(Identity identity, Consumer<String> refused) {
        this.identity = identity;
        this.refused = refused;
    }

    /// The other end of a connection.
    private final class Peer {
        private final @Nullable SSLSession session;
        private @Nullable String objection;
        private long asked;
        private boolean known;

        Peer(@Nullable SSLSession session) {
            this.session = session;
        }

        synchronized @Nullable String objection() {
            long now = System.nanoTime();
            if (!known || now - asked > BETWEEN_NANOS) {
                known = true;
                asked = now;
                String before = objection;
                objection =
                        session == null
                                ? "refused a peer without TLS"
                                : identity.objection(session);
                if (objection != null && before == null) {
                    refused.accept(objection);
                }
            }
            return objection;
        }
    }

    @Override
    public Attributes transportReady(Attributes transport) {
        return transport.toBuilder()
                .set(PEER, new Peer(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)))
                .build();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Peer peer = call.getAttributes().get(PEER);
        String objection = peer == null ? "refused an unknown peer" : peer.objection();
        if (objection == null) {
            return next.startCall(call, headers);
        }
        call.close(Status.UNAUTHENTICATED.withDescription(objection), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
