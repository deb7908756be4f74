package dev.lamina.wire;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom a server lets in: devices with a certificate of the server's own CA that is valid now and
/// not revoked. The CA signs devices directly (its path length is 0), so that only a peer's first
/// certificate counts.
final class DeviceTrust {
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2"; // id-kp-clientAuth, RFC 5280

    private final X509Certificate ca;
    private final RevocationList revoked;
    private final Clock clock;

    DeviceTrust(X509Certificate ca, RevocationList revoked, Clock clock) {
        this.ca = ca;
        this.revoked = revoked;
        this.clock = clock;
    }

    /// Why this certificate is refused, as a sentence for the log; null if it is not.
    @Nullable String objection(X509Certificate presented) {
        X509Certificate certificate;
        try { // a copy of the JDK's own: what TLS libraries hand over are wrappers
            certificate =
                    (X509Certificate)
                            Pem.x509()
                                    .generateCertificate(
                                            new ByteArrayInputStream(presented.getEncoded()));
        } catch (CertificateException e) {
            return "refused a certificate that cannot be read: " + Pem.oneLine(e);
        }
        @Nullable String reason = reason(certificate);
        return reason == null ? null : Refusals.sentence(certificate, reason);
    }

    private @Nullable String reason(X509Certificate certificate) {
        if (!isSignedBy(certificate, ca)) {
            return isSignedBy(certificate, certificate)
                    ? "it is self-signed"
                    : "it is from an unknown CA, '%s'"
                            .formatted(
                                    Refusals.printable(
                                            certificate.getIssuerX500Principal().getName()));
        }
        Instant now = clock.instant();
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return "it is not yet valid, but from " + certificate.getNotBefore().toInstant();
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return "it expired on " + certificate.getNotAfter().toInstant();
        }
        if (now.isAfter(ca.getNotAfter().toInstant())) {
            return "the CA expired on " + ca.getNotAfter().toInstant();
        }
        if (revoked.contains(certificate.getSerialNumber())) {
            return "it is revoked";
        }
        return unfit(certificate, now);
    }

    private @Nullable String unfit(X509Certificate certificate, Instant now) {
        try {
            @Nullable List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes == null || !purposes.contains(FOR_CLIENTS)) {
                return "it is not a device's: wrong purpose";
            }
            if (PeerName.in(certificate) == null) {
                return "it has no device's name";
            }
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
            parameters.setRevocationEnabled(false); // checked above, against our own list
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(Pem.x509().generateCertPath(List.of(certificate)), parameters);
            return null;
        } catch (GeneralSecurityException e) {
            return "it does not hold: " + Pem.oneLine(e);
        }
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate signer) {
        try {
            certificate.verify(signer.getPublicKey());
            return certificate.getIssuerX500Principal().equals(signer.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// What a TLS server asks; each refusal goes to `refused` first.
    X509ExtendedTrustManager manager(Consumer<String> refused) {
        return new Manager(refused);
    }

    private final class Manager extends X509ExtendedTrustManager {
        private final Consumer<String> refused;

        Manager(Consumer<String> refused) {
            this.refused = refused;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            @Nullable String objection =
                    chain.length == 0
                            ? "refused a peer without a certificate"
                            : objection(chain[0]);
            if (objection != null) {
                refused.accept(objection);
                throw new CertificateException(objection);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("this side is the server");
        }

        /// None: a peer then shows what it has, and the log can say who was refused.
        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
