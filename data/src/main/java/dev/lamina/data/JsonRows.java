package dev.lamina.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `.jsonl`: an object on each line. Its keys for text and label are those given, or the
/// usual ones that the first object has.
final class JsonRows {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JsonRows() {}

    static Rows read(Path file, Utf8Lines lines, Columns columns) {
        var rows = new ArrayList<Rows.Row>();
        String textKey = null;
        String labelKey = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode object = parse(lines, line);
            if (textKey == null || labelKey == null) {
                var header = new Header(List.copyOf(object.propertyNames()));
                textKey = key(lines, header, columns.text(), header.usualText(), "text");
                labelKey = key(lines, header, columns.label(), header.usualLabel(), "label");
            }
            rows.add(
                    Rows.row(
                            lines,
                            lines.number(),
                            text(lines, object, textKey),
                            label(lines, object, labelKey)));
        }
        return new Rows(file, rows, List.of());
    }

    private static String key(
            Utf8Lines lines, Header header, @Nullable String wanted, int usual, String what) {
        if (wanted == null && usual == Header.NONE) {
            throw lines.at(
                    lines.number(),
                    "no key for the " + what + " among " + header.names(),
                    header.maybe(null));
        }
        if (wanted != null && header.named(wanted) == Header.NONE) {
            throw lines.at(
                    lines.number(),
                    "no key '" + wanted + "' among " + header.names(),
                    header.maybe(wanted));
        }
        return wanted != null ? wanted : header.names().get(usual);
    }

    private static JsonNode parse(Utf8Lines lines, String line) {
        JsonNode node;
        try {
            node = MAPPER.readTree(line);
        } catch (JacksonException e) {
            throw lines.at(
                    lines.number(),
                    "malformed JSON: " + e.getOriginalMessage(),
                    "the object is not on one line, or the file is a JSON array");
        }
        if (!node.isObject()) {
            throw lines.at(
                    lines.number(),
                    "a JSON value that is no object: '" + Rows.shortened(line) + "'",
                    "each line should be like {\"text\": \"...\", \"label\": \"...\"}");
        }
        return node;
    }

    private static String text(Utf8Lines lines, JsonNode object, String key) {
        JsonNode value = present(lines, object, key);
        if (!value.isString()) {
            throw lines.at(
                    lines.number(),
                    "the text '" + key + "' is no string: " + Rows.shortened(value.toString()),
                    "the text is under another key: " + object.propertyNames());
        }
        return value.stringValue();
    }

    private static String label(Utf8Lines lines, JsonNode object, String key) {
        JsonNode value = present(lines, object, key);
        if (!value.isString() && !value.isIntegralNumber() && !value.isBoolean()) {
            throw lines.at(
                    lines.number(),
                    "the label '%s' is neither a string, a whole number nor true or false: %s"
                            .formatted(key, Rows.shortened(value.toString())),
                    "the label is under another key: " + object.propertyNames());
        }
        return value.asString();
    }

    private static JsonNode present(Utf8Lines lines, JsonNode object, String key) {
        JsonNode value = object.get(key);
        if (value == null || value.isNull()) {
            throw lines.at(
                    lines.number(),
                    "no value for the key '" + key + "' in " + object.propertyNames(),
                    "the sample is not labelled yet, or the key is written differently here");
        }
        return value;
    }
}
