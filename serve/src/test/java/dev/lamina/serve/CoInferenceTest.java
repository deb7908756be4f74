package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Co-inference equals inference in one place, wherever the flow is cut.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoInferenceTest {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Map<String, Value> INPUT =
            Map.of("text", new Value.Text("a small boat with two sails"));

    private final ServiceKinds kinds = ServiceKinds.installed();
    private final Catalogue whole = catalogue();
    private final LocalNode device =
            new LocalNode(LocalNode.Config.of("device"), kinds, NodeListener.NONE);
    private final LocalNode node =
            new LocalNode(LocalNode.Config.of("node"), kinds, NodeListener.NONE);
    private float[] expected = new float[0];

    @BeforeAll
    void uncut() {
        try (CoInferenceRunner runner =
                new CoInferenceRunner(kinds, new CoInference(whole, List.of()), device, node)) {
            expected = vector(runner);
        }
        assertThat(node.status().replicas()).isEmpty();
    }

    @AfterAll
    void close() {
        device.close();
        node.close();
    }

    private static float[] vector(CoInferenceRunner runner) {
        Map<String, Value> outputs = runner.run(INPUT, DEADLINE);
        assertThat(Inputs.integer(outputs, "tokens", 0)).as("[CLS], six words, [SEP]").isEqualTo(8);
        return outputs.get("embedding") instanceof Value.Floats f
                ? f.tensor().values()
                : new float[0];
    }

    private static <T> SequencedMap<String, T> map(Object... pairs) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            @SuppressWarnings("unchecked")
            T value = (T) pairs[i + 1];
            map.put((String) pairs[i], value);
        }
        return map;
    }

    private Catalogue catalogue() {
        FlowSpec embed =
                new FlowSpec(
                        "embed",
                        "",
                        map("text", ValueType.TEXT),
                        map(
                                "tokens",
                                new Step("embedding", map("text", new Source.Input("text"))),
                                "blocks",
                                new Step(
                                        "minilm",
                                        map("hidden", new Source.Output("tokens", "hidden"))),
                                "vector",
                                new Step(
                                        "sentence",
                                        map("hidden", new Source.Output("blocks", "hidden")))),
                        map(
                                "embedding",
                                new Source.Output("vector", "vector"),
                                "tokens",
                                new Source.Output("tokens", "tokens")));
        FlowSpec same =
                new FlowSpec(
                        "same",
                        "",
                        map("text", ValueType.TEXT),
                        map(
                                "tokens",
                                new Step("embedding", map("text", new Source.Input("text"))),
                                "vector",
                                new Step(
                                        "sentence",
                                        map("hidden", new Source.Output("tokens", "hidden")))),
                        map("embedding", new Source.Output("vector", "vector")));
        return Catalogue.check(
                kinds,
                List.of(
                        FakeKinds.spec("embedding", "text-embedding", "model", "minilm"),
                        FakeKinds.spec("minilm", "backbone", "model", "minilm"),
                        FakeKinds.spec("sentence", "pooling", "model", "minilm")),
                List.of(embed, same),
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void everyCutGivesTheSameVector(int cut) {
        CoInference parts = CoInference.cut(kinds, whole, "embed", cut, 6);
        assertThat(parts.remote()).hasSize(cut == 6 ? 0 : 1);
        assertThat(parts.catalogue().services().containsKey("minilm-lower"))
                .isEqualTo(cut > 0 && cut < 6);
        assertThat(parts.catalogue().services().containsKey("embedding"))
                .as("the text itself crosses only at 0")
                .isEqualTo(cut > 0);
        try (CoInferenceRunner runner =
                new CoInferenceRunner(kinds, parts.named("c"), device, node)) {
            float[] vector = vector(runner);
            assertThat(vector).hasSameSizeAs(expected);
            for (int i = 0; i < vector.length; i++) {
                assertThat(vector[i]).isCloseTo(expected[i], within(1e-5f));
            }
        }
        assertThat(node.status().replicas()).as("what was loaded is gone").isEmpty();
    }

    @Test
    void whatCannotBeCutIsRefused() {
        assertThatThrownBy(() -> CoInference.cut(kinds, whole, "embed", 7, 6))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("cut 7 is outside 0..6");
        assertThatThrownBy(() -> CoInference.cut(kinds, whole, "same", 1, 6))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has 0 steps of kind backbone");
        assertThatThrownBy(() -> CoInference.cut(kinds, whole, "none", 1, 6))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("there is no flow 'none'");
    }

    @Test
    void theBestCutFollowsFromWhatIsMeasured() {
        LinkMeasure fast = new LinkMeasure(1e-3, 1e8);
        LinkMeasure slow = new LinkMeasure(50e-3, 1e5);
        assertThat(new CutEstimate(6, 10e-3, 1e-3, fast, 50, 30_000).best()).isZero();
        assertThat(new CutEstimate(6, 1e-3, 1e-3, slow, 50, 30_000).best()).isEqualTo(6);
        CutEstimate e = new CutEstimate(6, 2e-3, 1e-3, fast, 50, 30_000);
        assertThat(e.seconds(2)).isCloseTo(4e-3 + 1e-3 + 3e-4 + 4e-3, within(1e-12));
        for (int k = 0; k <= 6; k++) {
            assertThat(e.seconds(e.best())).isLessThanOrEqualTo(e.seconds(k));
        }
    }

    @Test
    void aNodesSpeedIsMeasuredByItself() {
        CutEstimate estimate =
                CutMeasure.of(
                        whole,
                        java.util.Objects.requireNonNull(whole.flows().get("embed")),
                        device,
                        node,
                        "a small boat",
                        new TensorCodec.Fp16());
        assertThat(estimate.layers()).isEqualTo(6);
        assertThat(estimate.hiddenBytes()).isEqualTo(5 * 384 * 2); // [CLS] a small boat [SEP]
        assertThat(estimate.deviceBlockSeconds()).isBetween(1e-5, 1.0);
        assertThat(estimate.nodeBlockSeconds()).isBetween(1e-5, 1.0);
        assertThat(node.status().replicas()).isEmpty();
    }
}
