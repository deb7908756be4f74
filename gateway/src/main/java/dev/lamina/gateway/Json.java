package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON from clients, and to them.
final class Json {
    private static final int DEEPEST = 32;
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .maxNumberLength(400)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxNameLength(1000)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /// A body that is one object.
    ///
    /// @throws ServeException BAD_INPUT
    static JsonNode object(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(utf8(body));
        } catch (JacksonException e) {
            throw new ServeException(Reason.BAD_INPUT, notJson(e), e);
        }
        ServeException.check(
                json != null && json.isObject(),
                "the body is not a JSON object",
                "send {...} with Content-Type: application/json");
        return json;
    }

    private static String notJson(JacksonException e) {
        String why = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        why = why.replaceFirst("(, from `StreamRead.*?`)|(: enable `.*)|( to allow)", "");
        String maybe = "a quote, comma or bracket is missing";
        if (e instanceof StreamConstraintsException) {
            maybe = "nest at most " + DEEPEST + " deep, with short names and numbers";
        } else if (why.startsWith("Duplicate")) {
            maybe = "give each name once";
        } else if (why.startsWith("Non-standard token")) {
            maybe = "take another number: JSON has no NaN and no Infinity";
        }
        TokenStreamLocation at = e.getLocation();
        String where =
                at == null || at.getLineNr() < 1
                        ? ""
                        : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
        return "the body is not JSON: " + where + Shown.plain(why) + "\nMaybe " + maybe;
    }

    /// One value of JSON, as parts of forms have it.
    static JsonNode value(byte[] body) {
        String text = utf8(body);
        return object(("{\"value\":" + text + "}").getBytes(StandardCharsets.UTF_8)).path("value");
    }

    /// Bytes as text.
    ///
    /// @throws ServeException BAD_INPUT if they are not UTF-8
    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new ServeException(
                    Reason.BAD_INPUT,
                    "the text is not UTF-8\nMaybe it is of another encoding, or a file was sent as text",
                    e);
        }
    }

    /// What is to be sent.
    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /// Refuses fields that there are not.
    static void only(String what, JsonNode json, Set<String> known) {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            ServeException.check(
                    known.contains(field.getKey()),
                    what + " has an unknown field " + Shown.quoted(field.getKey()),
                    "take " + String.join(", ", known.stream().sorted().toList()));
        }
    }

    /// A text field; null if it is left out.
    static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        ServeException.check(value.isString(), "'" + field + "' is not a text", "put it in quotes");
        return value.asString();
    }

    /// A text field that must be there.
    static String required(JsonNode json, String field) {
        String text = text(json, field);
        if (text == null) {
            throw new ServeException(
                    Reason.BAD_INPUT, "'" + field + "' is missing\nMaybe add it to the body");
        }
        return text;
    }

    /// A list; empty if it is left out.
    static List<JsonNode> list(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        ServeException.check(
                value.isArray(), "'" + field + "' is not a list", "put it in brackets");
        return value.valueStream().toList();
    }

    /// The contents of a file that came as base64, perhaps with `data:...;base64,` before it.
    static byte[] base64(String text) {
        int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
        try {
            return Base64.getMimeDecoder().decode(checked(text.substring(comma + 1)));
        } catch (IllegalArgumentException e) {
            throw new ServeException(
                    Reason.BAD_INPUT,
                    "'" + Shown.plain(text) + "' is not base64\nMaybe send the file itself",
                    e);
        }
    }

    /// The decoder skips over anything; only line ends may be skipped.
    private static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "+/=\r\n".indexOf(c) >= 0;
            if (!known) {
                throw new IllegalArgumentException("character " + (int) c);
            }
        }
        return text;
    }

    /// A setting or parameter as Java sees it.
    static Object plain(JsonNode json) {
        if (json.isString()) {
            return json.asString();
        }
        if (json.isBoolean()) {
            return json.asBoolean();
        }
        if (json.isInt()) {
            return json.asInt();
        }
        if (json.isNumber()) {
            return json.asDouble();
        }
        if (json.isArray()) {
            return json.valueStream().map(Json::plain).toList();
        }
        ServeException.check(json.isObject(), "null where a value is due", "take it out");
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
        return map;
    }
}
