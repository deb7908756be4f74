package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.app.Processes.Running;
import dev.lamina.wire.Address;
import dev.lamina.wire.Backoff;
import dev.lamina.wire.CertificateAuthority;
import dev.lamina.wire.Identity;
import dev.lamina.wire.Packet;
import dev.lamina.wire.WireClient;
import dev.lamina.wire.proto.Join;
import dev.lamina.wire.proto.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What devices that have joined and wait cost a server's memory.
@Timeout(180)
class IdleDevicesIT {
    private static final int DEVICES = 64;
    private static final long MOST_BYTES_EACH = 2 << 20;

    @TempDir Path folder;

    @Test
    void sixtyFourIdleDevicesCostLittle() throws IOException, InterruptedException {
        Path certificates = folder.resolve("certs");
        CertificateAuthority authority = CertificateAuthority.init(certificates);
        authority.issueServer(List.of());
        Running server =
                Processes.lamina(
                        folder,
                        "server",
                        "--model",
                        "shape:2x64x2",
                        "--rank",
                        2,
                        "--devices",
                        DEVICES,
                        "--listen",
                        "127.0.0.1:0",
                        "--certs",
                        certificates,
                        "--out",
                        folder.resolve("server"),
                        "--metrics",
                        "off");
        List<WireClient> clients = new ArrayList<>();
        try {
            server.awaitError("listening port=");
            String log = Files.readString(server.err());
            int port = Integer.parseInt(log.replaceFirst("(?s).*listening port=(\\d+).*", "$1"));
            Path status = Path.of("/proc", String.valueOf(server.process().pid()), "status");
            assumeTrue(Files.isReadable(status), "this system has no /proc");
            long before = resident(status);
            for (int i = 0; i < DEVICES; i++) {
                String name = "device-" + i;
                authority.issueDevice(name);
                WireClient client =
                        new WireClient(
                                new WireClient.Config(
                                        new Address("127.0.0.1", port),
                                        Identity.device(certificates, name),
                                        name,
                                        Backoff.DEFAULT,
                                        60,
                                        1 << 26),
                                text -> {});
                clients.add(client);
                client.open();
                client.send(
                        new Packet(
                                Message.newBuilder()
                                        .setJoin(Join.newBuilder().setSamples(100))
                                        .build()));
            }
            for (WireClient client : clients) {
                Packet assigned = client.poll(60);
                assertThat(assigned).isNotNull();
            }
            long each = (resident(status) - before) / DEVICES;
            System.out.println("idle device: " + each / 1024 + " KiB");
            assertThat(each).isLessThan(MOST_BYTES_EACH);
        } finally {
            clients.forEach(WireClient::close);
            server.process().destroyForcibly();
        }
    }

    private static long resident(Path status) throws IOException {
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("no VmRSS in " + status);
    }
}
