package dev.lamina.app;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Records and maps to JSON text, and back to maps.
final class Json {
    private static final JsonMapper COMPACT = JsonMapper.shared();
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    static String pretty(Object value) {
        return PRETTY.writeValueAsString(value);
    }

    static String compact(Object value) {
        return COMPACT.writeValueAsString(value);
    }

    static Map<String, Object> map(String json) {
        return COMPACT.readValue(json, new TypeReference<>() {});
    }

    /// The properties of a record or map, in their order.
    static Map<String, Object> map(Object value) {
        return COMPACT.convertValue(value, new TypeReference<>() {});
    }
}
