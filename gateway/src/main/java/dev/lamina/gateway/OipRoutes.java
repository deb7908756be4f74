package dev.lamina.gateway;

import dev.lamina.gateway.Models.Model;
import dev.lamina.gateway.TensorInputs.Items;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The Open Inference Protocol, version 2, over REST. Every flow and every service is a model;
/// [TensorInputs] says how tensors become values.
final class OipRoutes {
    static final String PROTOCOL = "oip";
    private static final String SERVER = "lamina";

    private final HttpGateway gateway;

    OipRoutes(HttpGateway gateway) {
        this.gateway = gateway;
    }

    void register(RoutesConfig routes) {
        routes.get("/v2", ctx -> HttpGateway.json(ctx, server()));
        routes.get("/v2/health/live", ctx -> HttpGateway.json(ctx, Map.of("live", true)));
        // the specification's field is called live here too
        routes.get("/v2/health/ready", ctx -> OperationRoutes.ready(ctx, gateway, "live"));
        for (String path : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            routes.get(path, ctx -> HttpGateway.json(ctx, metadata(model(ctx))));
            routes.get(path + "/ready", this::ready);
            routes.post(path + "/infer", this::infer);
        }
    }

    static Map<String, Object> server() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", SERVER);
        json.put("version", version());
        json.put("extensions", List.of());
        return json;
    }

    static String version() {
        String version = OipRoutes.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private Model model(Context ctx) {
        return gateway.models().get(ctx.pathParam("model"), ctx.pathParamMap().get("version"));
    }

    /// The platform is lamina_flow or lamina_service.
    static String platform(Model model) {
        return SERVER + (model.flow() == null ? "_service" : "_flow");
    }

    private static Map<String, Object> metadata(Model model) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", model.name());
        json.put("versions", List.of(model.version()));
        json.put("platform", platform(model));
        json.put("inputs", model.signature().inputs().stream().map(OipRoutes::tensor).toList());
        json.put("outputs", model.signature().outputs().stream().map(OipRoutes::tensor).toList());
        return json;
    }

    private static Map<String, Object> tensor(Port port) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", port.name());
        json.put("datatype", port.type().kind().datatype());
        json.put("shape", TensorOutputs.shape(port.type()));
        return json;
    }

    private void ready(Context ctx) {
        Model model = model(ctx);
        boolean ready = gateway.models().ready(model);
        ctx.status(ready ? 200 : 503);
        HttpGateway.json(ctx, Map.of("name", model.name(), "ready", ready));
    }

    private void infer(Context ctx) {
        Model model = model(ctx);
        ServeException.check(
                ctx.header("Inference-Header-Content-Length") == null,
                "tensors in binary after the JSON are an extension that is not spoken here",
                "send data in the JSON (binary_data=False), or use gRPC");
        HttpGateway.json(
                ctx,
                gateway.answer(
                        ctx,
                        model,
                        PROTOCOL,
                        true,
                        (body, context) -> {
                            OipJson.Request request = OipJson.request(Json.object(body));
                            TensorOutputs.check(
                                    model.shown(), model.signature(), request.outputs());
                            Items items =
                                    TensorInputs.items(
                                            model.shown(),
                                            model.signature(),
                                            request.inputs(),
                                            request.batch());
                            List<Map<String, Value>> outputs =
                                    gateway.models().run(model, items.items(), context);
                            return OipJson.response(
                                    model,
                                    request.id(),
                                    TensorOutputs.outputs(
                                            model.shown(),
                                            model.signature(),
                                            request.outputs(),
                                            outputs,
                                            items.batched()));
                        }));
    }
}
