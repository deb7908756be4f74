package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.app.CommandLineFixture.Outcome;
import dev.lamina.base.BadInputException;
import dev.lamina.edge.Channel;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.LinkProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesFileTest {
    @TempDir Path folder;

    private DevicesFile read(String text) throws IOException {
        return DevicesFile.read(Files.writeString(folder.resolve("d.yaml"), text));
    }

    @Test
    void onlyWhatIsNeeded() throws IOException {
        DevicesFile file =
                read(
                        """
                        devices:
                          - {name: gate, effectiveFlopsPerSecond: 1e11, memoryBytes: 4e9,
                             uplinkBitsPerSecond: 20e6, downlinkBitsPerSecond: 100e6}
                          - {count: 2, effectiveFlopsPerSecond: 1e11, memoryBytes: 4e9,
                             uplinkBitsPerSecond: 20e6, downlinkBitsPerSecond: 100e6}
                        """);
        LinkProfile link = new LinkProfile(20e6, 100e6);
        assertThat(file.devices().getFirst())
                .isEqualTo(new DeviceProfile("gate", 1e11, 1e11, 4_000_000_000L, 2, 10, link));
        assertThat(file.devices().stream().map(DeviceProfile::name))
                .containsExactly("gate", "device-2", "device-3");
        assertThat(file.server()).isEqualTo(Profiles.GPU_SERVER);
    }

    @Test
    void kindsAndWhatOverridesThem() throws IOException {
        DevicesFile file =
                read(
                        """
                        server: {kind: cpu-16-core, activeWatts: 180}
                        devices:
                          - {kind: jetson-nano, count: 2}
                          - {kind: jetson-tx2, name: gate, memoryBytes: 2e9, uplinkBitsPerSecond: 1e6}
                        """);
        DeviceProfile nano = Profiles.DEVICES.get(0);
        DeviceProfile tx2 = Profiles.DEVICES.get(1);
        assertThat(file.devices())
                .containsExactly(
                        nano.withName("jetson-nano-1"),
                        nano.withName("jetson-nano-2"),
                        new DeviceProfile(
                                "gate",
                                tx2.peakFlopsPerSecond(),
                                tx2.effectiveFlopsPerSecond(),
                                2_000_000_000L,
                                tx2.idleWatts(),
                                tx2.activeWatts(),
                                new LinkProfile(1e6, 100e6)));
        ServerProfile cpu = Profiles.CPU_SERVER;
        assertThat(file.server())
                .isEqualTo(
                        new ServerProfile(
                                cpu.name(),
                                cpu.peakFlopsPerSecond(),
                                cpu.effectiveFlopsPerSecond(),
                                cpu.memoryBytes(),
                                cpu.idleWatts(),
                                180));
    }

    @Test
    void channelsThatFade() throws IOException {
        DevicesFile file =
                read(
                        """
                        devices:
                          - kind: m3
                            uplink: {bandwidthHertz: 20e6, transmitWatts: 0.1, pathLossDecibels: 110}
                            downlink: {bandwidthHertz: 40e6, transmitWatts: 1, pathLossDecibels: 110,
                                       noiseWattsPerHertz: 1e-20}
                        """);
        assertThat(file.devices().getFirst().link())
                .isEqualTo(
                        new LinkProfile(
                                new Channel.BlockFading(20e6, 0.1, 110, 4e-21),
                                new Channel.BlockFading(40e6, 1, 110, 1e-20)));
    }

    /// Both watts are nominal if left out, and one follows the other where it must.
    @ParameterizedTest
    @CsvSource({
        "'', 2, 10",
        "'idleWatts: 1', 1, 10",
        "'activeWatts: 1', 1, 1",
        "'idleWatts: 30', 30, 30"
    })
    void watts(String given, double idle, double active) throws IOException {
        DeviceProfile device =
                read("""
                devices:
                  - {effectiveFlopsPerSecond: 1e11, memoryBytes: 4e9,
                     uplinkBitsPerSecond: 20e6, downlinkBitsPerSecond: 100e6,
                     %s}
                """
                                .formatted(given))
                        .devices()
                        .getFirst();
        assertThat(device.idleWatts()).isEqualTo(idle);
        assertThat(device.activeWatts()).isEqualTo(active);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    devices: [{kind: m3}, {kind: m4}]         | device 2: no kind of device is called 'm4' | a17-pro, m3
                    devices: [{memoryBytes: 1e9}]             | device 1: effectiveFlopsPerSecond is missing | kind:
                    devices: [{kind: m3, memoryBytes: -1}]    | device 1: memoryBytes of device m3-1 is -1 | positive
                    devices: [{kind: m3, memoryBytes: 1e30}]  | device 1: memoryBytes of device m3-1 is    | unit
                    devices: [{kind: m3, idleWatts: .nan}]    | device 1: idleWatts of device m3-1 is NaN  | positive
                    devices: [{kind: m3, idleWatts: 3, activeWatts: 1}] | device 1: idleWatts of device m3-1 is 3.0, above | both
                    devices: [{kind: m3, effectiveFlopsPerSecond: 1e14}] | device 1: effectiveFlopsPerSecond of device m3-1 is 1.0E14, above | peak
                    devices: [{kind: m3, uplinkBitsPerSecond: 0}] | device 1: uplink: bitsPerSecond is 0.0 | positive
                    devices: [{kind: m3, uplink: {transmitWatts: 1}}] | device 1: uplink: bandwidthHertz is missing | write
                    devices: [{kind: m3, uplink: {}, uplinkBitsPerSecond: 1}] | device 1: uplink and uplinkBitsPerSecond | leave out one
                    devices: [{kind: m3, downlink: {bandwidthHertz: 1e6, transmitWatts: 1, pathLossDecibels: 390}}] | device 1: downlink: bandwidthHertz 1000000.0, | try
                    devices: [{kind: m3, count: 0}]           | device 1: count 0 is not from 1            | take 1
                    devices: [{kind: m3, wats: 1}]            | line 1                                     | mistyped
                    devices: [{kind: m3},]; server: {kind: m3} | server: no kind of server is called 'm3'  | rtx-4080s
                    devices: [{kind: m3}]; server: {name: s}  | server: effectiveFlopsPerSecond is missing | kind:
                    server: {kind: rtx-4080s}                 | declares 0 devices                         | devices
                    """)
    void saysWhatIsWrongAndWhere(String text, String problem, String maybe) {
        assertThatThrownBy(() -> read(text.replace("; ", "\n") + "\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("d.yaml")
                .hasMessageContaining(problem)
                .hasMessageContaining("Maybe ")
                .hasMessageContaining(maybe);
    }

    @Test
    void theLibraryIsListed() {
        CommandLineFixture lamina = new CommandLineFixture(folder.resolve("runs"));
        Outcome outcome = lamina.run("profiles");
        assertThat(outcome.exitCode()).isZero();
        for (Profiles.Kind kind : Profiles.KINDS) {
            assertThat(outcome.out()).contains(kind.name());
        }
        assertThat(outcome.out()).containsPattern("rtx-4080s +server +52200 +26100 +16 +15 +320");
        Path json = folder.resolve("p.json");
        assertThat(lamina.run("profiles", "--json", json, "--quiet").out()).isEmpty();
        assertThat(json).content().contains("\"raspberry-pi-5\"").contains("vendor's");
        assertThat(lamina.run("profiles", "jetson-nan").err()).contains("you meant 'jetson-nano'");
        assertThat(lamina.run("profiles", "jetson-nano", "--json", "-").out())
                .contains("\"memoryBytes\"")
                .contains("\"sources\"");
    }

    /// What the command prints of a kind is a device file.
    @Test
    void aKindIsShownAsADeviceFile() throws IOException {
        CommandLineFixture lamina = new CommandLineFixture(folder.resolve("runs"));
        for (Profiles.Kind kind : Profiles.KINDS) {
            String out = lamina.run("profiles", kind.name()).out();
            assertThat(out).contains("# nominal");
            assertThat(read(out).devices()).containsExactly(kind.profile());
        }
        for (Profiles.ServerKind kind : Profiles.SERVER_KINDS) {
            String out = lamina.run("profiles", kind.name()).out();
            assertThat(read(out + "devices: [{kind: m3}]\n").server()).isEqualTo(kind.profile());
        }
    }
}
