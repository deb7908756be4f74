package dev.lamina.wire;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a connection: the name that the CA has put in its certificate.
public final class PeerName {
    private PeerName() {}

    /// The peer's name; null if the connection is without TLS or the peer has shown no certificate.
    ///
    /// @param transport a call's attributes, `ServerCall.getAttributes()`
    public static @Nullable String of(Attributes transport) {
        @Nullable SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return session == null ? null : of(session);
    }

    /// The peer's name; null if it has shown no certificate.
    public static @Nullable String of(SSLSession session) {
        @Nullable X509Certificate certificate = certificate(session);
        return certificate == null ? null : in(certificate);
    }

    /// The peer's certificate, which was verified in the handshake; null if it has shown none.
    public static @Nullable X509Certificate certificate(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate found ? found : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /// The one common name of the certificate's subject; null if it has none, several, or one that
    /// no device can have.
    static @Nullable String in(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN part : subject.getRDNs(BCStyle.CN)) {
            for (AttributeTypeAndValue one : part.getTypesAndValues()) {
                names.add(one.getValue() instanceof ASN1String text ? text.getString() : "");
            }
        }
        return names.size() == 1 && CertificateFiles.isName(names.getFirst())
                ? names.getFirst()
                : null;
    }
}
