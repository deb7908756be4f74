package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    @Test
    void everyFigureHasASource() {
        Set<String> names = new HashSet<>();
        for (Profiles.Kind kind : Profiles.KINDS) {
            assertThat(names.add(kind.name())).as(kind.name()).isTrue();
            assertThat(kind.profile().name()).isEqualTo(kind.name());
            assertThat(Profiles.kind(kind.name())).isSameAs(kind);
            assertThat(kind.figures().stream().map(Profiles.Figure::key))
                    .containsExactly(
                            "peakFlopsPerSecond",
                            "effectiveFlopsPerSecond",
                            "memoryBytes",
                            "idleWatts",
                            "activeWatts",
                            "uplink",
                            "downlink");
        }
        for (Profiles.ServerKind kind : Profiles.SERVER_KINDS) {
            assertThat(kind.profile().name()).isEqualTo(kind.name());
            assertThat(Profiles.serverKind(kind.name())).isSameAs(kind);
            assertThat(kind.figures()).hasSize(5);
        }
        assertThat(names).contains("raspberry-pi-5", "jetson-orin-nano").hasSize(8);
        assertBad(() -> Profiles.kind("jetson"), "'jetson'", "jetson-nano, jetson-tx2");
        assertBad(() -> Profiles.serverKind("m3"), "'m3'", "rtx-4080s, cpu-16-core");
    }

    @Test
    void fixedRates() {
        LinkProfile link = new LinkProfile(8e6, 16e6);
        assertThat(link.uplinkSeconds(1e6)).isEqualTo(1);
        assertThat(link.downlinkSeconds(1e6)).isEqualTo(0.5);
        assertThat(link.uplink().bitsPerSecond(0.01)).isEqualTo(8e6);
        assertThat(link.uplink().fades()).isFalse();
    }

    /// 1 MHz, 0.1 W, 100 dB, N0 = 1e-17 W/Hz: a signal-to-noise ratio of 1e-11 / 1e-11 = 1, so a
    /// bit a second for each hertz; 3 times the gain gives two.
    @Test
    void shannonsRate() {
        Channel channel = new Channel.BlockFading(1e6, 0.1, 100, 1e-17);
        assertThat(channel.bitsPerSecond(1)).isCloseTo(1e6, Offset.offset(1e-3));
        assertThat(channel.bitsPerSecond(3)).isCloseTo(2e6, Offset.offset(1e-3));
        assertThat(channel.bitsPerSecond(0)).isEqualTo(channel.bitsPerSecond(1e-3)).isPositive();
        assertThat(channel.seconds(1e6, 1)).isCloseTo(8, Offset.offset(1e-6));
        assertThat(channel.fades()).isTrue();
    }

    @Test
    void valuesThatCannotBe() {
        LinkProfile link = Profiles.LINK;
        assertBad(() -> new LinkProfile(0, 1), "uplinkBitsPerSecond is 0.0");
        assertBad(() -> new LinkProfile(1, Double.NaN), "downlinkBitsPerSecond is NaN");
        assertBad(() -> new LinkProfile(1, 1e16), "downlinkBitsPerSecond is 1.0E16, more than any");
        assertBad(() -> new Channel.Fixed(1, -1), "transmitWatts is -1.0");
        assertBad(() -> new Channel.BlockFading(0, 1, 100, 4e-21), "bandwidthHertz is 0.0");
        assertBad(() -> new Channel.BlockFading(1e6, 0, 100, 4e-21), "transmitWatts is 0.0");
        assertBad(() -> new Channel.BlockFading(1e6, 1, -1, 4e-21), "pathLossDecibels is -1.0");
        assertBad(() -> new Channel.BlockFading(1e6, 1, 100, 0), "noiseWattsPerHertz is 0.0");
        assertBad(() -> new Channel.BlockFading(1e6, 1, 390, 4e-21), "pathLossDecibels 390.0");
        assertBad(() -> device(1, -1, 1, 0, 1), "effectiveFlopsPerSecond of device camera is -1.0");
        assertBad(
                () -> device(1, 2, 1, 0, 1),
                "effectiveFlopsPerSecond of device camera is 2.0, above its peakFlopsPerSecond 1.0");
        assertBad(() -> device(1e22, 1, 1, 0, 1), "peakFlopsPerSecond of device camera is 1.0E22");
        assertBad(() -> device(1, 1, 0, 0, 1), "memoryBytes of device camera is 0");
        assertBad(() -> device(1, 1, Long.MAX_VALUE, 0, 1), "memoryBytes of device camera");
        assertBad(() -> device(1, 1, 1, -1, 1), "idleWatts of device camera is -1.0");
        assertBad(() -> device(1, 1, 1, 5, 1), "idleWatts of device camera is 5.0, above");
        assertBad(() -> device(1, 1, 1, 0, 1e7), "activeWatts of device camera is 1.0E7");
        assertBad(() -> new DeviceProfile(" ", 1, 1, 1, 0, 1, link), "a device has no name");
        assertBad(
                () -> new ServerProfile("s", Double.POSITIVE_INFINITY, 1, 1, 0, 1),
                "server s is Infinity");
    }

    private static DeviceProfile device(
            double peak, double effective, long memory, double idle, double active) {
        return new DeviceProfile("camera", peak, effective, memory, idle, active, Profiles.LINK);
    }

    private static void assertBad(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(List.of(parts).toArray(String[]::new))
                .hasMessageContaining("Maybe ");
    }
}
