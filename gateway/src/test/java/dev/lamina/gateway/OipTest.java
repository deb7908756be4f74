package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.gateway.Running.Answer;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Value;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The Open Inference Protocol over REST, field by field.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OipTest {
    private Running running;

    @BeforeAll
    void start() {
        running = new Running();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void tellsOfItself() {
        assertThat(running.get("/v2").json().path("name").asString()).isEqualTo("lamina");
        assertThat(running.get("/v2").json().path("extensions").isArray()).isTrue();
        assertThat(running.get("/v2/health/live").text()).isEqualTo("{\"live\":true}");
        assertThat(running.get("/v2/health/ready").text()).isEqualTo("{\"live\":true}");
        assertThat(running.get("/v2/models/say/ready").json().path("ready").asBoolean()).isTrue();
    }

    @Test
    void flowsAndServicesAreModels() {
        JsonNode flow = running.get("/v2/models/embed").json();
        assertThat(flow.toString())
                .isEqualTo(
                        "{\"name\":\"embed\",\"versions\":[\"1\"],\"platform\":\"lamina_flow\","
                                + "\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[-1]}],"
                                + "\"outputs\":[{\"name\":\"embedding\",\"datatype\":\"FP32\",\"shape\":[4]},"
                                + "{\"name\":\"tokens\",\"datatype\":\"INT64\",\"shape\":[]}]}");
        JsonNode service = running.get("/v2/models/negative/versions/1").json();
        assertThat(service.path("platform").asString()).isEqualTo("lamina_service");
        assertThat(service.path("inputs").path(0).path("shape").toString()).isEqualTo("[-1,-1,3]");
        assertThat(running.get("/v2/models/say/versions/7").status()).isEqualTo(404);
        assertThat(running.get("/v2/models/nothing").error()).contains("no model 'nothing'");
    }

    @Test
    void oneTextIsOneItemAndTheIdComesBack() {
        Answer answer = infer("embed", "[1]", "BYTES", "[\"abcd\"]", ",\"id\":\"42\"");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("id").asString()).isEqualTo("42");
        assertThat(answer.json().path("model_name").asString()).isEqualTo("embed");
        JsonNode embedding = answer.json().path("outputs").path(0);
        assertThat(embedding.path("shape").toString()).isEqualTo("[4]");
        assertThat(embedding.path("data").path(0).asDouble()).isEqualTo('a' / 128.0);
        assertThat(answer.json().path("outputs").path(1).path("data").toString()).isEqualTo("[4]");
    }

    @Test
    void severalTextsAreABatch() {
        Answer answer = infer("embed", "[2]", "BYTES", "[\"abcd\",\"b\"]", "");
        JsonNode outputs = answer.json().path("outputs");
        assertThat(outputs.path(0).path("shape").toString()).isEqualTo("[2,4]");
        assertThat(outputs.path(0).path("data").size()).isEqualTo(8);
        assertThat(outputs.path(1).path("shape").toString()).isEqualTo("[2]");
        assertThat(outputs.path(1).path("data").toString()).isEqualTo("[4,1]");
        Answer texts = infer("say", "[2]", "BYTES", "[\"x\",\"y\"]", "");
        assertThat(texts.json().path("outputs").path(0).path("data").toString())
                .isEqualTo("[\"x\",\"y\"]");
    }

    @Test
    void theParameterSaysWhatABatchIs() {
        Answer one = infer("say", "[1]", "BYTES", "[\"x\"]", ",\"parameters\":{\"batch\":true}");
        assertThat(one.json().path("outputs").path(0).path("shape").toString()).isEqualTo("[1]");
        Answer vector =
                infer("embed", "[1]", "BYTES", "[\"x\"]", ",\"parameters\":{\"batch\":true}");
        assertThat(vector.json().path("outputs").path(0).path("shape").toString())
                .isEqualTo("[1,4]");
        Answer lines =
                infer(
                        "embed",
                        "[2]",
                        "BYTES",
                        "[\"a\",\"b\"]",
                        ",\"parameters\":{\"batch\":false}");
        assertThat(lines.json().path("outputs").path(1).path("data").toString()).isEqualTo("[3]");
    }

    @Test
    void raggedOutputsAreRefused() {
        assertThat(infer("split", "[2]", "BYTES", "[\"a b\",\"c d\"]", "").text())
                .contains("\"shape\":[2,2]");
        Answer ragged = infer("split", "[2]", "BYTES", "[\"a b\",\"c\"]", "");
        assertThat(ragged.status()).isEqualTo(400);
        assertThat(ragged.error()).contains("'text' has shape [2] for one item and [1]");
    }

    @Test
    void onlyTheOutputsAskedFor() {
        Answer answer =
                infer("embed", "[1]", "BYTES", "[\"x\"]", ",\"outputs\":[{\"name\":\"tokens\"}]");
        assertThat(answer.json().path("outputs").size()).isEqualTo(1);
        Answer wrong =
                infer("embed", "[1]", "BYTES", "[\"x\"]", ",\"outputs\":[{\"name\":\"other\"}]");
        assertThat(wrong.error()).contains("no output 'other'").contains("Maybe take embedding");
    }

    @Test
    void picturesAsNumbersAndAsFiles() {
        Answer numbers = infer("invert", "image", "[1,2,3]", "UINT8", "[[[0,1,2],[3,4,255]]]", "");
        assertThat(numbers.json().path("outputs").path(0).path("data").toString())
                .isEqualTo("[255,254,253,252,251,0]");
        byte[] png = ImageFiles.encodePng(new Value.Image(1, 1, new byte[] {1, 2, 3}));
        Answer file =
                infer(
                        "invert",
                        "image",
                        "[1]",
                        "BYTES",
                        "[\"" + Base64.getEncoder().encodeToString(png) + "\"]",
                        "");
        assertThat(file.json().path("outputs").path(0).path("data").toString())
                .isEqualTo("[254,253,252]");
    }

    @Test
    void soundAsNumbersAndAsFiles() {
        String body =
                "{\"inputs\":[{\"name\":\"audio\",\"shape\":[2],\"datatype\":\"INT16\","
                        + "\"parameters\":{\"sample_rate\":%s},\"data\":[100,-7]}]}";
        Answer numbers = running.json("/v2/models/amplify/infer", body.formatted("16000"));
        JsonNode output = numbers.json().path("outputs").path(0);
        assertThat(output.path("data").toString()).isEqualTo("[200,-14]");
        assertThat(output.path("parameters").path("sample_rate").asInt()).isEqualTo(16000);
        assertThat(running.json("/v2/models/amplify/infer", body.formatted("1")).error())
                .contains("sample_rate 1");
        byte[] wav = SoundFiles.encodeWav(new Value.Audio(8000, new short[] {5}));
        Answer file =
                infer(
                        "amplify",
                        "audio",
                        "[1]",
                        "BYTES",
                        "[\"" + Base64.getEncoder().encodeToString(wav) + "\"]",
                        "");
        assertThat(file.json().path("outputs").path(0).path("data").toString()).isEqualTo("[10]");
    }

    @Test
    void tensorsAndOptionalInputs() {
        String rows =
                "{\"name\":\"rows\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2.5,[3,4]]}";
        Answer alone = running.json("/v2/models/sum/infer", "{\"inputs\":[" + rows + "]}");
        assertThat(alone.json().path("outputs").path(0).toString())
                .isEqualTo("{\"name\":\"sum\",\"shape\":[],\"datatype\":\"FP32\",\"data\":[10.5]}");
        String times = ",{\"name\":\"times\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[2]}";
        Answer twice = running.json("/v2/models/sum/infer", "{\"inputs\":[" + rows + times + "]}");
        assertThat(twice.json().path("outputs").path(0).path("data").toString())
                .isEqualTo("[21.0]");
        Answer wrong =
                running.json(
                        "/v2/models/sum/infer",
                        "{\"inputs\":[" + rows.replace("[2,2]", "[4,1]") + "]}");
        assertThat(wrong.error()).contains("floats[4,1], not floats[?,2]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "other | [1] | BYTES | [\"x\"] | has no input 'other'",
                "text | [1] | FP32 | [1.5] | datatype 'FP32' is not BYTES",
                "text | [3] | BYTES | [\"x\"] | asks for 3 elements, data has 1",
                "text | [1] | BYTES | [7] | is no text",
                "text | [-1] | BYTES | [\"x\"] | shape [-1]",
                "text | [1,1,1] | BYTES | [\"x\"] | is not [n]",
                "text | [1.5] | BYTES | [\"x\"] | no whole number",
                "text | [9999999999,9999999999] | BYTES | [\"x\"] | shape",
                "text | [4294967296,4294967296,1] | BYTES | [\"x\"] | shape",
                "text | [0] | BYTES | [] | no text",
                "text | [1,1,1,1,1,1,1,1,1] | BYTES | [\"x\"] | 9 dimensions",
                "text | [1] | BYTES | \"x\" | shape and data are lists",
            })
    void refusesWhatDoesNotFit(
            String name, String shape, String datatype, String data, String error) {
        Answer answer = infer("say", name, shape, datatype, data, "");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains(error).contains("Maybe");
    }

    @Test
    void tensorsInBinaryAreRefusedInSoManyWords() {
        assertThat(
                        running.json(
                                        "/v2/models/say/infer",
                                        "{}",
                                        "Inference-Header-Content-Length",
                                        "2")
                                .error())
                .contains("binary_data=False");
    }

    @ParameterizedTest
    @CsvSource({"256", "-1", "1.5", "null", "\"x\"", "99999999999999999999"})
    void refusesBytesThatAreNone(String value) {
        Answer answer = infer("invert", "image", "[1,1,3]", "UINT8", "[0,0," + value + "]", "");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).contains("element 2");
    }

    private Answer infer(String model, String shape, String type, String data, String more) {
        return infer(model, "text", shape, type, data, more);
    }

    private Answer infer(
            String model, String name, String shape, String type, String data, String more) {
        return running.json(
                "/v2/models/" + model + "/infer",
                "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]%s}"
                        .formatted(name, shape, type, data, more));
    }
}
