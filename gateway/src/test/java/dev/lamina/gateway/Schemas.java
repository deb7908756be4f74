package dev.lamina.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Checks JSON against the part of JSON Schema that openapi.yaml uses; other keywords are an error,
/// so that none is believed to be checked.
final class Schemas {
    private static final Set<String> KNOWN =
            Set.of(
                    "$ref",
                    "type",
                    "enum",
                    "const",
                    "oneOf",
                    "required",
                    "properties",
                    "additionalProperties",
                    "items",
                    "minimum",
                    "minLength",
                    "minItems",
                    "maxItems",
                    "description",
                    "default");

    private final JsonNode root;

    Schemas(JsonNode root) {
        this.root = root;
    }

    /// What is wrong, with paths; empty if nothing.
    List<String> check(JsonNode schema, JsonNode value) {
        List<String> wrong = new ArrayList<>();
        check("", schema, value, wrong);
        return wrong;
    }

    JsonNode resolve(JsonNode node) {
        JsonNode ref = node.path("$ref");
        return ref.isString() ? root.at(ref.asString().substring(1)) : node;
    }

    private void check(String at, JsonNode given, JsonNode value, List<String> wrong) {
        JsonNode schema = resolve(given);
        if (!schema.isObject()) {
            wrong.add(at + ": no schema " + given);
            return;
        }
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode said = keyword.getValue();
            boolean good =
                    switch (keyword.getKey()) {
                        case "type" ->
                                said.isArray()
                                        ? said.valueStream().anyMatch(t -> is(t.asString(), value))
                                        : is(said.asString(), value);
                        case "enum" -> said.valueStream().anyMatch(value::equals);
                        case "const" -> said.equals(value);
                        case "oneOf" ->
                                said.valueStream()
                                                .filter(one -> check(one, value).isEmpty())
                                                .count()
                                        == 1;
                        case "required" ->
                                said.valueStream().allMatch(name -> value.has(name.asString()));
                        case "minimum" -> value.asDouble() >= said.asDouble();
                        case "minLength" -> value.asString().length() >= said.asInt();
                        case "minItems" -> value.size() >= said.asInt();
                        case "maxItems" -> value.size() <= said.asInt();
                        case "additionalProperties" ->
                                !said.isBoolean()
                                        || value.propertyNames().stream()
                                                .allMatch(schema.path("properties")::has);
                        default -> KNOWN.contains(keyword.getKey());
                    };
            if (!good) {
                wrong.add(at + ": " + keyword + " but " + value);
            }
        }
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            JsonNode own = schema.path("properties").path(property.getKey());
            if (own.isObject() || others.isObject()) {
                check(
                        at + "/" + property.getKey(),
                        own.isObject() ? own : others,
                        property.getValue(),
                        wrong);
            }
        }
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(at + "/" + i, schema.path("items"), value.path(i), wrong);
            }
        }
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }
}
