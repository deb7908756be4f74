package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.Channel;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.LinkProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The devices and the server of a run: nominal kinds, or those of a YAML file.
///
/// ```yaml
/// server:                             # may be left out
///   kind: rtx-4080s                   # 'lamina profiles' lists the kinds; other keys override
/// devices:
///   - kind: jetson-nano
///     count: 2                        # 1 if left out
///   - name: camera
///     peakFlopsPerSecond: 5.0e11      # as effectiveFlopsPerSecond if left out
///     effectiveFlopsPerSecond: 1.5e11
///     memoryBytes: 4e9
///     idleWatts: 2                    # nominal if left out, like activeWatts
///     activeWatts: 10
///     uplinkBitsPerSecond: 20e6
///     downlink:                       # a channel that fades, instead of downlinkBitsPerSecond
///       bandwidthHertz: 20e6
///       transmitWatts: 1
///       pathLossDecibels: 100
///       noiseWattsPerHertz: 4e-21     # thermal noise if left out
/// ```
///
/// @param devices who holds the data
/// @param server who serves them
record DevicesFile(List<DeviceProfile> devices, ServerProfile server) {
    private static final int MOST_DEVICES = 10_000;

    private record Content(@Nullable Server server, @Nullable List<@Nullable Device> devices) {}

    private record Server(
            @Nullable String kind,
            @Nullable String name,
            @Nullable Double peakFlopsPerSecond,
            @Nullable Double effectiveFlopsPerSecond,
            @Nullable Double memoryBytes,
            @Nullable Double idleWatts,
            @Nullable Double activeWatts) {}

    private record Device(
            @Nullable String kind,
            @Nullable String name,
            @Nullable Integer count,
            @Nullable Double peakFlopsPerSecond,
            @Nullable Double effectiveFlopsPerSecond,
            @Nullable Double memoryBytes,
            @Nullable Double idleWatts,
            @Nullable Double activeWatts,
            @Nullable Double uplinkBitsPerSecond,
            @Nullable Double downlinkBitsPerSecond,
            @Nullable Fading uplink,
            @Nullable Fading downlink) {}

    private record Fading(
            @Nullable Double bandwidthHertz,
            @Nullable Double transmitWatts,
            @Nullable Double pathLossDecibels,
            @Nullable Double noiseWattsPerHertz) {}

    /// So many devices of the nominal kinds, and the nominal server with a GPU.
    static DevicesFile nominal(int count) {
        BadInputException.check(
                count >= 1 && count <= MOST_DEVICES,
                "devices " + count + " is not from 1 to " + MOST_DEVICES,
                "take --devices 6");
        return new DevicesFile(Profiles.devices(count), Profiles.GPU_SERVER);
    }

    /// Reads a file.
    ///
    /// @throws BadInputException with the file, and the line or the device
    static DevicesFile read(Path file) {
        BadInputException.check(
                Files.isRegularFile(file),
                "devices '" + file + "' is neither a number nor a file",
                "take --devices 6, or the path of a YAML file with a list 'devices'");
        @Nullable Content content =
                YamlRecords.read(file, Content.class, "'lamina finetune --help' has an example");
        return of(file, content == null ? new Content(null, null) : content);
    }

    private static DevicesFile of(Path file, Content content) {
        List<DeviceProfile> devices = new ArrayList<>();
        int entry = 0;
        for (@Nullable Device device :
                content.devices() == null ? List.<@Nullable Device>of() : content.devices()) {
            entry++;
            String where = file + ", device " + entry;
            if (device == null) {
                throw new BadInputException(where + " is empty", "a '-' too many is there");
            }
            BadInputException.at(where, () -> add(devices, device));
        }
        BadInputException.check(
                !devices.isEmpty() && devices.size() <= MOST_DEVICES,
                file + " declares " + devices.size() + " devices",
                "a list 'devices' is missing; 'lamina finetune --help' has an example");
        @Nullable Server server = content.server();
        return new DevicesFile(
                List.copyOf(devices),
                server == null
                        ? Profiles.GPU_SERVER
                        : BadInputException.at(file + ", server", () -> profile(server)));
    }

    private static boolean add(List<DeviceProfile> devices, Device device) {
        int count = device.count() == null ? 1 : device.count();
        BadInputException.check(
                count >= 1 && count <= MOST_DEVICES,
                "count " + count + " is not from 1 to " + MOST_DEVICES,
                "take 1");
        for (int i = 1; i <= count; i++) {
            String base = device.kind() == null ? "device" : device.kind();
            @Nullable String given = device.name();
            String numbered = count == 1 ? "" : "-" + i;
            String name = given == null ? base + "-" + (devices.size() + 1) : given + numbered;
            devices.add(profile(device, name));
        }
        return true;
    }

    private static DeviceProfile profile(Device device, String name) {
        @Nullable DeviceProfile kind =
                device.kind() == null ? null : Profiles.kind(device.kind()).profile();
        double effective =
                value(
                        "effectiveFlopsPerSecond",
                        device.effectiveFlopsPerSecond(),
                        kind == null ? null : kind.effectiveFlopsPerSecond());
        double[] watts =
                watts(
                        device.idleWatts(),
                        device.activeWatts(),
                        kind == null ? Profiles.IDLE_WATTS : kind.idleWatts(),
                        kind == null ? Profiles.ACTIVE_WATTS : kind.activeWatts());
        return new DeviceProfile(
                name,
                value(
                        "peakFlopsPerSecond",
                        device.peakFlopsPerSecond(),
                        kind == null ? effective : kind.peakFlopsPerSecond()),
                effective,
                bytes(device.memoryBytes(), kind == null ? null : kind.memoryBytes()),
                watts[0],
                watts[1],
                new LinkProfile(
                        channel(
                                "uplink",
                                device.uplink(),
                                device.uplinkBitsPerSecond(),
                                kind == null ? null : kind.link().uplink()),
                        channel(
                                "downlink",
                                device.downlink(),
                                device.downlinkBitsPerSecond(),
                                kind == null ? null : kind.link().downlink())));
    }

    private static ServerProfile profile(Server server) {
        @Nullable ServerProfile kind =
                server.kind() == null ? null : Profiles.serverKind(server.kind()).profile();
        double effective =
                value(
                        "effectiveFlopsPerSecond",
                        server.effectiveFlopsPerSecond(),
                        kind == null ? null : kind.effectiveFlopsPerSecond());
        double[] watts =
                watts(
                        server.idleWatts(),
                        server.activeWatts(),
                        kind == null ? Profiles.SERVER_IDLE_WATTS : kind.idleWatts(),
                        kind == null ? Profiles.SERVER_ACTIVE_WATTS : kind.activeWatts());
        String name = server.kind() == null ? "server" : server.kind();
        return new ServerProfile(
                server.name() == null ? name : server.name(),
                value(
                        "peakFlopsPerSecond",
                        server.peakFlopsPerSecond(),
                        kind == null ? effective : kind.peakFlopsPerSecond()),
                effective,
                bytes(server.memoryBytes(), kind == null ? null : kind.memoryBytes()),
                watts[0],
                watts[1]);
    }

    private static Channel channel(
            String what,
            @Nullable Fading fading,
            @Nullable Double bitsPerSecond,
            @Nullable Channel otherwise) {
        String rate = what + "BitsPerSecond";
        BadInputException.check(
                fading == null || bitsPerSecond == null,
                what + " and " + rate + " are both given",
                "leave out one: " + what + " is a channel that fades, " + rate + " a fixed rate");
        if (fading != null) {
            return BadInputException.at(
                    what,
                    () ->
                            new Channel.BlockFading(
                                    value("bandwidthHertz", fading.bandwidthHertz(), null),
                                    value("transmitWatts", fading.transmitWatts(), null),
                                    value("pathLossDecibels", fading.pathLossDecibels(), null),
                                    value(
                                            "noiseWattsPerHertz",
                                            fading.noiseWattsPerHertz(),
                                            Channel.THERMAL_NOISE_WATTS_PER_HERTZ)));
        }
        if (bitsPerSecond == null && otherwise != null) {
            return otherwise;
        }
        double fixed = value(rate, bitsPerSecond, null);
        return BadInputException.at(what, () -> new Channel.Fixed(fixed));
    }

    /// Idle and active watts. Of two that are not both given, the other one is the nominal one, or
    /// the same if that would be on the wrong side.
    private static double[] watts(
            @Nullable Double idle,
            @Nullable Double active,
            double idleNominal,
            double activeNominal) {
        double low =
                idle != null ? idle : active == null ? idleNominal : Math.min(idleNominal, active);
        double high = active != null ? active : Math.max(activeNominal, low);
        return new double[] {low, high};
    }

    private static double value(String key, @Nullable Double given, @Nullable Double otherwise) {
        if (given != null) {
            return given;
        }
        if (otherwise == null) {
            throw new BadInputException(
                    key + " is missing", "write for example '" + key + ": 1e9', or a 'kind:'");
        }
        return otherwise;
    }

    private static long bytes(@Nullable Double given, @Nullable Long otherwise) {
        return given == null && otherwise != null
                ? otherwise
                : (long) value("memoryBytes", given, null);
    }
}
