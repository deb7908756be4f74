package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.gateway.HttpGateway.Tls;
import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.proto.oip.GRPCInferenceServiceGrpc;
import dev.lamina.wire.proto.oip.ServerMetadataRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTPS and gRPC with a certificate from files.
class TlsTest {
    @TempDir Path directory;
    private Tls tls;

    @BeforeEach
    void issue() {
        CertificateAuthority.init(directory).issueServer(List.of("localhost"));
        tls = new Tls(directory.resolve("server.pem"), directory.resolve("server.key"));
    }

    @Test
    void bothProtocolsServeWithIt() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Running running = new Running(Running.config().withTls(tls), null);
                GrpcGateway grpc = new GrpcGateway(Sockets.address(0), running.gateway);
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://localhost:"
                                                            + running.port()
                                                            + "/flows/say"))
                                    .header("Content-Type", "text/plain")
                                    .POST(HttpRequest.BodyPublishers.ofString("over TLS"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("over TLS");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(Sockets.exchange(running.port(), "GET /v2 HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .doesNotContain("200 OK");
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("localhost", grpc.port())
                            .sslContext(
                                    GrpcSslContexts.forClient()
                                            .trustManager(directory.resolve("ca.pem").toFile())
                                            .build())
                            .build();
            try {
                assertThat(
                                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                                        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                                        .getName())
                        .isEqualTo("lamina");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void filesThatAreNoneAreRefused() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty"));
        Path absent = directory.resolve("absent");
        for (Tls wrong :
                List.of(
                        new Tls(empty, tls.key()),
                        new Tls(absent, tls.key()),
                        new Tls(tls.certificate(), tls.certificate()),
                        new Tls(tls.certificate(), absent))) {
            assertThatThrownBy(() -> PemContext.factory(wrong))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }
}
