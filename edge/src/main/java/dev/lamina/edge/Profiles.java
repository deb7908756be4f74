package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// A library of devices and servers, as configurable defaults, with the source of each figure. Most
/// are **nominal**: our assumption, or a figure that we could not check. What is measured on real
/// machines belongs into a profile file.
public final class Profiles {
    /// Part of the peak rate that a device is taken to reach.
    static final double DEVICE_UTILISATION = 0.3;

    /// What a device draws where nothing else is known: nominal.
    public static final double IDLE_WATTS = 2;

    public static final double ACTIVE_WATTS = 10;

    /// The same of a server.
    public static final double SERVER_IDLE_WATTS = 50;

    public static final double SERVER_ACTIVE_WATTS = 300;

    /// 100 Mbit/s each way.
    public static final LinkProfile LINK = new LinkProfile(100e6, 100e6);

    /// Where a figure comes from.
    ///
    /// @param key as in a profile file
    /// @param source or "nominal" for an assumption of ours, "nominal, unverified" for what is
    ///   believed to be so
    public record Figure(String key, String source) {}

    /// A kind of device.
    public record Kind(String name, DeviceProfile profile, List<Figure> figures) {
        public Kind {
            figures = List.copyOf(figures);
        }
    }

    /// A kind of server.
    public record ServerKind(String name, ServerProfile profile, List<Figure> figures) {
        public ServerKind {
            figures = List.copyOf(figures);
        }
    }

    private static final String UNVERIFIED = "nominal, unverified";
    private static final String PAPER = UNVERIFIED + ": believed to be in paper [B]'s table";
    private static final String VENDOR = "vendor's specification";

    /// All kinds of devices: first the six of paper [B]'s experiment, in its order.
    public static final List<Kind> KINDS =
            List.of(
                    kind(
                            new Sheet("jetson-nano", 0.472e12, 4, 1.5, 10),
                            VENDOR + ", FP16",
                            VENDOR,
                            VENDOR + ": the larger of its power modes, 5 W and 10 W"),
                    kind(
                            new Sheet("jetson-tx2", 1.33e12, 8, 2, 15),
                            VENDOR + ", FP16",
                            VENDOR,
                            VENDOR + ": the larger of its power modes, 7.5 W and 15 W"),
                    kind(new Sheet("snapdragon-8s-gen-3", 1.689e12, 12, 0.8, 6), PAPER),
                    kind(new Sheet("snapdragon-8-gen-3", 2.774e12, 12, 0.8, 8), PAPER),
                    kind(new Sheet("a17-pro", 2.147e12, 8, 0.8, 6), PAPER),
                    kind(new Sheet("m3", 3.533e12, 8, 3, 20), PAPER),
                    kind(
                            new Sheet("raspberry-pi-5", 0.1536e12, 8, 3, 8),
                            UNVERIFIED + ": 4 cores x 2.4 GHz x 16 FP32 operations a cycle"),
                    kind(
                            new Sheet("jetson-orin-nano", 1.28e12, 8, 4, 15),
                            UNVERIFIED
                                    + ": 1,024 GPU cores x 625 MHz x 2 FP32 operations a cycle"));

    /// RTX 4080 Super, 52.2 TFLOPS x 50 %.
    public static final ServerProfile GPU_SERVER =
            new ServerProfile("rtx-4080s", 52.2e12, 52.2e12 * 0.5, gibibytes(16), 15, 320);

    /// A server without a GPU: 16 cores, 0.3 TFLOPS x 60 %.
    public static final ServerProfile CPU_SERVER =
            new ServerProfile("cpu-16-core", 0.3e12, 0.3e12 * 0.6, gibibytes(64), 60, 200);

    /// All kinds of servers.
    public static final List<ServerKind> SERVER_KINDS =
            List.of(
                    new ServerKind(
                            "rtx-4080s",
                            GPU_SERVER,
                            List.of(
                                    new Figure("peakFlopsPerSecond", VENDOR),
                                    new Figure(
                                            "effectiveFlopsPerSecond", "nominal: 50 % of the peak"),
                                    new Figure("memoryBytes", VENDOR),
                                    new Figure("idleWatts", "nominal"),
                                    new Figure("activeWatts", VENDOR))),
                    new ServerKind(
                            "cpu-16-core",
                            CPU_SERVER,
                            List.of(
                                    new Figure("peakFlopsPerSecond", "nominal"),
                                    new Figure(
                                            "effectiveFlopsPerSecond", "nominal: 60 % of the peak"),
                                    new Figure("memoryBytes", "nominal"),
                                    new Figure("idleWatts", "nominal"),
                                    new Figure("activeWatts", "nominal"))));

    /// The six devices of paper [B]'s experiment on [#LINK], in its order.
    public static final List<DeviceProfile> DEVICES =
            KINDS.stream().limit(6).map(Kind::profile).toList();

    /// What a kind's data sheet says.
    private record Sheet(
            String name, double peak, int memoryGibibytes, double idleWatts, double activeWatts) {}

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
                    return kind.withName(kind.name() + "-" + (i / DEVICES.size() + 1));
                })
                .toList();
    }

    /// The kind of device with this name.
    ///
    /// @throws BadInputException if there is none
    public static Kind kind(String name) {
        return find("device", KINDS, Kind::name, name);
    }

    /// The kind of server with this name.
    ///
    /// @throws BadInputException if there is none
    public static ServerKind serverKind(String name) {
        return find("server", SERVER_KINDS, ServerKind::name, name);
    }

    private static <T> T find(String what, List<T> all, Function<T, String> names, String name) {
        return all.stream()
                .filter(kind -> names.apply(kind).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new BadInputException(
                                "no kind of " + what + " is called '" + name + "'",
                                "take one of "
                                        + String.join(", ", all.stream().map(names).toList())));
    }

    private static Kind kind(Sheet sheet, String peakSource) {
        return kind(sheet, peakSource, UNVERIFIED, UNVERIFIED);
    }

    private static Kind kind(
            Sheet sheet, String peakSource, String memorySource, String activeSource) {
        return new Kind(
                sheet.name,
                new DeviceProfile(
                        sheet.name,
                        sheet.peak,
                        sheet.peak * DEVICE_UTILISATION,
                        gibibytes(sheet.memoryGibibytes),
                        sheet.idleWatts,
                        sheet.activeWatts,
                        LINK),
                List.of(
                        new Figure("peakFlopsPerSecond", peakSource),
                        new Figure("effectiveFlopsPerSecond", "nominal: 30 % of the peak"),
                        new Figure("memoryBytes", memorySource),
                        new Figure("idleWatts", UNVERIFIED),
                        new Figure("activeWatts", activeSource),
                        new Figure("uplink", "nominal: 100 Mbit/s, sending at 1 W"),
                        new Figure("downlink", "nominal: 100 Mbit/s")));
    }

    private static long gibibytes(int count) {
        return (long) count << 30;
    }
}
