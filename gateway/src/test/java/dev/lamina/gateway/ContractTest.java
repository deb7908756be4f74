package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.gateway.Running.Answer;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Value;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// openapi.yaml describes every route and no other, and what the gateway really answers.
class ContractTest {
    private static final String TEXT =
            "{\"id\":\"7\",\"inputs\":[{\"name\":\"text\",\"shape\":[2],\"datatype\":\"BYTES\","
                    + "\"data\":[\"a\",\"b\"]}],\"outputs\":[{\"name\":\"text\"}]}";

    private final JsonNode api =
            YAMLMapper.builder()
                    .build()
                    .readTree(ContractTest.class.getResourceAsStream("openapi.yaml"));
    private final Schemas schemas = new Schemas(api);
    private final Set<String> covered = new HashSet<>();

    @Test
    void describesEveryRouteAndWhatItAnswers() {
        try (Running running = new Running()) {
            List<String> described = new ArrayList<>();
            for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
                for (String key : path.getValue().propertyNames()) {
                    if (!key.equals("parameters")) {
                        described.add(key.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }
            }
            assertThat(described).containsExactlyInAnyOrderElementsOf(running.gateway.routes());
            everyOperation(running);
            assertThat(covered).containsExactlyInAnyOrderElementsOf(described);
        }
    }

    private void everyOperation(Running running) {
        for (String path :
                List.of(
                        "/v2",
                        "/v2/health/live",
                        "/v2/health/ready",
                        "/v1/models",
                        "/flows",
                        "/health/live",
                        "/health/ready",
                        "/metrics",
                        "/status",
                        "/nodes",
                        "/",
                        "/page.js",
                        "/page.css",
                        "/openapi.yaml")) {
            good("GET", path, running.get(path));
        }
        for (String path : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            for (String model : List.of("embed", "invert", "amplify", "sum", "say")) {
                String real = path.replace("{model}", model).replace("{version}", "1");
                good("GET", path, running.get(real));
                good("GET", path + "/ready", running.get(real + "/ready"));
            }
            String say = path.replace("{model}", "say").replace("{version}", "1");
            good("POST", path + "/infer", infer(running, say, TEXT));
            bad("POST", path + "/infer", running.json(say + "/infer", "{}"), 400);
            bad("GET", path, running.get(say.replace("say", "none")), 404);
        }
        infersAllTypes(running);
        openAi(running);
        flows(running);
        changes(running);
    }

    private void infersAllTypes(Running running) {
        for (List<String> each :
                List.of(
                        List.of("invert", "image", "[1,1,3]", "UINT8", "[1,2,3]"),
                        List.of("amplify", "audio", "[1]", "INT16", "[1]"),
                        List.of("sum", "rows", "[1,2]", "FP32", "[1,2]"),
                        List.of("embed", "text", "[1]", "BYTES", "[\"x\"]"))) {
            good(
                    "POST",
                    "/v2/models/{model}/infer",
                    infer(
                            running,
                            "/v2/models/" + each.getFirst(),
                            "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s,\"parameters\":{\"sample_rate\":8000}}]}"
                                    .formatted(each.subList(1, 5).toArray())));
        }
    }

    private Answer infer(Running running, String model, String body) {
        assertThat(
                        schemas.check(
                                schema("InferRequest"),
                                Json.object(
                                        body.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .isEmpty();
        return running.json(model + "/infer", body);
    }

    private void openAi(Running running) {
        good("GET", "/v1/models/{model}", running.get("/v1/models/embed"));
        bad("GET", "/v1/models/{model}", running.get("/v1/models/say"), 404);
        String path = "/v1/embeddings";
        good("POST", path, running.json(path, "{\"model\":\"embed\",\"input\":[\"a\",\"b\"]}"));
        good(
                "POST",
                path,
                running.json(
                        path,
                        "{\"model\":\"embed\",\"input\":\"a\",\"encoding_format\":\"base64\"}"));
        bad("POST", path, running.json(path, "{\"model\":\"embed\",\"input\":7}"), 400);
    }

    private void flows(Running running) {
        String path = "/flows/{name}";
        good("GET", path, running.get("/flows/say"));
        byte[] png = ImageFiles.encodePng(new Value.Image(1, 1, new byte[3]));
        byte[] wav = SoundFiles.encodeWav(new Value.Audio(8000, new short[4]));
        good("POST", path, running.json("/flows/say", "{\"input\":\"a\"}"));
        good("POST", path, running.json("/flows/split", "{\"input\":\"a b\"}"));
        good("POST", path, running.json("/flows/embed", "{\"input\":\"a\"}"));
        good("POST", path, running.post("/flows/invert", "image/png", png));
        good("POST", path, running.post("/flows/amplify", "audio/wav", wav));
        good("POST", path, running.post("/flows/amplify", "audio/wav", wav, "Accept", "audio/wav"));
        bad("POST", path, running.post("/flows/invert", "image/png", wav), 400);
        bad("POST", path, running.json("/flows/break", "{\"input\":\"x\"}"), 500);
    }

    private void changes(Running running) {
        String path = "/services/{name}";
        HttpRequest.Builder put =
                HttpRequest.newBuilder(running.uri("/services/echo"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"version\":\"2\"}"));
        good("PUT", path, Answer.of(running.send(put)));
        bad("PUT", path, Answer.of(running.send(put)), 400);
        String there = "{\"from\":\"node-a\",\"to\":\"node-b\"}";
        String back = "{\"from\":\"node-b\",\"to\":\"node-a\"}";
        Answer moved = running.json("/services/echo/migrate", there);
        good(
                "POST",
                path + "/migrate",
                moved.status() == 200 ? moved : running.json("/services/echo/migrate", back));
        bad("POST", path + "/migrate", running.json("/services/echo/migrate", "{}"), 400);
    }

    private void good(String method, String path, Answer answer) {
        covered.add(method + " " + path);
        String what = method + " " + path;
        assertThat(answer.status()).as(what + ": " + answer.text()).isEqualTo(200);
        check(what, operation(method, path).path("responses").path("200"), answer);
    }

    private void bad(String method, String path, Answer answer, int status) {
        String what = method + " " + path;
        assertThat(answer.status()).as(what + ": " + answer.text()).isEqualTo(status);
        check(what, operation(method, path).path("responses").path("default"), answer);
    }

    private JsonNode operation(String method, String path) {
        return api.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private JsonNode schema(String name) {
        return api.path("components").path("schemas").path(name);
    }

    private void check(String what, JsonNode response, Answer answer) {
        int end = answer.type().indexOf(';');
        String type = end < 0 ? answer.type() : answer.type().substring(0, end);
        JsonNode content = schemas.resolve(response).path("content").path(type);
        assertThat(content.isObject()).as(what + " answers " + type).isTrue();
        if (type.equals("application/json")) {
            assertThat(schemas.check(content.path("schema"), answer.json())).as(what).isEmpty();
        }
    }
}
