package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.gateway.Running.Answer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Embeddings as clients of OpenAI ask for them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiTest {
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
    void modelsAreTheFlowsThatEmbed() {
        JsonNode models = running.get("/v1/models").json();
        assertThat(models.path("object").asString()).isEqualTo("list");
        assertThat(models.path("data").valueStream().map(m -> m.path("id").asString()))
                .containsExactlyInAnyOrder("embed", "embed-uncounted");
        assertThat(running.get("/v1/models/embed").json().path("object").asString())
                .isEqualTo("model");
        assertThat(running.get("/v1/models/say").status()).isEqualTo(404);
    }

    @Test
    void oneTextOrSeveral() {
        JsonNode one = embed("\"abc\"", "").json();
        assertThat(one.path("object").asString()).isEqualTo("list");
        assertThat(one.path("model").asString()).isEqualTo("embed");
        assertThat(one.path("data").size()).isEqualTo(1);
        JsonNode several = embed("[\"abc\",\"d\"]", ",\"user\":\"me\",\"dimensions\":4").json();
        assertThat(several.path("data").path(1).path("index").asInt()).isEqualTo(1);
        assertThat(several.path("data").path(1).path("object").asString()).isEqualTo("embedding");
        assertThat(several.path("data").path(0)).isEqualTo(one.path("data").path(0));
        assertThat(several.path("usage").path("prompt_tokens").asInt()).isEqualTo(4);
        assertThat(several.path("usage").path("total_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void nobodyCountsIsZero() {
        JsonNode json =
                running.json("/v1/embeddings", "{\"model\":\"embed-uncounted\",\"input\":\"x\"}")
                        .json();
        assertThat(json.path("usage").path("total_tokens").asInt(-1)).isZero();
    }

    @Test
    void base64HoldsTheSameNumbers() {
        JsonNode plain = embed("\"abcde\"", "").json().path("data").path(0).path("embedding");
        String text =
                embed("\"abcde\"", ",\"encoding_format\":\"base64\"")
                        .json()
                        .path("data")
                        .path(0)
                        .path("embedding")
                        .asString();
        ByteBuffer bytes =
                ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.remaining()).isEqualTo(16);
        for (int i = 0; i < 4; i++) {
            assertThat(bytes.getFloat(4 * i)).isEqualTo((float) plain.path(i).asDouble());
        }
    }

    @Test
    void asManyTextsAsOpenAiTakesAndNoMore() {
        assertThat(embed(texts(2048), "").json().path("data").size()).isEqualTo(2048);
        assertThat(embed(texts(2049), "").error()).contains("2049 texts");
    }

    private static String texts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"t" + i + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,2] | `` | token numbers",
                "[[1,2]] | `` | token numbers",
                "[] | `` | neither a text",
                "7 | `` | neither a text",
                "\"\" | `` | empty text",
                "[\"a\",null] | `` | no text",
                "\"a\" | ,\"dimensions\":3 | dimensions 3 is not 4",
                "\"a\" | ,\"encoding_format\":\"int8\" | encoding_format 'int8'",
                "\"a\" | ,\"encodings\":1 | unknown field 'encodings'",
            })
    void refuses(String input, String more, String message) {
        Answer answer = embed(input, more);
        assertThat(answer.status()).isEqualTo(400);
        JsonNode error = answer.json().path("error");
        assertThat(error.path("message").asString()).contains(message);
        assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.has("param")).isTrue();
        assertThat(error.has("code")).isTrue();
    }

    @Test
    void unknownModelsAreNotFound() {
        Answer answer = running.json("/v1/embeddings", "{\"model\":\"gpt\",\"input\":\"x\"}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("error").path("code").asString())
                .isEqualTo("model_not_found");
        Answer say = running.json("/v1/embeddings", "{\"model\":\"say\",\"input\":\"x\"}");
        assertThat(say.error()).contains("flow say makes no embeddings");
    }

    private Answer embed(String input, String more) {
        return running.json(
                "/v1/embeddings", "{\"model\":\"embed\",\"input\":" + input + more + "}");
    }
}
