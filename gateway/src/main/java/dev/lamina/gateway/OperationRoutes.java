package dev.lamina.gateway;

import dev.lamina.gateway.Models.Model;
import dev.lamina.serve.NodeStatus;
import dev.lamina.serve.NodeStatus.ReplicaStatus;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.Orchestrator.NodeView;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the gateway is: health, metrics, and what the page shows.
final class OperationRoutes {
    private final HttpGateway gateway;
    private final Orchestrator orchestrator;
    private final Metrics metrics;

    OperationRoutes(HttpGateway gateway, Orchestrator orchestrator, Metrics metrics) {
        this.gateway = gateway;
        this.orchestrator = orchestrator;
        this.metrics = metrics;
    }

    void register(RoutesConfig routes) {
        routes.get("/health/live", ctx -> HttpGateway.json(ctx, Map.of("live", true)));
        routes.get("/health/ready", ctx -> ready(ctx, gateway, "ready"));
        routes.get("/metrics", this::text);
        routes.get("/status", ctx -> HttpGateway.json(ctx, status()));
    }

    static void ready(Context ctx, HttpGateway gateway, String field) {
        boolean ready = gateway.models().ready();
        ctx.status(ready ? 200 : 503);
        HttpGateway.json(ctx, Map.of(field, ready));
    }

    private void text(Context ctx) {
        metrics.waiting(waiting());
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.text());
    }

    private long waiting() {
        long waiting = 0;
        for (NodeView node : orchestrator.nodes()) {
            NodeStatus status = node.status();
            if (status != null) {
                waiting += status.replicas().stream().mapToLong(ReplicaStatus::waiting).sum();
            }
        }
        return waiting;
    }

    private Map<String, Object> status() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", OipRoutes.version());
        json.put("running", metrics.running());
        json.put("waiting", waiting());
        json.put("nodes", nodes(orchestrator));
        json.put("flows", gateway.models().flows().stream().map(this::flow).toList());
        return json;
    }

    private Map<String, Object> flow(Model model) {
        Map<String, Object> json = FlowRoutes.view(model);
        Latencies.View latencies = metrics.latencies(model.name());
        json.put("ready", gateway.models().ready(model));
        json.put("requests", latencies.requests());
        json.put("failed", latencies.failed());
        json.put("p50_seconds", latencies.p50Seconds());
        json.put("p95_seconds", latencies.p95Seconds());
        return json;
    }

    static List<Map<String, Object>> nodes(Orchestrator orchestrator) {
        return orchestrator.nodes().stream().map(OperationRoutes::node).toList();
    }

    private static Map<String, Object> node(NodeView node) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", node.name());
        json.put("up", node.up());
        NodeStatus status = node.status();
        if (status != null) {
            json.put("budget_bytes", status.budgetBytes());
            json.put("used_bytes", status.usedBytes());
            json.put("replicas", status.replicas().stream().map(OperationRoutes::replica).toList());
        }
        return json;
    }

    private static Map<String, Object> replica(ReplicaStatus replica) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", replica.id());
        json.put("loaded", replica.loaded());
        json.put("memory_bytes", replica.memoryBytes());
        json.put("waiting", replica.waiting());
        json.put("items", replica.items());
        json.put("batches", replica.batches());
        json.put("run_seconds", replica.runSeconds());
        json.put("loads", replica.loads());
        json.put("load_seconds", replica.loadSeconds());
        return json;
    }
}
