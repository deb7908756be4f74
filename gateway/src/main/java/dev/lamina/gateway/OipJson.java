package dev.lamina.gateway;

import dev.lamina.gateway.TensorOutputs.Data;
import dev.lamina.gateway.TensorOutputs.Output;
import dev.lamina.serve.ServeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Requests and responses of the Open Inference Protocol's REST form
/// (kserve/open-inference-protocol, specification/protocol/inference_rest.md).
final class OipJson {
    private OipJson() {}

    /// A request.
    ///
    /// @param batch the parameter of this name, null if it is not there
    /// @param outputs wanted ones, empty for all
    record Request(
            @Nullable String id,
            @Nullable Boolean batch,
            List<Tensor> inputs,
            List<String> outputs) {}

    static Request request(JsonNode json) {
        Json.only("the request", json, Set.of("id", "parameters", "inputs", "outputs"));
        JsonNode batch = parameters(json).path("batch");
        ServeException.check(
                batch.isMissingNode() || batch.isBoolean(),
                "parameter batch is neither true nor false",
                "take it out");
        List<String> outputs = new ArrayList<>();
        for (JsonNode output : Json.list(json, "outputs")) {
            ServeException.check(output.isObject(), "an output is not an object", "give its name");
            Json.only("an output", output, Set.of("name", "parameters"));
            outputs.add(Json.required(output, "name"));
        }
        ServeException.check(json.path("inputs").isArray(), "'inputs' is missing", "add a list");
        return new Request(
                Json.text(json, "id"),
                batch.isBoolean() ? batch.asBoolean() : null,
                Json.list(json, "inputs").stream().map(OipJson::tensor).toList(),
                outputs);
    }

    private static Tensor tensor(JsonNode json) {
        ServeException.check(json.isObject(), "an input is not an object", "give name and data");
        Json.only("an input", json, Set.of("name", "shape", "datatype", "parameters", "data"));
        String name = Json.required(json, "name");
        ServeException.check(
                json.path("shape").isArray() && json.path("data").isArray(),
                Tensor.at(name) + "shape and data are lists, and one of them is not",
                "write \"shape\": [1], \"data\": [...]");
        List<JsonNode> lengths = Json.list(json, "shape");
        long[] shape = new long[lengths.size()];
        for (int i = 0; i < shape.length; i++) {
            JsonNode length = lengths.get(i);
            ServeException.check(
                    length.isIntegralNumber() && length.canConvertToLong(),
                    Tensor.at(name) + "length " + i + " of shape is no whole number",
                    "write \"shape\": [1]");
            shape[i] = length.asLong();
        }
        List<JsonNode> flat = new ArrayList<>();
        flatten(json.path("data"), flat);
        return new Tensor(
                name,
                Json.required(json, "datatype"),
                shape,
                new Elements(name, flat),
                plainParameters(parameters(json)));
    }

    private static JsonNode parameters(JsonNode json) {
        JsonNode parameters = json.path("parameters");
        ServeException.check(
                parameters.isMissingNode() || parameters.isObject(),
                "'parameters' is not an object",
                "write \"parameters\": {}");
        return parameters;
    }

    private static Map<String, Object> plainParameters(JsonNode json) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            JsonNode value = entry.getValue();
            boolean whole = value.isIntegralNumber() && value.canConvertToLong();
            parameters.put(entry.getKey(), whole ? (Object) value.asLong() : Json.plain(value));
        }
        return parameters;
    }

    /// Data may be nested as the shape is, or flat: its order is the same.
    private static void flatten(JsonNode data, List<JsonNode> flat) {
        for (JsonNode element : data.values()) {
            if (element.isArray()) {
                flatten(element, flat);
            } else {
                flat.add(element);
            }
        }
    }

    /// Elements of a list of JSON.
    static Tensor.Elements elements(String name, List<JsonNode> values) {
        return new Elements(name, values);
    }

    private record Elements(String name, List<JsonNode> values) implements Tensor.Elements {
        @Override
        public int count() {
            return values.size();
        }

        @Override
        public long integer(int index) {
            JsonNode value = values.get(index);
            ServeException.check(
                    value.isIntegralNumber() && value.canConvertToLong(),
                    element(index, value) + "no 64-bit integer",
                    "the datatype is mistaken");
            return value.asLong();
        }

        @Override
        public float real(int index) {
            JsonNode value = values.get(index);
            float real = value.isNumber() ? (float) value.asDouble() : Float.NaN;
            ServeException.check(
                    Float.isFinite(real),
                    element(index, value) + "no number that FP32 holds",
                    "the datatype is mistaken");
            return real;
        }

        @Override
        public String text(int index) {
            JsonNode value = values.get(index);
            ServeException.check(
                    value.isString(),
                    element(index, value) + "no text",
                    "put it in quotes, or the datatype is mistaken");
            return value.asString();
        }

        @Override
        public byte[] file(int index) {
            return Json.base64(text(index));
        }

        private String element(int index, JsonNode value) {
            return Tensor.at(name)
                    + "element "
                    + index
                    + ", "
                    + dev.lamina.base.Shown.plain(value.toString())
                    + ", is ";
        }
    }

    static Map<String, Object> response(
            Models.Model model, @Nullable String id, List<Output> outputs) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("model_name", model.name());
        response.put("model_version", model.version());
        if (id != null) {
            response.put("id", id);
        }
        response.put("outputs", outputs.stream().map(OipJson::output).toList());
        return response;
    }

    private static Map<String, Object> output(Output output) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", output.name());
        json.put("shape", output.shape());
        json.put("datatype", output.datatype());
        if (!output.parameters().isEmpty()) {
            json.put("parameters", output.parameters());
        }
        json.put(
                "data",
                switch (output.data()) {
                    case Data.Texts t -> t.values();
                    case Data.Bytes b -> unsigned(b.values());
                    case Data.Samples s -> s.values();
                    case Data.Reals r -> r.values();
                    case Data.Wholes w -> w.values();
                });
        return json;
    }

    private static int[] unsigned(byte[] bytes) {
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }
}
