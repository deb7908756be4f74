package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowFileTest {
    private static final String GOOD =
            """
            services:
              up: {kind: upper, prefix: "> "}
              both: {kind: join, version: "2"}
            flows:
              shout:
                description: says it twice
                inputs: {text: text}
                steps:
                  a: {service: up, text: text}
                  b: {service: both, left: a.text, right: =!}
                outputs: {text: b.text}
            placement:
              node-a: [up, both]
            """;

    @TempDir private Path directory;

    private Catalogue read(String yaml) throws IOException {
        Path file = directory.resolve("flows.yaml");
        Files.writeString(file, yaml);
        return FlowFile.read(file, new FakeKinds().kinds());
    }

    @Test
    void readsServicesFlowsAndPlacement() throws IOException {
        Catalogue catalogue = read(GOOD);
        assertThat(catalogue.services().keySet()).containsExactly("up", "both");
        assertThat(Objects.requireNonNull(catalogue.services().get("both")).id())
                .isEqualTo("both@2");
        Flow flow = Objects.requireNonNull(catalogue.flows().get("shout"));
        assertThat(flow.signature().inputs())
                .containsExactly(new Port("text", ValueType.TEXT, false));
        assertThat(flow.signature().outputs()).containsExactly(FakeKinds.text("text"));
        assertThat(catalogue.placement().get("node-a")).containsExactly("up", "both");
    }

    @Test
    void pathsAreRelativeToTheFile() throws IOException {
        Settings settings = Objects.requireNonNull(read(GOOD).services().get("up")).settings();
        assertThat(settings.resolve("x")).isEqualTo(directory.resolve("x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    kind: upper, pre   | kind: uper, pre    | service up: unknown kind of service 'uper'
                    prefix: "> "       | suffix: "> "       | service up: unknown setting 'suffix'
                    prefix: "> "       | prefix: [1]        | prefix: '[1]' is not a text
                    version: "2"       | version: "2/3"     | version '2/3'
                    service: up,       | service: upp,      | service 'upp' is not declared
                    left: a.text       | left: c.text       | 'c.text' is of no step
                    left: a.text       | left: a.txt        | step a has no output 'txt'
                    left: a.text       | left: txt          | 'txt' is no input of the flow
                    left: a.text,      | middle: a.text,    | service both lacks its input left
                    right: =!          | right: =!, x: =1   | service both has no input 'x'
                    text: text}        | text: sound}       | type 'sound' is not known
                    inputs: {text: text} | inputs: {text: audio} | input text: text cannot be text, which is audio
                    a: {service: up, text: text} | a: {service: up, text: b.text} | wait for each other
                    outputs: {text: b.text} | outputs: {text: a.text} | no output of step 'b' is used
                    outputs: {text: b.text} | outputs: {}    | has no outputs
                    inputs: {text: text} | inputs: {text: text, more: text} | input 'more' is not used
                    shout:             | up:                | 'up' is a service and a flow
                    [up, both]         | [up, none]         | service 'none' is not declared
                    placement:         | places:            | unknown key 'places'
                    shout:             | sh out:            | flows: name 'sh out'
                    up: {kind          | both: {kind        | line
                    """)
    void saysWhatIsWrong(String from, String to, String message) {
        assertThat(GOOD).contains(from);
        assertThatThrownBy(() -> read(GOOD.replace(from, to)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("flows.yaml")
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    services: {a: b\\nflows: c    | line 2: .*Maybe the indentation is wrong
                    services:\\n\\ta: b           | line 2: found character.*Maybe .*tab
                    services: 1\\nservices: 2     | line 2: Duplicate.*Maybe give one of them
                    """)
    void saysWhereTheYamlIsBroken(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml.replace("\\n", "\n").replace("\\t", "\t")))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching("(?s).*flows.yaml: " + message + ".*");
    }

    @Test
    void refusesWhatIsNoMap() {
        assertThatThrownBy(() -> read("- a\n- b\n"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("not a map");
        assertThatThrownBy(() -> read("")).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> FlowFile.read(directory, new FakeKinds().kinds()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is no file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    floats[?,384] | floats[?,384]
                    floats[]      | floats[]
                    integers[3]   | integers[3]
                    image         | image
                    """)
    void typesAreWrittenAsTheyAreRead(String text, String shown) {
        assertThat(FlowFile.type(text)).hasToString(shown);
    }
}
