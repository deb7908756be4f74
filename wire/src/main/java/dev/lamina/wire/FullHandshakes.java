package dev.lamina.wire;

import io.grpc.netty.shaded.io.netty.handler.ssl.DelegatingSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/// TLS in which no session is resumed: each handshake asks for the certificate anew. A resumed
/// session is not checked again, and a revoked device would come back with the ticket of an old
/// one.
///
/// Netty hands out tickets under TLS 1.3 whatever its session cache is set to, and its own hook for
/// resumed sessions (`ResumableX509ExtendedTrustManager`) is not called under gRPC, which makes its
/// `SslHandler` itself. So each connection is told to give out and to take no tickets.
final class FullHandshakes extends DelegatingSslContext {
    FullHandshakes(SslContext openSsl) {
        super(openSsl);
        ((ReferenceCountedOpenSslContext) openSsl).sessionContext().setSessionCacheEnabled(false);
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        long connection = ((ReferenceCountedOpenSslEngine) engine).sslPointer();
        SSL.setOptions(connection, SSL.SSL_OP_NO_TICKET);
    }
}
