package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.HashSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StepCostTest {
    @Test
    void valuesOfTheReference() {
        assertThat(StepCost.blockForwardFlops(16, 128, 768))
                .isCloseTo(29.8e9, Offset.offset(0.05e9));
        var fp32 = new StepCost(16, 128, 768, 3_072, 12, 4, 0);
        assertThat(fp32.cutBytes()).isEqualTo(6_291_456);
        var fp16 = new StepCost(16, 128, 768, 3_072, 12, 2, 0);
        assertThat(fp16.cutBytes()).isEqualTo(3_145_728);
        assertThat(Profiles.LINK.uplinkSeconds(fp32.cutBytes()))
                .isCloseTo(0.50, Offset.offset(0.005));
        assertThat(Profiles.LINK.downlinkSeconds(fp16.cutBytes()))
                .isCloseTo(0.25, Offset.offset(0.005));
    }

    @Test
    void bothFormsOfTheBlockAgreeForTheUsualWidth() {
        for (int h : new int[] {64, 384, 768}) {
            double usual = 4.0 * 32 * (24.0 * h * h + 4.0 * 32 * h);
            assertThat(StepCost.blockForwardFlops(4, 32, h)).isEqualTo(usual);
            assertThat(StepCost.blockForwardFlops(4, 32, h, 4 * h)).isEqualTo(usual);
            assertThat(StepCost.blockForwardFlops(4, 32, h, h)).isLessThan(usual);
        }
    }

    @Test
    void partsOfAJob() {
        var cost = new StepCost(2, 10, 8, 32, 4, 4, 0.25);
        double flops = cost.blockForwardFlops();
        var device =
                new DeviceProfile(
                        "d",
                        flops,
                        flops,
                        1,
                        0,
                        1,
                        new LinkProfile(8 * cost.cutBytes(), 16 * cost.cutBytes()));
        var server = new ServerProfile("s", 2 * flops, 2 * flops, 1, 0, 1);
        assertThat(cost.job(device, server, 1)).isEqualTo(new Job(1 + 1, 3 + 0.25, 0.5 + 1));
        assertThat(cost.job(device, server, 0)).isEqualTo(new Job(1, 4 + 0.25, 0.5));
        assertThat(cost.job(device, server, 4)).isEqualTo(new Job(4 + 1, 0.25, 0.5 + 4));
        assertBad(() -> cost.job(device, server, 5), "device d", "5 blocks of 4");
        assertBad(() -> cost.job(device, server, -1), "-1");
    }

    @Test
    void nominalDevicesInThePapersOrder() {
        assertThat(Profiles.devices(6).stream().map(DeviceProfile::name))
                .containsExactly(
                        "jetson-nano-1",
                        "jetson-tx2-1",
                        "snapdragon-8s-gen-3-1",
                        "snapdragon-8-gen-3-1",
                        "a17-pro-1",
                        "m3-1");
        assertThat(Profiles.devices(1).getFirst().effectiveFlopsPerSecond())
                .isCloseTo(0.1416e12, Offset.offset(1.0));
        List<DeviceProfile> many = Profiles.devices(20);
        var names = new HashSet<String>();
        many.forEach(device -> names.add(device.name()));
        assertThat(names).hasSize(20);
        assertThat(many.get(13).name()).isEqualTo("jetson-tx2-3");
        assertThat(many.get(13).effectiveFlopsPerSecond())
                .isEqualTo(many.get(1).effectiveFlopsPerSecond());
        assertBad(() -> Profiles.devices(0), "number of devices 0");
    }

    @Test
    void valuesThatCannotBe() {
        assertBad(() -> new Job(-1, 0, 0), "headSeconds is -1.0");
        assertBad(() -> new Job(0, Double.NaN, 0), "serverSeconds is NaN");
        assertBad(() -> new StepCost(0, 1, 1, 1, 1, 4, 0), "batch is 0");
        assertBad(() -> new StepCost(1, 1, 1, 1, 1, 4, -1), "switchSeconds is -1.0");
    }

    private static void assertBad(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining("Maybe ");
    }
}
