package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferCommandTest {
    private static final Path RECIPES = Path.of("..", "recipes");

    @TempDir Path directory;

    private Outcome infer(String flags) {
        return new CommandLineFixture(directory)
                .line(
                        "infer "
                                + flags.replace("RECIPES", RECIPES.toString())
                                        .replace("HERE", directory.toString())
                                + " --flows "
                                + RECIPES.resolve("flows.yaml"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    label                                         | lacks its input text
                    label --text x --image RECIPES/samples/sign.png | takes no image
                    label --text x --save lable=HERE/x            | --save lable: flow label has no such output
                    label --text x --cut 2                        | --cut and --codec without --node
                    label --text x --codec fp16                   | --cut and --codec without --node
                    label --text x --node 127.0.0.1:1 --cut x     | --cut x is no number
                    read-label --image RECIPES/flows.yaml         | flows.yaml: picture:
                    listen-label --audio RECIPES/samples/sign.png | sign.png: sound:
                    read-label --image HERE/none.png              | cannot read
                    none --text x                                 | there is no flow 'none'
                    """)
    void oneProblemAndOneHint(String flags, String named) {
        Outcome outcome = infer(flags);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains(named.strip());
        assertThat(outcome.err().lines()).hasSize(2).last().asString().startsWith("Maybe ");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void outputsAreSavedAsWhatTheyAre() throws IOException {
        Path vector = directory.resolve("vector.json");
        Outcome outcome = infer("embed --text boat --save embedding=" + vector);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsPattern("tokens +3\n");
        assertThat(Files.readString(vector)).matches("\\[-?\\d.*, .*\\d]");
    }
}
