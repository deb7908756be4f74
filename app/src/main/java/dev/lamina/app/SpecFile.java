package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/// A run spec: a YAML file whose keys are a command's long flags without the dashes (`max-steps:
/// 400`), so that there is one name for one thing. A flag that takes a comma list takes a YAML list
/// too.
///
/// @param file where it was read from
/// @param entries the values in the file's order
record SpecFile(Path file, Map<String, Entry> entries) {
    private static final int LARGEST_BYTES = 1 << 20;

    /// A value as the flag would take it, and the line it stands in.
    record Entry(String value, int line) {}

    /// Reads a spec, of which every key must be in `known`.
    ///
    /// @throws BadInputException with file and line
    static SpecFile read(Path file, Collection<String> known) {
        SequencedMap<String, Entry> entries = new LinkedHashMap<>();
        try (JsonParser parser = new YAMLMapper().createParser(text(file))) {
            @Nullable JsonToken token = parser.nextToken();
            if (token != null && token != JsonToken.START_OBJECT) {
                throw wrong(
                        file,
                        parser,
                        "is not a list of 'key: value' lines",
                        "write for example 'rank: 16'");
            }
            while (token != null && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                int line = parser.currentTokenLocation().getLineNr();
                if (!known.contains(key)) {
                    @Nullable String nearest = Nearest.of(key, known);
                    throw wrong(
                            file,
                            parser,
                            "unknown key '" + key + "'",
                            nearest == null
                                    ? "take one of " + String.join(", ", known) + "."
                                    : "you meant '" + nearest + "'");
                }
                parser.nextToken();
                if (entries.put(key, new Entry(value(file, parser, key), line)) != null) {
                    throw wrong(file, parser, "key '" + key + "' is there twice", "remove one");
                }
            }
            return new SpecFile(file, entries);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            String detail = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
            throw new BadInputException(
                    file
                            + ", line "
                            + line
                            + ": not valid YAML: "
                            + detail.lines().findFirst().orElse(""),
                    "a colon, a quote or the indentation is missing there or in the line before");
        }
    }

    private static String value(Path file, JsonParser parser, String key) {
        @Nullable JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            List<String> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(scalar(file, parser, key));
            }
            return String.join(",", values);
        }
        return scalar(file, parser, key);
    }

    private static String scalar(Path file, JsonParser parser, String key) {
        @Nullable JsonToken token = parser.currentToken();
        boolean alias = parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
        if (alias || token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw wrong(
                    file,
                    parser,
                    "key '" + key + "' has no plain value",
                    "write it as the flag --" + key + " takes it, or leave the line out");
        }
        return parser.getString();
    }

    private static BadInputException wrong(
            Path file, JsonParser parser, String problem, String maybe) {
        int line = Math.max(1, parser.currentTokenLocation().getLineNr());
        return new BadInputException(file + ", line " + line + ": " + problem, maybe);
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new BadInputException(
                        "run spec " + file + " is a directory",
                        "you meant a YAML file in it, or --data, or --resume");
            }
            if (Files.size(file) > LARGEST_BYTES) {
                throw new BadInputException(
                        "run spec "
                                + file
                                + " has "
                                + Files.size(file)
                                + " bytes: too many for a spec",
                        "it is a data file: give it as --data");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new BadInputException(
                    "run spec " + file + " does not exist",
                    "its path is relative to another directory");
        } catch (CharacterCodingException e) {
            throw new BadInputException(
                    "run spec " + file + " is not UTF-8 text", "it is not a YAML file");
        } catch (IOException e) {
            throw new BadInputException(
                    "run spec " + file + " cannot be read: " + e.getMessage(),
                    "check its permissions");
        }
    }
}
