package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextEmbeddingKindTest {

    @Test
    void countsTheTokensThatItTakes() {
        try (TextServices services = new TextServices()) {
            Service embedding = services.load("text-embedding", "model", "minilm", "maxTokens", 16);
            List<Map<String, Value>> outputs =
                    TextServices.run(
                            TextServices.texts(List.of("", "a boat", "a boat ".repeat(10_000))),
                            embedding);
            assertThat(outputs)
                    .extracting(o -> Inputs.integer(o, "tokens", 0))
                    .containsExactly(2L, 4L, 16L);
            assertThat(outputs)
                    .extracting(o -> TextServices.floats(o, "hidden").shape()[0])
                    .containsExactly(2L, 4L, 16L);
        }
    }

    /// One that nobody can read in full fails alone, not with the others of its batch.
    @Test
    void refusesABook() {
        try (TextServices services = new TextServices()) {
            Service embedding = services.load("text-embedding", "model", "minilm");
            List<Outcome> outcomes =
                    embedding.run(TextServices.texts(List.of("x".repeat(1_000_000), "a boat")));
            assertThatThrownBy(() -> outcomes.getFirst().outputs())
                    .isInstanceOf(ServeException.class)
                    .hasMessageContaining("text has 1000000 characters")
                    .hasMessageContaining("Maybe send at most 262144");
            assertThat(outcomes.getLast().outputs()).containsKey("hidden");
        }
    }
}
