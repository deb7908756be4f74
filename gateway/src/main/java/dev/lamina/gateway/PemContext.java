package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// TLS 1.3 and 1.2 from files in PEM.
final class PemContext {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private PemContext() {}

    static SslContextFactory.Server factory(HttpGateway.Tls tls) {
        try {
            Certificate[] chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read(tls.certificate())))
                            .toArray(Certificate[]::new);
            BadInputException.check(
                    chain.length > 0,
                    tls.certificate() + " has no certificate",
                    "give a file with -----BEGIN CERTIFICATE-----");
            PrivateKey key = key(tls.key(), chain[0].getPublicKey().getAlgorithm());
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("gateway", key, new char[0], chain);
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setKeyStore(store);
            factory.setKeyStorePassword("");
            factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new BadInputException(
                    "certificate "
                            + tls.certificate()
                            + " and key "
                            + tls.key()
                            + ": "
                            + e.getMessage(),
                    "one of them is damaged, or of another kind");
        }
    }

    private static PrivateKey key(Path file, String algorithm) throws GeneralSecurityException {
        String text = new String(read(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        BadInputException.check(
                begin >= 0 && end > begin,
                file + " has no private key in PKCS #8",
                "convert it: openssl pkcs8 -topk8 -nocrypt");
        try {
            byte[] der =
                    Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(file + " is damaged", "copy it again");
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadInputException("cannot read " + file, "it is mistyped, or another user's");
        }
    }
}
