package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Who a process is on the network: a certificate with its private key, and the CA whose
/// certificates it accepts. All TLS is version 1.3, by OpenSSL's code (netty-tcnative), with both
/// sides authenticated in each handshake ([FullHandshakes]).
public final class Identity {
    private static final String TLS = "TLSv1.3";

    private final X509Certificate ca;
    private final X509Certificate certificate;
    private final PrivateKey key;
    private final String name;
    private final Clock clock;
    private final @Nullable DeviceTrust devices;

    private Identity(
            X509Certificate ca,
            X509Certificate certificate,
            PrivateKey key,
            String name,
            Clock clock,
            @Nullable DeviceTrust devices) {
        this.ca = ca;
        this.certificate = certificate;
        this.key = key;
        this.name = name;
        this.clock = clock;
        this.devices = devices;
    }

    /// The edge server's: reads `ca.pem`, `server.pem`, `server.key` and `revoked.crl.pem`; the
    /// last one is read again whenever it changes.
    ///
    /// @throws BadInputException if one of them is missing, damaged or expired, or others may read
    ///   the key
    public static Identity server(Path directory) {
        CertificateFiles files = new CertificateFiles(directory);
        Clock clock = Clock.systemUTC();
        String maybe = "make it with 'lamina certs server', and copy it here";
        X509Certificate ca = ca(files);
        X509Certificate certificate = Pem.certificate(files.server(), maybe);
        PrivateKey key = Pem.privateKey(files.serverKey(), maybe);
        check(files.server(), certificate, ca, key, clock.instant(), "server");
        RevocationList revoked = new RevocationList(files.revoked(), ca);
        DeviceTrust devices = new DeviceTrust(ca, revoked, clock);
        return new Identity(ca, certificate, key, "server", clock, devices);
    }

    /// A device's: reads `ca.pem`, `device-NAME.pem` and `device-NAME.key`.
    ///
    /// @throws BadInputException if one of them is missing, damaged or expired, the certificate is
    ///   another's, or others may read the key
    public static Identity device(Path directory, String name) {
        CertificateFiles.checkName(name);
        CertificateFiles files = new CertificateFiles(directory);
        Clock clock = Clock.systemUTC();
        String maybe = "make it with 'lamina certs device " + name + "', and copy it here";
        X509Certificate ca = ca(files);
        Path file = files.device(name);
        X509Certificate certificate = Pem.certificate(file, maybe);
        PrivateKey key = Pem.privateKey(files.deviceKey(name), maybe);
        check(file, certificate, ca, key, clock.instant(), "device " + name);
        BadInputException.check(
                name.equals(PeerName.in(certificate)),
                file
                        + ": is not the certificate of '"
                        + name
                        + "', but of '"
                        + PeerName.in(certificate)
                        + "'",
                "the file was renamed: a device's name is the one in its certificate");
        return new Identity(ca, certificate, key, name, clock, null);
    }

    private static X509Certificate ca(CertificateFiles files) {
        return Pem.certificate(
                files.ca(), "make a CA with 'lamina certs init', and copy its ca.pem here");
    }

    private static void check(
            Path file,
            X509Certificate certificate,
            X509Certificate ca,
            PrivateKey key,
            Instant now,
            String command) {
        String renew = "renew it with 'lamina certs " + command + " --renew'";
        BadInputException.check(
                fits(key, certificate.getPublicKey()),
                file + ": the private key beside it is not its own",
                "copy both files again, from one call of 'lamina certs'");
        try {
            certificate.verify(ca.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new BadInputException(
                    file + ": is not from the CA of the ca.pem beside it",
                    "copy both from the same CA's folder");
        }
        Instant from = certificate.getNotBefore().toInstant();
        BadInputException.check(
                !now.isBefore(from),
                file + ": is not valid before " + from + ", and it is " + now,
                "this machine's clock is wrong");
        Instant to = certificate.getNotAfter().toInstant();
        BadInputException.check(!now.isAfter(to), file + ": expired on " + to, renew);
    }

    /// Whether these two are a pair.
    static boolean fits(PrivateKey key, PublicKey publicKey) {
        byte[] probe = "lamina".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// Whether a device can have this name: at most 64 letters, digits, `.`, `_` and `-`, with a
    /// letter or digit first.
    public static boolean isName(String name) {
        return CertificateFiles.isName(name);
    }

    /// The device's name in a certificate that was let in; empty, which nobody is called, if it is
    /// no device's.
    public static String nameOf(X509Certificate certificate) {
        String name = PeerName.in(certificate);
        return name == null ? "" : name;
    }

    /// The name in the certificate: the device's, or `server`.
    public String name() {
        return name;
    }

    /// TLS of a server that lets in only devices of its CA.
    ///
    /// @param refused told of each certificate that is refused, in a sentence with subject, serial
    ///   and reason; called in handshakes, from several threads
    /// @throws IllegalStateException if this is a device's identity
    public SslContext serverContext(Consumer<String> refused) {
        return build(
                SslContextBuilder.forServer(key, certificate)
                        .clientAuth(ClientAuth.REQUIRE)
                        .trustManager(devices().manager(refused)));
    }

    /// TLS of a device that talks only to a server of its CA, under a name in its certificate.
    public SslContext clientContext() {
        return build(
                SslContextBuilder.forClient()
                        .keyManager(key, certificate)
                        .trustManager(new ServerTrust(ca, clock))
                        .endpointIdentificationAlgorithm("HTTPS"));
    }

    private static SslContext build(SslContextBuilder builder) {
        OpenSsl.ensureAvailability();
        try {
            return new FullHandshakes(
                    GrpcSslContexts.configure(builder, SslProvider.OPENSSL).protocols(TLS).build());
        } catch (SSLException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    /// Why a peer's certificate is refused now, as a sentence; null if it is not. A server asks
    /// again about those connected: they may have been revoked or have expired since.
    ///
    /// @throws IllegalStateException if this is a device's identity
    public @Nullable String objection(X509Certificate peer) {
        return devices().objection(peer);
    }

    /// As [#objection(X509Certificate)], of the peer of a connection.
    public @Nullable String objection(SSLSession session) {
        @Nullable X509Certificate peer = PeerName.certificate(session);
        return peer == null ? "refused a peer without a certificate" : objection(peer);
    }

    private DeviceTrust devices() {
        if (devices == null) {
            throw new IllegalStateException("device " + name + " is no server");
        }
        return devices;
    }
}
