package dev.lamina.gateway;

import dev.lamina.gateway.Models.Model;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowSpec.Step;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Flows for people and files: a form, a file or a little JSON goes in ([FlowInputs]), readable
/// JSON comes out, or a file where the client accepts no less.
final class FlowRoutes {
    private static final String PROTOCOL = "flows";
    private static final List<String> FILES = List.of("image/png", "audio/wav");

    private final HttpGateway gateway;

    FlowRoutes(HttpGateway gateway) {
        this.gateway = gateway;
    }

    /// What a request is answered with.
    @SuppressWarnings("ArrayRecordComponent")
    private record Answer(String contentType, byte[] body) {}

    void register(RoutesConfig routes) {
        routes.get(
                "/flows",
                ctx ->
                        HttpGateway.json(
                                ctx,
                                Map.of(
                                        "flows",
                                        gateway.models().flows().stream()
                                                .map(FlowRoutes::view)
                                                .toList())));
        routes.get("/flows/{name}", ctx -> HttpGateway.json(ctx, view(flow(ctx))));
        routes.post("/flows/{name}", this::run);
    }

    private Model flow(Context ctx) {
        Model model = gateway.models().get(ctx.pathParam("name"));
        if (model.flow() == null) {
            throw new ServeException(
                    ServeException.Reason.NOT_FOUND,
                    model.shown()
                            + " is no flow\nMaybe POST /v2/models/"
                            + model.name()
                            + "/infer");
        }
        return model;
    }

    static Map<String, Object> view(Model model) {
        Flow flow = Objects.requireNonNull(model.flow());
        Signature signature = model.signature();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", model.name());
        view.put("description", flow.spec().description());
        view.put("inputs", signature.inputs().stream().map(FlowRoutes::port).toList());
        view.put("outputs", signature.outputs().stream().map(FlowRoutes::port).toList());
        view.put(
                "services",
                flow.spec().steps().values().stream().map(Step::service).distinct().toList());
        return view;
    }

    private static Map<String, Object> port(Port port) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", port.name());
        view.put("type", port.type().toString());
        view.put("optional", port.optional());
        return view;
    }

    private void run(Context ctx) {
        Model model = flow(ctx);
        String type = Objects.requireNonNullElse(ctx.contentType(), "");
        String accept = Objects.requireNonNullElse(ctx.header("Accept"), "*/*");
        String file = file(model, accept);
        boolean json = type.toLowerCase(Locale.ROOT).startsWith("application/json");
        Answer answer =
                gateway.answer(
                        ctx,
                        model,
                        PROTOCOL,
                        json,
                        (body, context) -> {
                            long start = System.nanoTime();
                            Map<String, Value> inputs = FlowInputs.read(model, type, body);
                            Map<String, Value> outputs =
                                    gateway.models()
                                            .run(model, List.of(inputs), context)
                                            .getFirst();
                            return file.isEmpty()
                                    ? readable(model, outputs, start)
                                    : new Answer(file, contents(outputs, file));
                        });
        ctx.contentType(answer.contentType()).result(answer.body());
    }

    /// The type of file that is asked for; empty for JSON.
    private static String file(Model model, String accept) {
        for (String type : FILES) {
            if (accept.contains(type)) {
                List<Port> all = model.signature().outputs();
                long fit = all.stream().filter(port -> type.equals(type(port))).count();
                if (fit == 1) {
                    return type;
                }
                if (!accept.contains("json") && !accept.contains("*/*")) {
                    throw new StatusException(
                            406, model.shown() + " has " + fit + " outputs of type " + type);
                }
            }
        }
        return "";
    }

    private static String type(Port port) {
        return switch (port.type().kind()) {
            case IMAGE -> "image/png";
            case AUDIO -> "audio/wav";
            case TEXT, FLOATS, INTEGERS -> "";
        };
    }

    private static byte[] contents(Map<String, Value> outputs, String type) {
        for (Value value : outputs.values()) {
            if (value instanceof Value.Image image && type.equals("image/png")) {
                return ImageFiles.encodePng(image);
            }
            if (value instanceof Value.Audio audio && type.equals("audio/wav")) {
                return SoundFiles.encodeWav(audio);
            }
        }
        throw new IllegalStateException("no output of type " + type);
    }

    private static Answer readable(Model model, Map<String, Value> outputs, long start) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("flow", model.name());
        json.put("seconds", (System.nanoTime() - start) / 1e9);
        Map<String, Object> readable = new LinkedHashMap<>();
        for (Port port : model.signature().outputs()) {
            Value value = outputs.get(port.name());
            if (value != null) {
                readable.put(port.name(), ReadableValue.of(value));
            }
        }
        json.put("outputs", readable);
        return new Answer("application/json", Json.bytes(json));
    }
}
