package dev.lamina.gateway;

import static dev.lamina.gateway.NodeKinds.line;
import static dev.lamina.gateway.NodeKinds.spec;
import static dev.lamina.gateway.NodeKinds.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.serve.LocalNode;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.wire.Address;
import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.Identity;
import dev.lamina.wire.proto.NodeServiceGrpc;
import dev.lamina.wire.proto.StatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whom a node lets in, and whom a gateway trusts.
@Timeout(60)
class NodeTlsTest {
    @TempDir Path folder;
    private Path certs;
    private Path others;
    private CertificateAuthority authority;
    private final LocalNode local = new NodeKinds().node("a");
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private NodeServer server;

    @BeforeEach
    void start() throws IOException {
        certs = folder.resolve("certs");
        authority = CertificateAuthority.init(certs);
        authority.issueServer(List.of());
        authority.issueDevice("gateway");
        others = folder.resolve("others");
        CertificateAuthority other = CertificateAuthority.init(others);
        other.issueServer(List.of());
        other.issueDevice("gateway");
        server =
                new NodeServer(
                        new NodeServer.Config(
                                new Address("127.0.0.1", 0),
                                Identity.server(certs),
                                folder,
                                false,
                                Duration.ofSeconds(5)),
                        local,
                        refusals::add);
    }

    @AfterEach
    void stop() {
        server.close();
        local.close();
    }

    private Address at(String host) {
        return new Address(host, server.port());
    }

    private RemoteNode gateway(Path from) {
        return new RemoteNode("a", at("127.0.0.1"), Identity.device(from, "gateway"));
    }

    private static void refused(RemoteNode node) {
        assertThatThrownBy(node::status)
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void gatewayOfTheSameCaIsServed() {
        try (RemoteNode node =
                RemoteNode.connect(at("localhost"), Identity.device(certs, "gateway"))) {
            assertThat(node.name()).isEqualTo("a");
            node.assign(spec("m", "mirror"), new byte[0], true);
            RequestContext soon = RequestContext.within(Duration.ofSeconds(20));
            assertThat(line(node.call("m@1", List.of(text("x")), soon).getFirst().outputs()))
                    .isEqualTo("x");
        }
        assertThat(refusals).isEmpty();
    }

    @Test
    void gatewayOfAnotherCaIsRefused() throws IOException {
        try (RemoteNode node = gateway(others)) {
            assertThatThrownBy(node::status) // it does not trust the node either
                    .hasMessage(
                            "node a: its certificate is not one of the CA here, or not for this"
                                    + " address");
        }
        // one that would trust the node
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .sslContext(
                                GrpcSslContexts.forClient()
                                        .trustManager(certs.resolve("ca.pem").toFile())
                                        .keyManager(
                                                others.resolve("device-gateway.pem").toFile(),
                                                others.resolve("device-gateway.key").toFile())
                                        .build())
                        .build();
        unavailable(channel);
        assertThat(refusals).anySatisfy(r -> assertThat(r).contains("unknown CA"));
    }

    private static void unavailable(ManagedChannel channel) {
        try {
            assertThatThrownBy(() ->
                            NodeServiceGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                                    .status(StatusRequest.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageStartingWith("UNAVAILABLE");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void withoutCertificateNobodyIsServed() throws IOException {
        unavailable(
                NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .sslContext(
                                GrpcSslContexts.forClient()
                                        .trustManager(certs.resolve("ca.pem").toFile())
                                        .build())
                        .build());
        unavailable(
                NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .negotiationType(NegotiationType.PLAINTEXT)
                        .build());
        try (RemoteNode plain = new RemoteNode("a", at("127.0.0.1"), null)) {
            refused(plain);
        }
    }

    @Test
    void nodeOfAnotherCaIsNotTrusted() {
        Path mixed = folder.resolve("mixed");
        CertificateAuthority.init(mixed).issueDevice("gateway");
        try (RemoteNode node = gateway(mixed)) {
            refused(node);
        }
    }

    @Test
    void oneThatIsRevokedIsRefusedOnItsConnectionToo() throws Exception {
        try (RemoteNode node = gateway(certs)) {
            assertThat(node.status().name()).isEqualTo("a");
            authority.revoke("gateway");
            // the node looks again after a second
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            boolean served = true;
            while (served && System.nanoTime() < end) {
                try {
                    node.status();
                    Thread.sleep(100);
                } catch (ServeException e) {
                    assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
                    assertThat(e).hasMessageContaining("revoked");
                    served = false;
                }
            }
            refused(node);
            assertThat(refusals).first().asString().contains("CN=gateway").contains("revoked");
        }
        try (RemoteNode again = gateway(certs)) {
            refused(again);
        }
        authority.issueDevice("good");
        try (RemoteNode good =
                new RemoteNode("a", at("127.0.0.1"), Identity.device(certs, "good"))) {
            assertThat(good.status().name()).isEqualTo("a");
        }
    }

    @Test
    void certificateOfAnotherHostIsNotTrusted() throws IOException {
        Path here = folder.resolve("here");
        Files.createDirectories(here);
        for (String file : List.of("ca.pem", "device-gateway.pem", "device-gateway.key")) {
            Files.copy(certs.resolve(file), here.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (RemoteNode node =
                new RemoteNode("a", at("127.0.0.2"), Identity.device(here, "gateway"))) {
            refused(node);
        }
    }
}
