package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.app.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bad input ends with exit code 2 and two lines, before any work, and leaves nothing behind.
class BadInputTest {
    @TempDir Path folder;
    private CommandLineFixture lamina;

    @BeforeEach
    void start() {
        lamina = new CommandLineFixture(folder.resolve("runs"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    (none)                            | no command
                    fintune                           | unknown command 'fintune'
                    runs                              | no subcommand
                    data                              | no subcommand
                    certs                             | no subcommand
                    certs device pi --dir nowhere     | nowhere
                    finetune --shceme shared          | Unknown option: '--shceme'
                    finetune --rank                   | --rank
                    finetune --rank abc               | 'abc' is not an int
                    finetune --rank 0                 | rank 0
                    finetune --rank 10000             | rank 10000
                    finetune --cut 99                 | cut 99
                    finetune --cut x                  | --cut x
                    finetune --cut 1,2                | cut
                    finetune --devices 0              | devices 0
                    finetune --devices nowhere.yaml   | nowhere.yaml
                    finetune --devices 20000000       | devices 20000000
                    finetune --lr NaN                 | lr NaN
                    finetune --lr 0                   | lr 0.0
                    finetune --epochs -1              | epochs -1.0
                    finetune --batch 0                | batch 0
                    finetune --scheme magic           | magic
                    finetune --schedule magic         | magic
                    finetune --codec fp64             | fp64
                    finetune --codec topk:0.1         | topk:0.1 is for activations
                    finetune --codec topk:x           | 'topk:x'
                    finetune --order none             | none
                    finetune --targets query,soul     | soul
                    finetune --partition dirichlet:x  | dirichlet:x
                    finetune --seq-len 100000         | seq-len 100000
                    finetune --rank 4,8 --aggregation svd | rank names 2 numbers
                    finetune --rank 4,8,16,4,8,16     | needs equal ranks
                    finetune --rank 4,x               | --rank
                    finetune --aggregation median     | 'median'
                    finetune --scheme central --aggregation svd | aggregation svd
                    finetune --data nowhere.csv       | nowhere.csv
                    finetune --model nowhere          | nowhere
                    finetune a.yaml b.yaml            | 'b.yaml'
                    finetune nowhere.yaml             | nowhere.yaml
                    finetune --resume nowhere         | nowhere
                    finetune --out /dev/null/x        | /dev/null/x
                    finetune --json /nowhere/x.json   | /nowhere/x.json
                    profiles jetson                   | 'jetson'
                    profiles m3 m4                    | 'm4'
                    runs show 7                       | '7'
                    runs compare 1                    | ID|DIR
                    data inspect nowhere.csv          | nowhere.csv
                    data convert wordnet x --format y | 'y'
                    data split                        | --out
                    data split --out x --partition y  | 'y'
                    data split --out x --devices 0    | devices 0
                    """)
    void oneProblemAndOneHint(String command, String named) throws IOException {
        List<String> words = command.equals("(none)") ? List.of() : List.of(command.split(" "));
        Outcome outcome = lamina.run(words.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains(named);
        assertThat(outcome.err().lines().filter(line -> !line.startsWith("preparing ")))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("Maybe ");
        assertThat(outcome.out()).isEmpty();
        assertThat(filesLeft()).isEmpty();
    }

    private List<Path> filesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> !path.equals(folder) && !path.endsWith("runs")).toList();
        }
    }

    @Test
    void suggestsTheNearestName() {
        assertThat(lamina.run("fintune").err()).contains("Maybe you meant 'finetune'");
        assertThat(lamina.run("finetune", "--shceme", "shared").err())
                .contains("Maybe you meant '--scheme'");
        assertThat(lamina.run("frobnicate").err()).contains("Maybe give one of finetune, server");
    }

    @Test
    void outMustBeNewOrEmpty() throws IOException {
        Files.writeString(folder.resolve("note.txt"), "mine");
        assertThat(lamina.run("finetune", "--out", folder).problem()).contains("is not empty");
        assertThat(lamina.run("finetune", "--out", folder.resolve("note.txt")).problem())
                .contains("is a file");
        assertThat(folder.resolve("note.txt")).hasContent("mine");
    }

    @Test
    void emptyOutThatExistedStays() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        assertThat(lamina.run("finetune", "--out", out, "--data", "nowhere.csv").exitCode())
                .isEqualTo(2);
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void stackTraceOnlyWithDebug() {
        assertThat(lamina.run("finetune", "--rank", 0).err()).doesNotContain("\tat ");
        assertThat(lamina.run("finetune", "--rank", 0, "--debug").err())
                .contains("\tat dev.lamina");
    }
}
