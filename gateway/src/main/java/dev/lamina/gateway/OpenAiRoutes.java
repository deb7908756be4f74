package dev.lamina.gateway;

import dev.lamina.gateway.Models.Model;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.Value;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// OpenAI's embeddings. Its models are the flows with one required input, a text, and an output
/// `embedding`, a vector. If such a flow has an output `tokens` of integers too (one: how many;
/// several: which), `usage` counts them; otherwise it is 0, as nobody has counted.
final class OpenAiRoutes {
    private static final String PROTOCOL = "openai";

    private final HttpGateway gateway;
    private final long started = System.currentTimeMillis() / 1000;

    OpenAiRoutes(HttpGateway gateway) {
        this.gateway = gateway;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/models", this::models);
        routes.get(
                "/v1/models/{model}",
                ctx -> HttpGateway.json(ctx, view(embedding(ctx.pathParam("model")))));
        routes.post("/v1/embeddings", this::embeddings);
    }

    /// OpenAI's error object.
    static Map<String, Object> error(int status, String message) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put(
                "type",
                switch (status) {
                    case 401 -> "authentication_error";
                    case 429 -> "rate_limit_error";
                    default -> status < 500 ? "invalid_request_error" : "server_error";
                });
        error.put("param", null);
        error.put(
                "code",
                switch (status) {
                    case 401 -> "invalid_api_key";
                    case 404 -> "model_not_found";
                    case 429 -> "rate_limit_exceeded";
                    case 504 -> "timeout";
                    default -> null;
                });
        return Map.of("error", error);
    }

    private void models(Context ctx) {
        HttpGateway.json(
                ctx,
                Map.of(
                        "object",
                        "list",
                        "data",
                        gateway.models().flows().stream()
                                .filter(Model::embeds)
                                .map(this::view)
                                .toList()));
    }

    private Map<String, Object> view(Model model) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", model.name());
        view.put("object", "model");
        view.put("created", started);
        view.put("owned_by", "lamina");
        return view;
    }

    private Model embedding(String name) {
        Model model = gateway.models().get(name);
        if (!model.embeds()) {
            throw new ServeException(
                    Reason.NOT_FOUND,
                    model.shown()
                            + " makes no embeddings\nMaybe GET /v1/models lists those that do");
        }
        return model;
    }

    /// The model's name is in the body: it is read before the request is let in.
    private void embeddings(Context ctx) {
        byte[] body = gateway.body(ctx);
        JsonNode json = Json.object(body);
        Model model = embedding(Json.required(json, "model"));
        HttpGateway.json(
                ctx,
                gateway.answer(
                        ctx,
                        model,
                        PROTOCOL,
                        true,
                        (nothing, context) -> {
                            Json.only(
                                    "the request",
                                    json,
                                    Set.of(
                                            "model",
                                            "input",
                                            "encoding_format",
                                            "dimensions",
                                            "user"));
                            boolean base64 = base64(json);
                            List<String> texts = texts(json.path("input"));
                            Port in = Objects.requireNonNull(model.onlyInput());
                            Port out =
                                    Objects.requireNonNull(model.signature().output("embedding"));
                            JsonNode wanted = json.path("dimensions");
                            int length = out.type().shape().getFirst();
                            checkDimensions(wanted, length);
                            List<Map<String, Value>> items = new ArrayList<>();
                            texts.forEach(t -> items.add(Map.of(in.name(), new Value.Text(t))));
                            List<Map<String, Value>> outputs =
                                    gateway.models().run(model, items, context);
                            return response(model, outputs, base64, wanted);
                        }));
    }

    private static void checkDimensions(JsonNode wanted, int length) {
        ServeException.check(
                wanted.isMissingNode()
                        || wanted.isNull()
                        || (wanted.isInt() && (length < 0 || wanted.asInt() == length)),
                "dimensions " + wanted + " is not " + length,
                "leave it out: vectors are not shortened");
    }

    private static boolean base64(JsonNode json) {
        String format = Objects.requireNonNullElse(Json.text(json, "encoding_format"), "float");
        ServeException.check(
                format.equals("float") || format.equals("base64"),
                "encoding_format '" + dev.lamina.base.Shown.plain(format) + "'",
                "take float or base64");
        return format.equals("base64");
    }

    private static List<String> texts(JsonNode input) {
        if (input.isString()) {
            return List.of(nonEmpty(input.asString()));
        }
        ServeException.check(
                input.isArray() && !input.isEmpty(),
                "'input' is neither a text nor a list of texts",
                "write \"input\": \"...\"");
        ServeException.check(
                input.size() <= TensorInputs.MOST_ITEMS,
                "'input' has " + input.size() + " texts",
                "send at most " + TensorInputs.MOST_ITEMS);
        List<String> texts = new ArrayList<>();
        for (JsonNode text : input.values()) {
            ServeException.check(
                    !text.isNumber() && !text.isArray(),
                    "'input' has token numbers, which mean nothing to this tokenizer",
                    "send the text itself");
            ServeException.check(
                    text.isString(), "'input' has an element that is no text", "send texts");
            texts.add(nonEmpty(text.asString()));
        }
        return texts;
    }

    private static String nonEmpty(String text) {
        ServeException.check(!text.isEmpty(), "'input' has an empty text", "leave it out");
        return text;
    }

    private static Map<String, Object> response(
            Model model, List<Map<String, Value>> outputs, boolean base64, JsonNode wanted) {
        List<Object> data = new ArrayList<>();
        long tokens = 0;
        for (Map<String, Value> output : outputs) {
            Value.Floats vector = (Value.Floats) Objects.requireNonNull(output.get("embedding"));
            float[] values = vector.tensor().values();
            checkDimensions(wanted, values.length);
            Map<String, Object> element = new LinkedHashMap<>();
            element.put("object", "embedding");
            element.put("index", data.size());
            element.put("embedding", base64 ? base64(values) : values);
            data.add(element);
            if (output.get("tokens") instanceof Value.Integers counted) {
                tokens +=
                        counted.shape().length == 0 ? counted.values()[0] : counted.values().length;
            }
        }
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("object", "list");
        response.put("data", data);
        response.put("model", model.name());
        response.put("usage", Map.of("prompt_tokens", tokens, "total_tokens", tokens));
        return response;
    }

    /// The vector's fp32, little endian, in base64.
    private static String base64(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
