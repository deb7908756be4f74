package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// Writes the run spec of a command line as it was understood: every flag with its value, so that
/// the run can be repeated and resumed.
final class SpecWriter {
    /// Flags that say where results go, not what they are.
    private static final List<String> NOT_WRITTEN = List.of("out", "json", "quiet");

    private SpecWriter() {}

    /// The values of all flags that have one, under their names without dashes.
    ///
    /// @param map replaces a value (key, value)
    static Map<String, Object> values(CommandSpec command, BiFunction<String, Object, Object> map) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String key : SpecDefaults.keys(command.commandLine())) {
            @Nullable Object value = command.findOption("--" + key).getValue();
            if (value != null && !NOT_WRITTEN.contains(key)) {
                values.put(
                        key, value instanceof List<?> list ? joined(list) : map.apply(key, value));
            }
        }
        return values;
    }

    private static String joined(List<?> list) {
        return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /// Writes them as YAML.
    static void write(Path file, String command, Map<String, ?> values) {
        YAMLMapper yaml =
                YAMLMapper.builder()
                        .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                        .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                        .build();
        String header = "# To run this again: lamina " + command + " " + file.getFileName() + "\n";
        AtomicFiles.writeString(file, header + yaml.writeValueAsString(values));
    }
}
