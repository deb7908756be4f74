package dev.lamina.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.proto.Echo;
import dev.lamina.wire.proto.Message;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A line with mutual TLS on sockets of this machine.
@Timeout(120)
class LineIT {
    private static final int BYTES = 6 << 20;
    @TempDir Path temp;

    /// Sends back what it gets.
    private static final class Echoes implements WireServer.Handler {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Override
        public void opened(Peer peer) {
            log.add("opened " + peer.name());
            peer.limit(BYTES);
        }

        @Override
        public void received(Peer peer, Packet packet) {
            peer.send(packet);
        }

        @Override
        public void disconnected(Peer peer) {
            log.add("disconnected " + peer.name());
        }

        @Override
        public void reconnected(Peer peer) {
            log.add("reconnected " + peer.name());
        }

        @Override
        public void refused(String who, Offence offence, String reason) {
            log.add("refused " + who + " " + offence + " " + reason);
        }
    }

    private Path certificates(String... devices) {
        Path folder = temp.resolve("certs");
        CertificateAuthority authority = CertificateAuthority.init(folder);
        authority.issueServer(List.of());
        for (String device : devices) {
            authority.issueDevice(device);
        }
        return folder;
    }

    private static WireServer server(Path certificates, Echoes echoes) throws Exception {
        return new WireServer(
                new WireServer.Config(
                        new Address("127.0.0.1", 0), Identity.server(certificates), 1),
                new BlobShelf(),
                echoes);
    }

    private static WireClient client(Path certificates, String identity, String name, int port) {
        return new WireClient(
                new WireClient.Config(
                        new Address("127.0.0.1", port),
                        Identity.device(certificates, identity),
                        name,
                        new Backoff(0.02, 0.2),
                        20,
                        BYTES),
                text -> {});
    }

    private static Packet packet(long seed) {
        byte[] payload = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(payload);
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "x", new EncodedTensor(new TensorCodec.Fp32(), new long[] {BYTES / 4}, payload));
        return new Packet(Message.newBuilder().setEcho(Echo.getDefaultInstance()).build(), tensors);
    }

    /// Cut every few megabytes in both directions, each tensor still comes once and whole, and what
    /// was there before a cut is not sent again.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void goesOnInMidTensorThroughABadNetwork(long seed) throws Exception {
        Path certificates = certificates("camera");
        Echoes echoes = new Echoes();
        try (WireServer server = server(certificates, echoes);
                FlakyProxy proxy = new FlakyProxy(server.port(), 1 << 20, 5 << 20, 0, seed);
                WireClient client = client(certificates, "camera", "camera", proxy.port())) {
            client.open();
            int rounds = 5;
            for (int i = 0; i < rounds; i++) {
                Packet sent = packet(seed + i);
                client.send(sent);
                Packet back = Objects.requireNonNull(client.poll(60));
                assertThat(back.tensors().firstEntry().getValue().payload())
                        .isEqualTo(sent.tensors().firstEntry().getValue().payload());
            }
            assertThat(client.poll(0.2)).isNull();
            assertThat(proxy.cuts.get()).isGreaterThan(rounds);
            // A tensor is larger than what most connections carry: without going on in its middle
            // it would hardly ever arrive.
            long least = 2L * rounds * BYTES;
            assertThat(proxy.passed.get()).isBetween(least, 2 * least);
            assertThat(echoes.log.stream().filter(line -> line.startsWith("opened"))).hasSize(1);
            assertThat(echoes.log).noneMatch(line -> line.startsWith("refused"));
        }
    }

    @Test
    void nobodyMayClaimAnothersName() throws Exception {
        Path certificates = certificates("camera", "drone");
        Echoes echoes = new Echoes();
        try (WireServer server = server(certificates, echoes);
                WireClient drone = client(certificates, "drone", "camera", server.port())) {
            drone.open();
            assertRefused(drone);
            assertThat(echoes.log)
                    .anyMatch(line ->
                            line.contains("the certificate of 'drone' does not allow the name"));
            try (WireClient camera = client(certificates, "camera", "camera", server.port())) {
                camera.open();
                camera.send(packet(1));
                assertThat(camera.poll(30)).isNotNull();
            }
        }
    }

    @Test
    void aDeviceThatIsRevokedMeanwhileIsThrownOut() throws Exception {
        Path certificates = certificates("camera");
        Echoes echoes = new Echoes();
        try (WireServer server = server(certificates, echoes);
                WireClient camera = client(certificates, "camera", "camera", server.port())) {
            camera.open();
            camera.send(packet(1));
            assertThat(camera.poll(30)).isNotNull();
            CertificateAuthority.open(certificates).revoke("camera");
            server.recheck();
            assertRefused(camera);
            assertThat(echoes.log).anyMatch(line -> line.contains("IDENTITY"));
        }
    }

    @Test
    void aDeviceThatWasRevokedBeforeIsToldSoAndDoesNotKnockForEver() throws Exception {
        Path certificates = certificates("camera");
        CertificateAuthority.open(certificates).revoke("camera");
        Echoes echoes = new Echoes();
        try (WireServer server = server(certificates, echoes);
                WireClient camera = client(certificates, "camera", "camera", server.port())) {
            camera.open();
            assertRefused(camera);
            assertThat(echoes.log).anyMatch(line -> line.contains("it is revoked"));
        }
    }

    private static void assertRefused(WireClient client) {
        try {
            for (int i = 0; i < 100; i++) {
                client.poll(0.2);
            }
        } catch (ConnectionException e) {
            assertThat(e.kind()).isEqualTo(ConnectionException.Kind.REFUSED);
            return;
        }
        throw new AssertionError("still there");
    }
}
