package dev.lamina.gateway;

import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Settings;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Changes while requests run: moving a replica, replacing a version. With an API key, if keys are
/// asked for; otherwise from this machine only, and under its own name, so that no web page can do
/// it through somebody's browser.
final class AdminRoutes {
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    private static final Pattern THIS_MACHINE =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?");

    private final HttpGateway gateway;
    private final Orchestrator orchestrator;

    AdminRoutes(HttpGateway gateway, Orchestrator orchestrator) {
        this.gateway = gateway;
        this.orchestrator = orchestrator;
    }

    void register(RoutesConfig routes) {
        routes.get(
                "/nodes",
                ctx -> {
                    admit(ctx);
                    HttpGateway.json(ctx, Map.of("nodes", OperationRoutes.nodes(orchestrator)));
                });
        routes.post("/services/{name}/migrate", this::migrate);
        routes.put("/services/{name}", this::replace);
    }

    private void admit(Context ctx) {
        if (!gateway.config().keys().asked()
                && !(loopback(ctx.req().getRemoteAddr())
                        && THIS_MACHINE
                                .matcher(Objects.requireNonNullElse(ctx.header("Host"), ""))
                                .matches())) {
            throw new StatusException(
                    403,
                    "operations are for this machine only\nMaybe start the gateway with API keys");
        }
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private JsonNode json(Context ctx) {
        admit(ctx);
        String type = Objects.requireNonNullElse(ctx.contentType(), "");
        if (!type.startsWith("application/json")) { // a form of another page could send others
            throw new StatusException(415, "the body is not JSON\nMaybe add Content-Type");
        }
        return Json.object(gateway.body(ctx));
    }

    private void migrate(Context ctx) {
        JsonNode json = json(ctx);
        Json.only("the body", json, Set.of("from", "to"));
        String name = ctx.pathParam("name");
        orchestrator.migrate(name, Json.required(json, "from"), Json.required(json, "to"));
        HttpGateway.json(ctx, view(active(name)));
    }

    private void replace(Context ctx) {
        JsonNode json = json(ctx);
        Json.only("the body", json, Set.of("version", "kind", "settings"));
        ServiceSpec old = active(ctx.pathParam("name"));
        String version = Json.required(json, "version");
        ServeException.check(
                VERSION.matcher(version).matches(),
                "version " + dev.lamina.base.Shown.quoted(version),
                "take letters, digits, '.', '-' and '_': \"2\"");
        JsonNode given = json.path("settings");
        ServeException.check(
                given.isMissingNode() || given.isObject(), "'settings' is no object", "write {}");
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        if (given.isMissingNode()) {
            settings.putAll(old.settings().values());
        }
        given.properties().forEach(e -> settings.put(e.getKey(), Json.plain(e.getValue())));
        orchestrator.replace(
                new ServiceSpec(
                        old.name(),
                        version,
                        Objects.requireNonNullElse(Json.text(json, "kind"), old.kind()),
                        new Settings(old.settings().base(), settings)));
        HttpGateway.json(ctx, view(active(old.name())));
    }

    private ServiceSpec active(String name) {
        return orchestrator.services().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ServeException(
                                Reason.NOT_FOUND,
                                "there is no service " + dev.lamina.base.Shown.quoted(name)));
    }

    private static Map<String, Object> view(ServiceSpec service) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", service.name());
        json.put("version", service.version());
        json.put("kind", service.kind());
        return json;
    }
}
