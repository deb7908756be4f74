package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.gateway.Models.Model;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Bodies for people as inputs of a flow: a form with a part for each input, JSON `{"input":
/// value}` or `{"inputs": {name: value}}`, or, for the only required input, the file itself. Values
/// in JSON are as [ReadableValue] writes them; a file may be base64 or a data URL.
final class FlowInputs {
    private static final String ONLY = "input";

    private FlowInputs() {}

    /// @throws ServeException BAD_INPUT
    static Map<String, Value> read(Model model, String contentType, byte[] body) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("multipart/form-data")) {
            return form(model, contentType, body);
        }
        if (type.startsWith("application/json")) {
            return json(model, Json.object(body));
        }
        Port only = only(model);
        return Map.of(only.name(), value(only, mediaType(type), body));
    }

    private static Map<String, Value> form(Model model, String contentType, byte[] body) {
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (Multipart.Part part : Multipart.parse(contentType, body)) {
            Port port = port(model, part.name());
            ServeException.check(
                    !inputs.containsKey(port.name()),
                    "input '" + port.name() + "' stands twice in the form",
                    "give each once");
            inputs.put(port.name(), value(port, mediaType(part.contentType()), part.body()));
        }
        return inputs;
    }

    private static Map<String, Value> json(Model model, JsonNode json) {
        Json.only("the body", json, Set.of(ONLY, "inputs"));
        ServeException.check(
                !json.has(ONLY) || !json.has("inputs"),
                "the body has both 'input' and 'inputs'",
                "take 'inputs' for several, 'input' for the only one");
        Map<String, Value> inputs = new LinkedHashMap<>();
        if (json.has(ONLY)) {
            Port port = only(model);
            inputs.put(port.name(), value(port, json.path(ONLY)));
        }
        JsonNode others = json.path("inputs");
        ServeException.check(
                others.isMissingNode() || others.isObject(),
                "'inputs' is not an object",
                "write {\"inputs\": {\"text\": \"...\"}}");
        for (Map.Entry<String, JsonNode> entry : others.properties()) {
            Port port = port(model, entry.getKey());
            inputs.put(port.name(), value(port, entry.getValue()));
        }
        return inputs;
    }

    private static Port only(Model model) {
        Port port = model.onlyInput();
        if (port == null) {
            throw new ServeException(
                    Reason.BAD_INPUT,
                    model.shown()
                            + " takes several inputs\nMaybe send a form with "
                            + names(model));
        }
        return port;
    }

    private static Port port(Model model, String name) {
        Port port = model.signature().input(name);
        if (port == null && name.equals(ONLY)) {
            port = model.onlyInput();
        }
        if (port == null) {
            throw new ServeException(
                    Reason.BAD_INPUT,
                    model.shown()
                            + " has no input "
                            + Shown.quoted(name)
                            + "\nMaybe take "
                            + names(model));
        }
        return port;
    }

    private static String names(Model model) {
        return String.join(", ", model.signature().inputs().stream().map(Port::name).toList());
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip();
    }

    /// A file, or a part of a form.
    private static Value value(Port port, String type, byte[] body) {
        return switch (port.type().kind()) {
            case TEXT -> {
                check(port, type, type.isEmpty() || type.startsWith("text/"));
                yield new Value.Text(Json.utf8(body));
            }
            case IMAGE -> {
                check(port, type, binary(type) || type.startsWith("image/"));
                yield ImageFiles.decode(body);
            }
            case AUDIO -> {
                check(port, type, binary(type) || type.startsWith("audio/"));
                yield SoundFiles.decode(body);
            }
            case FLOATS, INTEGERS -> value(port, Json.value(body));
        };
    }

    private static boolean binary(String type) {
        return type.isEmpty() || type.equals("application/octet-stream");
    }

    private static void check(Port port, String type, boolean fits) {
        ServeException.check(
                fits,
                "input " + port + " cannot be of type " + Shown.quoted(type),
                type.equals("application/x-www-form-urlencoded")
                        ? "say what it is: curl -H 'Content-Type: application/json'"
                        : "send text/plain, image/png or audio/wav, as the input is");
    }

    private static Value value(Port port, JsonNode json) {
        return switch (port.type().kind()) {
            case TEXT -> new Value.Text(lines(port, json));
            case IMAGE -> ImageFiles.decode(Json.base64(file(port, json)));
            case AUDIO -> SoundFiles.decode(Json.base64(file(port, json)));
            case FLOATS, INTEGERS -> tensor(port, json);
        };
    }

    private static List<String> lines(Port port, JsonNode json) {
        List<JsonNode> values = json.isArray() ? json.valueStream().toList() : List.of(json);
        ServeException.check(
                !values.isEmpty() && values.stream().allMatch(JsonNode::isString),
                "input " + port + " is neither a text nor a list of texts",
                "put it in quotes");
        return values.stream().map(JsonNode::asString).toList();
    }

    private static String file(Port port, JsonNode json) {
        JsonNode data = json.isObject() ? json.path("data") : json;
        ServeException.check(
                data.isString(), "input " + port + " is no base64", "send the file itself");
        return data.asString();
    }

    private static Value tensor(Port port, JsonNode json) {
        List<Long> shape = new ArrayList<>();
        List<JsonNode> flat = new ArrayList<>();
        flatten(port, json, 0, shape, flat);
        Tensor tensor =
                new Tensor(
                        port.name(),
                        port.type().kind().datatype(),
                        shape.stream().mapToLong(Long::longValue).toArray(),
                        OipJson.elements(port.name(), flat),
                        Map.of());
        if (port.type().kind() == Kind.FLOATS) {
            float[] values = new float[flat.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.elements().real(i);
            }
            return new Value.Floats(new FloatTensor(tensor.shape(), values));
        }
        long[] values = new long[flat.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.elements().integer(i);
        }
        return new Value.Integers(tensor.shape(), values);
    }

    private static void flatten(
            Port port, JsonNode json, int depth, List<Long> shape, List<JsonNode> flat) {
        if (!json.isArray()) {
            ServeException.check(
                    depth == shape.size(), "input " + port + " is ragged", "fill up the rows");
            flat.add(json);
            return;
        }
        long length = json.size();
        if (depth == shape.size() && flat.isEmpty()) {
            shape.add(length);
        }
        ServeException.check(
                depth < shape.size() && shape.get(depth) == length,
                "input " + port + " is ragged",
                "fill up the rows");
        for (JsonNode element : json.values()) {
            flatten(port, element, depth + 1, shape, flat);
        }
    }
}
