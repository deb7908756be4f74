package dev.lamina.bench;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.Seeds;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.BlobShelf;
import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.Identity;
import dev.lamina.wire.Offence;
import dev.lamina.wire.Packet;
import dev.lamina.wire.Peer;
import dev.lamina.wire.WireClient;
import dev.lamina.wire.WireServer;
import dev.lamina.wire.proto.Echo;
import dev.lamina.wire.proto.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What the line costs: a tensor from device to server and back, with mutual TLS, checksums and
/// acknowledgements, over the same bytes through one plain gRPC call without TLS; on this machine's
/// loopback, in turn. Quoted is the median of the ratios.
public final class WireBench {
    private static final String NAME = "bench";

    private WireBench() {}

    /// The figures.
    ///
    /// @param bytes of the tensor
    /// @param pairs that were timed, after the warm-up
    /// @param plainMilliseconds median of a plain echo
    /// @param laminaMilliseconds median of an echo over the line
    /// @param ratio median of line over plain, pair by pair
    public record Report(
            long bytes,
            int pairs,
            double plainMilliseconds,
            double laminaMilliseconds,
            double ratio,
            double lowRatio,
            double highRatio) {}

    /// Runs both.
    public static Report run(int bytes, int pairs, int warmup) {
        try {
            Path certificates = Files.createTempDirectory("lamina-bench");
            try {
                return run(certificates.resolve("certs"), bytes, pairs, warmup);
            } finally {
                AtomicFiles.deleteTree(certificates);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run: " + e.getMessage(), e);
        }
    }

    private static Report run(Path certificates, int bytes, int pairs, int warmup)
            throws IOException {
        CertificateAuthority authority = CertificateAuthority.init(certificates);
        authority.issueServer(List.of());
        authority.issueDevice(NAME);
        byte[] payload = new byte[bytes / 4 * 4];
        Seeds.stream(1, "wire bench").nextBytes(payload);
        try (PlainEcho plain = new PlainEcho();
                LineEcho line = new LineEcho(certificates, payload.length)) {
            List<Double> plainSeconds = new ArrayList<>();
            List<Double> lineSeconds = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int i = -warmup; i < pairs; i++) {
                boolean first = i % 2 == 0;
                double early = first ? plain.seconds(payload) : line.seconds(payload);
                double late = first ? line.seconds(payload) : plain.seconds(payload);
                if (i >= 0) {
                    plainSeconds.add(first ? early : late);
                    lineSeconds.add(first ? late : early);
                    ratios.add(lineSeconds.getLast() / plainSeconds.getLast());
                }
            }
            return new Report(
                    payload.length,
                    pairs,
                    1e3 * StepBench.quantile(plainSeconds, 0.5),
                    1e3 * StepBench.quantile(lineSeconds, 0.5),
                    StepBench.quantile(ratios, 0.5),
                    StepBench.quantile(ratios, 0.1),
                    StepBench.quantile(ratios, 0.9));
        }
    }

    /// A server that sends back what it gets, and a device.
    private static final class LineEcho implements AutoCloseable, WireServer.Handler {
        private final WireServer server;
        private final WireClient client;
        private final int bytes;

        LineEcho(Path certificates, int bytes) throws IOException {
            this.bytes = bytes;
            server =
                    new WireServer(
                            new WireServer.Config(
                                    new Address("127.0.0.1", 0), Identity.server(certificates), 5),
                            new BlobShelf(),
                            this);
            client =
                    new WireClient(
                            new WireClient.Config(
                                    new Address("127.0.0.1", server.port()),
                                    Identity.device(certificates, NAME),
                                    NAME,
                                    Backoff.DEFAULT,
                                    30,
                                    bytes),
                            text -> {});
            client.open();
        }

        double seconds(byte[] payload) {
            long began = System.nanoTime();
            SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
            tensors.put(
                    "x",
                    new EncodedTensor(
                            new TensorCodec.Fp32(), new long[] {payload.length / 4}, payload));
            client.send(
                    new Packet(
                            Message.newBuilder().setEcho(Echo.getDefaultInstance()).build(),
                            tensors));
            Packet back = client.poll(60);
            if (back == null || back.payloadBytes() != payload.length) {
                throw new IllegalStateException("no echo");
            }
            return (System.nanoTime() - began) / 1e9;
        }

        @Override
        public void opened(Peer peer) {
            peer.limit(bytes);
        }

        @Override
        public void received(Peer peer, Packet packet) {
            peer.send(packet);
        }

        @Override
        public void disconnected(Peer peer) {}

        @Override
        public void reconnected(Peer peer) {}

        @Override
        public void refused(String who, Offence offence, String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }
    }
}
