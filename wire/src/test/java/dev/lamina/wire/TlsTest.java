package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.lamina.wire.proto.EdgeGrpc;
import dev.lamina.wire.proto.FetchRequest;
import dev.lamina.wire.proto.Piece;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server on the loopback interface, and clients that it must let in or refuse.
class TlsTest {
    private static final Context.Key<String> PEER = Context.key("peer");

    @TempDir Path folder;
    private Path certs;
    private Path others;
    private CertificateAuthority authority;
    private Identity identity;
    private Server server;
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final List<SSLSession> sessions = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        certs = folder.resolve("certs");
        authority = CertificateAuthority.init(certs);
        authority.issueServer(List.of());
        authority.issueDevice("pi");
        others = folder.resolve("others");
        CertificateAuthority other = CertificateAuthority.init(others);
        other.issueServer(List.of());
        other.issueDevice("pi");
        identity = Identity.server(certs);
        server = serve(identity.serverContext(refusals::add));
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    /// Answers each fetch with the name of who asked.
    private static final class Names extends EdgeGrpc.EdgeImplBase {
        @Override
        public void fetch(FetchRequest request, StreamObserver<Piece> answer) {
            answer.onNext(Piece.newBuilder().setData(ByteString.copyFromUtf8(PEER.get())).build());
            answer.onCompleted();
        }
    }

    private final class NameOfPeer implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            sessions.add(
                    Objects.requireNonNull(
                            call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
            String name = String.valueOf(PeerName.of(call.getAttributes()));
            Context context = Context.current().withValue(PEER, name);
            return Contexts.interceptCall(context, call, headers, next);
        }
    }

    private Server serve(SslContext context) throws IOException {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sslContext(context)
                .addService(new Names())
                .intercept(new NameOfPeer())
                .build()
                .start();
    }

    private String ask(SslContext context) {
        return ask(context, server, "localhost");
    }

    private static String ask(SslContext context, Server server, String host) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .overrideAuthority(host)
                        .sslContext(context)
                        .build();
        try {
            return EdgeGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .fetch(FetchRequest.getDefaultInstance())
                    .next()
                    .getData()
                    .toStringUtf8();
        } finally {
            channel.shutdownNow();
        }
    }

    /// The server refuses this client, says so with `reasons`, and goes on serving.
    private void refusedByServer(SslContext context, String... reasons) {
        refusals.clear();
        broken(context, server, "localhost");
        if (reasons.length == 0) {
            assertThat(refusals).isEmpty();
        } else {
            assertThat(refusals) // gRPC may have tried twice
                    .anySatisfy(refusal -> assertThat(refusal).contains(reasons));
        }
        goodOneIsServed();
    }

    private static void broken(SslContext context, Server server, String host) {
        assertThatThrownBy(() -> ask(context, server, host))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e ->
                                assertThat(e.getStatus().getCode())
                                        .as(String.valueOf(e))
                                        .isEqualTo(Status.Code.UNAVAILABLE));
    }

    private void goodOneIsServed() {
        authority.issueDevice("good", 1, Files.exists(certs.resolve("device-good.pem")));
        assertThat(ask(Identity.device(certs, "good").clientContext())).isEqualTo("good");
    }

    /// A client that checks and is checked as little as can be: `name` is of files in `from`.
    private SslContext client(Path from, String name, String... protocols) {
        try {
            SslContextBuilder builder =
                    GrpcSslContexts.forClient().trustManager(certs.resolve("ca.pem").toFile());
            if (!name.isEmpty()) {
                builder.keyManager(
                        from.resolve(name + ".pem").toFile(), from.resolve(name + ".key").toFile());
            }
            return (protocols.length == 0 ? builder : builder.protocols(protocols)).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SslContext impostor(Path from, String name) throws SSLException {
        return GrpcSslContexts.forServer(
                        from.resolve(name + ".pem").toFile(), from.resolve(name + ".key").toFile())
                .build();
    }

    private CertificateAuthority at(Duration offset) {
        return CertificateAuthority.open(certs, Clock.offset(Clock.systemUTC(), offset));
    }

    @Test
    void serverSeesWhoItIs() {
        SslContext device = Identity.device(certs, "pi").clientContext();
        assertThat(ask(device)).isEqualTo("pi");
        assertThat(ask(device, server, "127.0.0.1")).isEqualTo("pi");
        assertThat(ask(device, server, "[::1]")).isEqualTo("pi");
        SSLSession seen = sessions.getLast();
        assertThat(seen.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(identity.objection(seen)).isNull();
        assertThat(refusals).isEmpty();
    }

    @Test
    void openSslDoesTheWork() {
        assertThat(OpenSsl.isAvailable()).isTrue();
        for (SslContext context :
                List.of(identity.serverContext(reason -> {}), identity.clientContext())) {
            SSLEngine engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
            assertThat(engine).isInstanceOf(ReferenceCountedOpenSslEngine.class);
            assertThat(engine.getEnabledProtocols()).contains("TLSv1.3").doesNotContain("TLSv1.2");
            ReferenceCountUtil.release(engine);
        }
    }

    @Test
    void withoutCertificate() {
        refusedByServer(client(certs, ""));
    }

    @Test
    void fromAnotherCa() {
        refusedByServer(client(others, "device-pi"), "'CN=pi'", "unknown CA, 'CN=Lamina CA ");
    }

    @Test
    void selfSigned() throws GeneralSecurityException, OperatorException {
        KeyPair keys = Issuer.newKeys();
        X500Name name = new X500Name("CN=pi");
        Date now = Date.from(Instant.now());
        Date later = Date.from(Instant.now().plusSeconds(1000));
        BigInteger serial = BigInteger.valueOf(7);
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(name, serial, now, later, name, keys.getPublic());
        ContentSigner signer =
                new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        Pem.write(
                folder.resolve("self.pem"),
                new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
        Pem.write(folder.resolve("self.key"), keys.getPrivate());
        refusedByServer(client(folder, "self"), "'CN=pi' (serial 7): it is self-signed");
    }

    @Test
    void outOfItsTime() {
        at(Duration.ofDays(-10)).issueDevice("old", 1, false);
        at(Duration.ofDays(10)).issueDevice("new", 1, false);
        refusedByServer(client(certs, "device-old"), "'CN=old'", "it expired on ");
        refusedByServer(client(certs, "device-new"), "'CN=new'", "it is not yet valid");
    }

    @Test
    void serversCertificateAsDevice() {
        refusedByServer(client(certs, "server"), "wrong purpose");
    }

    @Test
    void caAsDevice() {
        refusedByServer(client(certs, "ca")); // OpenSSL does so itself: the key is not for TLS
        assertThat(identity.objection(Pem.certificate(certs.resolve("ca.pem"), "-")))
                .contains("wrong purpose");
    }

    @Test
    void revokedWhileTheServerRuns() throws IOException {
        Path list = certs.resolve("revoked.crl.pem");
        Path before = Files.copy(list, folder.resolve("before"));
        SslContext device = Identity.device(certs, "pi").clientContext();
        SslContext resuming = client(certs, "device-pi");
        assertThat(ask(device)).isEqualTo("pi");
        assertThat(ask(resuming)).isEqualTo("pi");
        assertThat(ask(resuming)).isEqualTo("pi");
        SSLSession connected = sessions.getLast();
        authority.revoke("pi");
        assertThat(identity.objection(connected)).contains("CN=pi").endsWith("it is revoked");
        refusedByServer(device, "it is revoked");
        refusedByServer(resuming, "it is revoked");

        Files.writeString(list, "damaged");
        refusedByServer(device, "it is revoked");
        Files.delete(list);
        refusedByServer(device, "it is revoked");
        Files.copy(before, list);
        refusedByServer(device, "it is revoked");
        Files.copy(others.resolve("revoked.crl.pem"), list, StandardCopyOption.REPLACE_EXISTING);
        refusedByServer(device, "it is revoked");

        Files.copy(before, list, StandardCopyOption.REPLACE_EXISTING);
        authority.issueDevice("pi", 1, true);
        assertThat(ask(Identity.device(certs, "pi").clientContext())).isEqualTo("pi");
    }

    @Test
    void olderTls() {
        assertThat(ask(client(certs, "device-pi", "TLSv1.3"))).isEqualTo("pi");
        refusedByServer(client(certs, "device-pi", "TLSv1.2"));
    }

    @Test
    void deviceDialsAnotherHost() {
        SslContext device = Identity.device(certs, "pi").clientContext();
        broken(device, server, "edge.example.org");
        broken(device, server, "127.0.0.2");
        authority.issueServer(List.of("edge.example.org"), 1, true);
        goodOneIsServed();
    }

    @Test
    void deviceRefusesImpostors() throws IOException, InterruptedException {
        SslContext device = Identity.device(certs, "pi").clientContext();
        authority.issueDevice("localhost"); // its common name is the host's
        at(Duration.ofDays(-10)).issueServer(List.of(), 1, true);
        for (SslContext context :
                List.of(
                        impostor(certs, "device-localhost"),
                        impostor(certs, "server"),
                        impostor(others, "server"),
                        impostor(others, "ca"))) {
            Server impostor = serve(context);
            try {
                broken(device, impostor, "localhost");
            } finally {
                impostor.shutdownNow().awaitTermination();
            }
        }
        goodOneIsServed();
    }

    @Test
    void nameInALogIsOneLine() {
        assertThat(Refusals.printable("a\nb\u001b[31m\u202e")).isEqualTo("a?b?[31m?");
        assertThat(Refusals.printable("x".repeat(1000))).hasSize(203);
    }
}
