package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/// The six devices and the server of paper [B]'s experiment, as configurable defaults: **nominal,
/// unverified**. The rates are believed to be those of the paper's table; utilisations, memory
/// sizes and links are our assumptions. What is measured on real machines belongs into a profile
/// file.
public final class Profiles {
    /// Part of the nominal rate that a device is taken to reach.
    static final double DEVICE_UTILISATION = 0.3;

    /// 100 Mbit/s each way.
    public static final LinkProfile LINK = new LinkProfile(100e6, 100e6);

    /// RTX 4080 Super, 52.2 TFLOPS x 50 %. Nominal, unverified.
    public static final ServerProfile GPU_SERVER =
            new ServerProfile("rtx-4080s", 52.2e12 * 0.5, gibibytes(16));

    /// A server without a GPU: 16 cores, 0.3 TFLOPS x 60 %. Nominal, unverified.
    public static final ServerProfile CPU_SERVER =
            new ServerProfile("cpu-16-core", 0.3e12 * 0.6, gibibytes(64));

    /// The six devices on [#LINK], in the paper's order.
    public static final List<DeviceProfile> DEVICES =
            List.of(
                    device("jetson-nano", 0.472, 4),
                    device("jetson-tx2", 1.33, 8),
                    device("snapdragon-8s-gen-3", 1.689, 12),
                    device("snapdragon-8-gen-3", 2.774, 12),
                    device("a17-pro", 2.147, 8),
                    device("m3", 3.533, 8));

    private Profiles() {}

    /// `count` devices: the six over and over, numbered `jetson-nano-1`, ..., `m3-1`,
    /// `jetson-nano-2`, ...
    ///
    /// @throws BadInputException if `count` is less than 1
    public static List<DeviceProfile> devices(int count) {
        BadInputException.check(
                count >= 1, "number of devices " + count + " is less than 1", "use 1 or more");
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    DeviceProfile kind = DEVICES.get(i % DEVICES.size());
                    return new DeviceProfile(
                            kind.name() + "-" + (i / DEVICES.size() + 1),
                            kind.effectiveFlopsPerSecond(),
                            kind.memoryBytes(),
                            kind.link());
                })
                .toList();
    }

    private static DeviceProfile device(String name, double nominalTeraflops, int memoryGibibytes) {
        return new DeviceProfile(
                name,
                nominalTeraflops * 1e12 * DEVICE_UTILISATION,
                gibibytes(memoryGibibytes),
                LINK);
    }

    private static long gibibytes(int count) {
        return (long) count << 30;
    }
}
