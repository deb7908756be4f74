package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads YAML files into records, and says where in them something is wrong.
final class YamlRecords {
    private YamlRecords() {}

    /// Reads a file; null if it is empty.
    ///
    /// @throws BadInputException with the file and the line
    static <T> @Nullable T read(Path file, Class<T> type, String hint) {
        try {
            YAMLMapper mapper =
                    YAMLMapper.builder()
                            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                            .build();
            return mapper.readValue(file, type);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            String detail = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw new BadInputException(
                    file
                            + ", line "
                            + line
                            + ": "
                            + detail.replaceAll("\\(?class dev\\.lamina\\S*\\s?", ""),
                    "a key is mistyped or the indentation is wrong; " + hint);
        }
    }
}
