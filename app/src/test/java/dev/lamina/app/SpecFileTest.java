package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.app.SpecFile.Entry;
import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecFileTest {
    private static final List<String> KNOWN = List.of("rank", "max-steps", "lr", "targets");

    @TempDir Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("s.yaml"), text);
    }

    @Test
    void valuesAreAsTheFlagsTakeThem() throws IOException {
        Path file =
                write(
                        "# a comment\nrank: 8\nlr: 1e-3\ntargets: [query, value]\nmax-steps: '0x10'\n");
        assertThat(SpecFile.read(file, KNOWN).entries())
                .containsEntry("rank", new Entry("8", 2))
                .containsEntry("lr", new Entry("1e-3", 3))
                .containsEntry("targets", new Entry("query,value", 4))
                .containsEntry("max-steps", new Entry("0x10", 5));
    }

    @Test
    void emptyFileSaysNothing() throws IOException {
        assertThat(SpecFile.read(write(""), KNOWN).entries()).isEmpty();
        assertThat(SpecFile.read(write("# only this\n"), KNOWN).entries()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rank: 8;max-step: 3        | line 2: unknown key 'max-step'  | you meant 'max-steps'
                    rank: 8;colour: red        | line 2: unknown key 'colour'    | take one of rank, max-steps
                    rank: 8;rank: 9            | line 2: key 'rank' is there twice | remove one
                    rank: {a: 1}               | line 1: key 'rank' has no plain | --rank takes it
                    rank:                      | line 1: key 'rank' has no plain | --rank takes it
                    targets: [[query]]         | line 1: key 'targets' has no    | --targets takes it
                    - rank                     | line 1: is not a list of        | rank: 16
                    just words                 | line 1: is not a list of        | rank: 16
                    rank: 8;  lr: [            | line 2: not valid YAML          | indentation
                    rank: "8                   | not valid YAML                  | quote
                    """)
    void saysWhatIsWrongAndWhere(String text, String problem, String maybe) throws IOException {
        Path file = write(text.replace(';', '\n') + "\n");
        assertThatThrownBy(() -> SpecFile.read(file, KNOWN))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("s.yaml")
                .hasMessageContaining(problem)
                .hasMessageContaining(maybe);
    }

    @Test
    void filesThatAreNoSpecs() throws IOException {
        assertThatThrownBy(() -> SpecFile.read(folder, KNOWN))
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> SpecFile.read(folder.resolve("no.yaml"), KNOWN))
                .hasMessageContaining("does not exist");
        Path binary =
                Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> SpecFile.read(binary, KNOWN)).hasMessageContaining("not UTF-8");
        Path large = Files.write(folder.resolve("l.yaml"), new byte[2 << 20]);
        assertThatThrownBy(() -> SpecFile.read(large, KNOWN)).hasMessageContaining("too many");
    }

    /// The parser hands out an alias's name instead of its value, and "billion laughs" are made of
    /// them.
    @Test
    void aliasesAreRefused() throws IOException {
        Path file = write("rank: &a 8\nmax-steps: *a\n");
        assertThatThrownBy(() -> SpecFile.read(file, KNOWN))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("line 2: key 'max-steps' has no plain value");
    }
}
