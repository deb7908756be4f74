package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.gateway.Running.Answer;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Flows for people and files.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowsTest {
    private static final byte[] PNG =
            ImageFiles.encodePng(new Value.Image(1, 2, new byte[] {1, 2, 3, 4, 5, 6}));
    private static final byte[] WAV =
            SoundFiles.encodeWav(new Value.Audio(16000, new short[] {1, -2, 3}));

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
    void listsFlows() {
        JsonNode flows = running.get("/flows").json().path("flows");
        JsonNode say = flows.path(0);
        assertThat(say.toString())
                .isEqualTo(
                        "{\"name\":\"say\",\"description\":\"a flow for tests\","
                                + "\"inputs\":[{\"name\":\"text\",\"type\":\"text\",\"optional\":false}],"
                                + "\"outputs\":[{\"name\":\"text\",\"type\":\"text\",\"optional\":false}],"
                                + "\"services\":[\"echo\"]}");
        assertThat(running.get("/flows/say").json()).isEqualTo(say);
        assertThat(running.get("/flows/echo").error()).contains("service echo is no flow");
    }

    @Test
    void takesTextInThreeForms() {
        byte[] text = "häus".getBytes(StandardCharsets.UTF_8);
        assertThat(output(running.post("/flows/say", "text/plain", text), "text").asString())
                .isEqualTo("häus");
        assertThat(output(running.json("/flows/say", "{\"input\":\"häus\"}"), "text").asString())
                .isEqualTo("häus");
        assertThat(
                        output(
                                        running.json(
                                                "/flows/say",
                                                "{\"inputs\":{\"text\":[\"a\",\"b\"]}}"),
                                        "text")
                                .toString())
                .isEqualTo("[\"a\",\"b\"]");
        assertThat(output(form("say", "text", "text/plain", text), "text").asString())
                .isEqualTo("häus");
        assertThat(output(form("say", "input", "", text), "text").asString()).isEqualTo("häus");
    }

    @Test
    void answersWithNumbers() {
        Answer answer = running.json("/flows/embed", "{\"input\":\"abcd\"}");
        assertThat(output(answer, "embedding").size()).isEqualTo(4);
        assertThat(output(answer, "tokens").asInt()).isEqualTo(4);
        assertThat(answer.json().path("seconds").asDouble()).isPositive();
    }

    @Test
    void picturesGoInAndOut() {
        for (Answer answer :
                new Answer[] {
                    running.post("/flows/invert", "image/png", PNG),
                    form("invert", "image", "image/png", PNG),
                    running.json("/flows/invert", "{\"input\":\"" + base64(PNG) + "\"}"),
                    running.json(
                            "/flows/invert",
                            "{\"input\":\"data:image/png;base64," + base64(PNG) + "\"}")
                }) {
            JsonNode image = output(answer, "image");
            assertThat(image.path("content_type").asString()).isEqualTo("image/png");
            Value.Image decoded = ImageFiles.decode(Json.base64(image.path("data").asString()));
            assertThat(decoded.rgb()).containsExactly(254, 253, 252, 251, 250, 249);
        }
        Answer file = running.post("/flows/invert", "image/png", PNG, "Accept", "image/png");
        assertThat(file.type()).isEqualTo("image/png");
        assertThat(ImageFiles.decode(file.body()).rgb()).startsWith(254, 253);
    }

    @Test
    void soundGoesInAndOut() {
        Answer file = running.post("/flows/amplify", "audio/wav", WAV, "Accept", "audio/wav");
        assertThat(file.type()).isEqualTo("audio/wav");
        assertThat(SoundFiles.decode(file.body()).samples()).containsExactly(2, -4, 6);
        JsonNode audio = output(form("amplify", "audio", "audio/wav", WAV), "audio");
        assertThat(audio.path("content_type").asString()).isEqualTo("audio/wav");
        assertThat(running.post("/flows/amplify", "audio/wav", WAV, "Accept", "image/png").status())
                .isEqualTo(406);
    }

    @Test
    void refusesWhatDoesNotFit() {
        byte[] text = "not a file".getBytes(StandardCharsets.UTF_8);
        assertThat(running.post("/flows/invert", "image/png", text).status()).isEqualTo(400);
        assertThat(running.post("/flows/invert", "text/plain", text).error())
                .contains("cannot be of type 'text/plain'");
        assertThat(running.post("/flows/say", "text/plain", new byte[] {(byte) 0xff, 1}).error())
                .contains("not UTF-8");
        assertThat(running.post("/flows/say", "application/x-www-form-urlencoded", text).error())
                .contains("Content-Type: application/json");
        assertThat(running.json("/flows/say", "{\"input\":\"a\",\"inputs\":{}}").error())
                .contains("both 'input' and 'inputs'");
        assertThat(running.json("/flows/say", "{\"other\":1}").error()).contains("unknown field");
        assertThat(running.json("/flows/say", "{}").error()).contains("lacks its input text");
        assertThat(running.json("/flows/invert", "{\"input\":\"%%%\"}").error())
                .contains("not base64");
        assertThat(form("say", "other", "", text).error()).contains("no input 'other'");
    }

    @Test
    void saysWhatIsWrongWithJson() {
        assertThat(running.json("/flows/say", "{\"input\":\"a\",\n \"input\":\"b\"}").error())
                .contains("line 2, column ", "Duplicate", "Maybe give each name once");
        assertThat(running.json("/flows/say", "{\"input\":NaN}").error())
                .contains("'NaN'", "Maybe take another number")
                .doesNotContain("ALLOW_NON_NUMERIC");
        assertThat(running.json("/flows/say", "{'input':1}").error())
                .contains("line 1, column 2", "Maybe a quote");
        assertThat(running.json("/flows/say", "[".repeat(100)).error())
                .contains("Maybe nest at most 32 deep")
                .doesNotContain("StreamReadConstraints");
    }

    private Answer form(String flow, String name, String type, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String head =
                "--XX\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n%s\r\n"
                        .formatted(name, type.isEmpty() ? "" : "Content-Type: " + type + "\r\n");
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        out.writeBytes("\r\n--XX--\r\n".getBytes(StandardCharsets.UTF_8));
        return running.post(
                "/flows/" + flow, "multipart/form-data; boundary=XX", out.toByteArray());
    }

    private static JsonNode output(Answer answer, String name) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("outputs").path(name);
    }

    private static String base64(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }
}
