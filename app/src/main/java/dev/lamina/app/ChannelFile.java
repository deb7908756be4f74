package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Noise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Channel settings from a YAML file (`recipes/channels.yaml` has all keys), and flags laid over
/// them.
final class ChannelFile {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String HINT = "recipes/channels.yaml has all keys";

    /// Keys of an environment that belong to a fixed profile; the others belong to a cell.
    private static final List<String> OF_PROFILES =
            List.of("profile", "delaySpreadSeconds", "ricianDecibels", "spreads");

    /// Given anew, they replace what was there altogether.
    private static final List<String> WHOLE = List.of("speeds", "places", "noise");

    private ChannelFile() {}

    /// A spec, and the noise that is added.
    ///
    /// @param noise null for none
    record Channels(ChannelSpec spec, @Nullable Noise noise) {}

    /// What the file's settings, and over them the flags', come to.
    ///
    /// @throws BadInputException with the file, and the line where there is one
    static Channels channels(@Nullable Path file, Map<String, Object> flags) {
        ChannelSettings settings = read(file, flags);
        Supplier<Channels> made =
                () -> {
                    ChannelSpec spec = settings.spec();
                    return new Channels(spec, settings.noise(spec.seed()));
                };
        // with flags it may be a flag that is wrong
        return file != null && flags.isEmpty()
                ? BadInputException.at(file.toString(), made)
                : made.get();
    }

    /// The file's settings, and over them the flags'.
    ///
    /// @param file null for the preset alone
    /// @param flags the same keys as in a file
    /// @throws BadInputException with file and line
    static ChannelSettings read(@Nullable Path file, Map<String, Object> flags) {
        Map<String, Object> all = file == null ? new LinkedHashMap<>() : content(file);
        @Nullable Object given = flags.get("environment");
        if (given instanceof Map<?, ?> over && all.get("environment") instanceof Map<?, ?> under) {
            if (over.containsKey("profile")) {
                under.keySet().retainAll(OF_PROFILES);
            } else if (over.containsKey("scenario")) {
                under.keySet().removeAll(OF_PROFILES);
            }
        }
        merge(all, flags);
        return YAML.convertValue(all, ChannelSettings.class);
    }

    private static Map<String, Object> content(Path file) {
        BadInputException.check(
                Files.isRegularFile(file), "no file " + file, "the name is mistyped");
        // first as a record, which knows the lines
        if (YamlRecords.read(file, ChannelSettings.class, HINT) == null) {
            return new LinkedHashMap<>();
        }
        return YAML.readValue(file.toFile(), new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    @SuppressWarnings("unchecked") // keys of YAML maps are text
    private static void merge(Map<String, Object> under, Map<String, Object> over) {
        over.forEach((key, value) -> {
            if (!WHOLE.contains(key)
                    && value instanceof Map<?, ?> more
                    && under.get(key) instanceof Map<?, ?> there) {
                merge((Map<String, Object>) there, (Map<String, Object>) more);
            } else {
                under.put(key, value);
            }
        });
    }
}
