package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.LinkProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The devices and the server of a run: nominal kinds, or those of a YAML file.
///
/// ```yaml
/// server:                             # may be left out
///   name: edge-box
///   effectiveFlopsPerSecond: 2.0e12
///   memoryBytes: 16e9
/// devices:
///   - name: camera
///     count: 4                        # 1 if left out
///     effectiveFlopsPerSecond: 1.5e11
///     memoryBytes: 4e9
///     uplinkBitsPerSecond: 20e6
///     downlinkBitsPerSecond: 100e6
/// ```
///
/// @param devices who holds the data
/// @param server who serves them
record DevicesFile(List<DeviceProfile> devices, ServerProfile server) {
    private static final int MOST_DEVICES = 10_000;

    private record Content(@Nullable Server server, @Nullable List<@Nullable Device> devices) {}

    private record Server(
            @Nullable String name,
            @Nullable Double effectiveFlopsPerSecond,
            @Nullable Double memoryBytes) {}

    private record Device(
            @Nullable String name,
            @Nullable Integer count,
            @Nullable Double effectiveFlopsPerSecond,
            @Nullable Double memoryBytes,
            @Nullable Double uplinkBitsPerSecond,
            @Nullable Double downlinkBitsPerSecond) {}

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
        try {
            YAMLMapper mapper =
                    YAMLMapper.builder()
                            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                            .build();
            @Nullable Content content = mapper.readValue(file, Content.class);
            return of(file, content == null ? new Content(null, null) : content);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            String detail = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw new BadInputException(
                    file
                            + ", line "
                            + line
                            + ": "
                            + detail.replaceAll("\\(?class dev\\.lamina\\S*\\s?", ""),
                    "a key is mistyped or the indentation is wrong; 'lamina finetune --help' has an example");
        }
    }

    private static DevicesFile of(Path file, Content content) {
        List<DeviceProfile> devices = new ArrayList<>();
        for (@Nullable Device device :
                content.devices() == null ? List.<@Nullable Device>of() : content.devices()) {
            String where = file + ", device " + (devices.size() + 1);
            if (device == null) {
                throw new BadInputException(where + " is empty", "a '-' too many is there");
            }
            add(devices, where, device);
        }
        BadInputException.check(
                !devices.isEmpty() && devices.size() <= MOST_DEVICES,
                file + " declares " + devices.size() + " devices",
                "a list 'devices' is missing; 'lamina finetune --help' has an example");
        @Nullable Server server = content.server();
        if (server == null) {
            return new DevicesFile(List.copyOf(devices), Profiles.GPU_SERVER);
        }
        String where = file + ", server";
        return new DevicesFile(
                List.copyOf(devices),
                new ServerProfile(
                        server.name() == null ? "server" : server.name(),
                        given(server.effectiveFlopsPerSecond(), where, "effectiveFlopsPerSecond"),
                        (long) given(server.memoryBytes(), where, "memoryBytes")));
    }

    private static void add(List<DeviceProfile> devices, String where, Device device) {
        int count = device.count() == null ? 1 : device.count();
        BadInputException.check(
                count >= 1 && count <= MOST_DEVICES,
                where + ": count " + count + " is not from 1 to " + MOST_DEVICES,
                "take 1");
        String name = device.name() == null ? "device-" + (devices.size() + 1) : device.name();
        LinkProfile link =
                new LinkProfile(
                        given(device.uplinkBitsPerSecond(), where, "uplinkBitsPerSecond"),
                        given(device.downlinkBitsPerSecond(), where, "downlinkBitsPerSecond"));
        for (int i = 1; i <= count; i++) {
            devices.add(
                    new DeviceProfile(
                            count == 1 ? name : name + "-" + i,
                            given(
                                    device.effectiveFlopsPerSecond(),
                                    where,
                                    "effectiveFlopsPerSecond"),
                            (long) given(device.memoryBytes(), where, "memoryBytes"),
                            link));
        }
    }

    private static double given(@Nullable Double value, String where, String key) {
        if (value == null) {
            throw new BadInputException(
                    where + ": " + key + " is missing", "write for example '" + key + ": 1e9'");
        }
        return value;
    }
}
