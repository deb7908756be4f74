package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.app.Processes.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Devices in a network namespace of their own, behind a link that is slow, lossy, or gone for a
/// while. Needs the right to make namespaces, and for the slow link the kernel's `netem`.
@Timeout(300)
class NetworkConditionsIT {
    private static final String SERVER = "10.213.7.1";
    private static final String DEVICE = "10.213.7.2";

    @TempDir Path folder;
    private final String suffix = String.valueOf(ProcessHandle.current().pid() % 100_000);
    private final String namespace = "lamina" + suffix;
    private final String here = "lmh" + suffix;
    private final String there = "lmt" + suffix;

    @BeforeEach
    void link() throws IOException {
        assumeTrue(
                works("ip", "netns", "add", namespace)
                        && works("ip", "link", "add", here, "type", "veth", "peer", "name", there),
                "network namespaces are not permitted here");
        must("ip", "link", "set", there, "netns", namespace);
        must("ip", "addr", "add", SERVER + "/24", "dev", here);
        must("ip", "link", "set", here, "up");
        must("ip", "-n", namespace, "addr", "add", DEVICE + "/24", "dev", there);
        must("ip", "-n", namespace, "link", "set", there, "up");
    }

    @AfterEach
    void unlink() throws IOException {
        works("ip", "link", "del", here);
        works("ip", "netns", "del", namespace);
    }

    private boolean works(String... command) throws IOException {
        try {
            return Processes.start(folder, Map.of(), List.of(command)).await().exitCode() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    private void must(String... command) throws IOException {
        Outcome outcome = Processes.start(folder, Map.of(), List.of(command)).await();
        assertThat(outcome.exitCode()).as("%s: %s", List.of(command), outcome.err()).isZero();
    }

    private FleetProcesses fleet(int rounds) throws IOException {
        return new FleetProcesses(
                folder,
                List.of(
                        "--model",
                        "shape:2x64x2",
                        "--rank",
                        2,
                        "--batch",
                        4,
                        "--epochs",
                        10_000,
                        "--rounds",
                        rounds,
                        "--max-steps",
                        60 * rounds),
                List.of("--rejoin-timeout", 90, "--heartbeat", 2),
                SERVER,
                List.of("ip", "netns", "exec", namespace));
    }

    private static void assertSameAdapter(FleetProcesses fleet, byte[] expected) {
        Outcome server = fleet.process("server").await();
        assertThat(server.exitCode()).as(server.err()).isZero();
        for (String name : FleetProcesses.NAMES) {
            Outcome device = fleet.process(name).await();
            assertThat(device.exitCode()).as(device.err()).isZero();
        }
        try {
            assertThat(fleet.adapterOfServer()).isEqualTo(expected);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLinkThatGoesAwayForTwentySeconds() throws IOException, InterruptedException {
        try (FleetProcesses fleet = fleet(20)) {
            byte[] expected = fleet.adapterInOneProcess();
            fleet.startAll();
            fleet.process("server").awaitError("round finished");
            must("ip", "link", "set", here, "down");
            Thread.sleep(20_000);
            must("ip", "link", "set", here, "up");
            assertSameAdapter(fleet, expected);
        }
    }

    @Test
    void aSlowAndLossyLink() throws IOException {
        String[] slow = {"netem", "delay", "25ms", "loss", "1%", "rate", "20mbit"};
        assumeTrue(
                works(concat(new String[] {"tc", "qdisc", "add", "dev", here, "root"}, slow)),
                "this kernel has no netem");
        must(
                concat(
                        new String[] {
                            "ip", "netns", "exec", namespace, "tc", "qdisc", "add", "dev", there,
                            "root"
                        },
                        slow));
        try (FleetProcesses fleet = fleet(2)) {
            byte[] expected = fleet.adapterInOneProcess();
            fleet.startAll();
            assertSameAdapter(fleet, expected);
        }
    }

    private static String[] concat(String[] a, String[] b) {
        return java.util.stream.Stream.concat(
                        java.util.Arrays.stream(a), java.util.Arrays.stream(b))
                .toArray(String[]::new);
    }
}
