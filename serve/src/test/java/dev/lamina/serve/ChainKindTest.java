package dev.lamina.serve;

import static dev.lamina.serve.FakeKinds.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainKindTest {
    private final FakeKinds fakes = new FakeKinds();
    private final ChainKind chain = new ChainKind(fakes::kinds);

    private static Settings parts(Object... parts) {
        return settings("parts", List.of(parts));
    }

    private static float length(Outcome outcome) {
        return outcome.outputs().get("length") instanceof Value.Floats f
                ? f.tensor().values()[0]
                : Float.NaN;
    }

    @Test
    void eachPartFeedsTheNext() {
        Settings settings =
                parts(
                        Map.of("kind", "upper", "prefix", "1:"),
                        Map.of("kind", "fussy"),
                        Map.of("kind", "length"));
        assertThat(chain.signature(settings).inputs()).containsExactly(FakeKinds.text("text"));
        assertThat(chain.signature(settings).outputs()).containsExactly(FakeKinds.LENGTH);
        assertThat(chain.memoryBytes(settings)).isEqualTo(3 << 20);
        try (Service service = chain.load(settings)) {
            List<Outcome> outcomes =
                    service.run(
                            List.of(
                                    Map.of("text", new Value.Text("abc")),
                                    Map.of("text", new Value.Text("abcde"))));
            assertThat(outcomes).extracting(outcome -> length(outcome)).containsExactly(5f, 7f);
        }
        assertThat(fakes.live).hasValue(0);
    }

    @Test
    void whatNoLaterPartTakesComesOut() {
        Settings settings = parts(Map.of("kind", "counted"), Map.of("kind", "upper"));
        assertThat(chain.signature(settings).outputs())
                .containsExactly(FakeKinds.LENGTH, FakeKinds.text("text"));
        try (Service service = chain.load(settings)) {
            Outcome outcome =
                    service.run(List.of(Map.of("text", new Value.Text("abc")))).getFirst();
            assertThat(outcome.outputs()).containsOnlyKeys("length", "text");
            assertThat(length(outcome)).isEqualTo(3f);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> chain.signature(parts()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("parts is empty");
        assertThatThrownBy(() -> chain.signature(parts(Map.of("prefix", "x"))))
                .hasMessageContaining("part 1 has no kind");
        assertThatThrownBy(() -> chain.signature(parts(Map.of("kind", "chain"))))
                .hasMessageContaining("a chain in a chain");
        assertThatThrownBy(() ->
                        chain.signature(parts(Map.of("kind", "length"), Map.of("kind", "upper"))))
                .hasMessageContaining("upper lacks its input text");
        assertThatThrownBy(() -> chain.signature(settings("parts", "x")))
                .hasMessageContaining("parts: 'x' is not a list of maps");
    }

    @Test
    void partsThatWereLoadedAreClosedWhenOneFails() {
        assertThatThrownBy(() ->
                        chain.load(
                                parts(
                                        Map.of("kind", "upper"),
                                        Map.of("kind", "upper", "prefixx", "1"))))
                .isInstanceOf(BadInputException.class);
        assertThat(fakes.live).hasValue(0);
    }
}
