package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kinds text-embedding, backbone and pooling on the bundled models, against [dev.lamina.lam.Bert]
/// in the training engine.
class BackboneKindTest {
    private static final double CLOSE = 1e-5;
    private static final List<String> TEXTS =
            List.of(
                    "the cat sits on the mat",
                    "a kitten is resting on a rug",
                    "stock markets fell sharply today",
                    "",
                    "one",
                    "the quick brown fox jumps over the lazy dog while the small black cat of our"
                            + " neighbours watches from the roof of a long red shed near the river");
    private static final Map<String, String> WORDNET = Map.of("wordnet", "adapters/wordnet");

    private static final TextServices SERVICES = new TextServices();
    private static final Service EMBEDDING = SERVICES.load("text-embedding", "model", "minilm");
    private static final Service ALL = SERVICES.load("backbone", "model", "minilm");
    private static final Service ADAPTED =
            SERVICES.load("backbone", "model", "minilm", "adapters", WORDNET);

    @AfterAll
    static void free() {
        SERVICES.close();
    }

    private static List<Map<String, Value>> embedded() {
        return TextServices.run(TextServices.texts(TEXTS), EMBEDDING);
    }

    private static FloatTensor hidden(Map<String, Value> values) {
        return TextServices.floats(values, "hidden");
    }

    private static void assertClose(
            List<Map<String, Value>> ours, List<FloatTensor> theirs, double bound) {
        for (int i = 0; i < theirs.size(); i++) {
            assertThat(TextServices.difference(hidden(ours.get(i)), theirs.get(i)))
                    .as(TEXTS.get(i))
                    .isLessThan(bound);
        }
    }

    private static List<FloatTensor> hidden(List<Map<String, Value>> all) {
        return all.stream().map(BackboneKindTest::hidden).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "minilm, 0.52844, -0.06861, -0.09117, 0.6427, 0.0526",
        "bge-small, 0.30916, -0.19882, 0.06612, 0.7712, 0.2950"
    })
    void reproducesTheGoldenValuesOfAnIndependentImplementation(
            String model, float a, float b, float c, double near, double far) {
        try (TextServices services = new TextServices()) {
            List<Map<String, Value>> states =
                    TextServices.run(
                            TextServices.texts(TEXTS.subList(0, 3)),
                            services.load("text-embedding", "model", model),
                            services.load("backbone", "model", model));
            float[] golden = {a, b, c};
            for (int i = 0; i < 3; i++) {
                assertThat(hidden(states.getFirst()).values()[i])
                        .isCloseTo(golden[i], within(2e-5f));
            }
            List<Map<String, Value>> vectors =
                    TextServices.run(states, services.load("pooling", "model", model));
            assertThat(cosine(services, vectors.get(0), vectors.get(1)))
                    .isCloseTo(near, within(1e-4));
            assertThat(cosine(services, vectors.get(0), vectors.get(2)))
                    .isCloseTo(far, within(1e-4));
        }
    }

    private static double cosine(
            TextServices services, Map<String, Value> a, Map<String, Value> b) {
        Map<String, Value> pair =
                Map.of(
                        "left",
                        new Value.Floats(TextServices.floats(a, "vector")),
                        "right",
                        new Value.Floats(TextServices.floats(b, "vector")));
        return TextServices.floats(
                        TextServices.run(List.of(pair), services.load("similarity")).getFirst(),
                        "score")
                .values()[0];
    }

    @Test
    void embeddingBlocksAndAdapterAreThoseOfTheTrainingEngine() {
        Adapter adapter = AdapterFiles.load(TextServices.RECIPES.resolve("adapters/wordnet"));
        List<FloatTensor> embeddings = new ArrayList<>();
        List<FloatTensor> plain = new ArrayList<>();
        List<FloatTensor> adapted = new ArrayList<>();
        try (Backbone backbone = Backbone.load("minilm", 0);
                Parameters parameters = new Parameters(backbone.manager(), adapter.tensors())) {
            Segment first = new Segment(backbone.bert().embeddings(), 0, List.of(), null);
            Segment all =
                    new Segment(backbone.bert().embeddings(), 0, backbone.bert().blocks(), null);
            Segment changed = adapter.lora().attach(all, parameters, Dropout.OFF);
            for (String text : TEXTS) {
                embeddings.add(run(backbone, first, text));
                plain.add(run(backbone, all, text));
                adapted.add(run(backbone, changed, text));
            }
        }
        List<Map<String, Value>> ours = embedded();
        assertClose(ours, embeddings, CLOSE);
        assertClose(TextServices.run(ours, ALL), plain, CLOSE);
        assertClose(TextServices.run(ours, ADAPTED), plain, CLOSE);
        assertClose(
                TextServices.run(TextServices.withAdapter(ours, "wordnet"), ADAPTED),
                adapted,
                2 * CLOSE);
        assertClose(TextServices.run(TextServices.withAdapter(ours, ""), ADAPTED), plain, CLOSE);
        assertThat(TextServices.difference(plain.getFirst(), adapted.getFirst()))
                .isGreaterThan(0.1);
    }

    private static FloatTensor run(Backbone backbone, Segment segment, String text) {
        try (NDManager scope = backbone.manager().newSubManager()) {
            TokenBatch batch = new TokenBatch(List.of(backbone.tokenizer().encode(text, 256)));
            FloatTensor state =
                    Autograd.withoutGradient(() ->
                            Tensors.toJava(
                                    segment.forward(
                                            batch.ids(scope),
                                            TokenBatch.mask(scope, batch.lengths()))));
            return new FloatTensor(new long[] {state.shape()[1], state.shape()[2]}, state.values());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void thePartsOfACutAreTheWhole(int cut) {
        List<Map<String, Value>> ours = embedded();
        List<FloatTensor> whole = hidden(TextServices.run(ours, ALL));
        try (TextServices services = new TextServices()) {
            Service lower = services.load("backbone", "model", "minilm", "blocks", "0-" + cut);
            Service upper = services.load("backbone", "model", "minilm", "blocks", cut + "-6");
            assertClose(TextServices.run(ours, lower, upper), whole, CLOSE);
        }
    }

    @Test
    void anItemsAnswerDoesNotDependOnItsBatch() {
        List<Map<String, Value>> ours = embedded();
        List<Map<String, Value>> mixed = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            List<Map<String, Value>> one = ours.subList(i, i + 1);
            mixed.addAll(i % 2 == 0 ? one : TextServices.withAdapter(one, "wordnet"));
        }
        List<Map<String, Value>> together = TextServices.run(mixed, ADAPTED);
        for (int i = 0; i < mixed.size(); i++) {
            List<Map<String, Value>> alone = TextServices.run(mixed.subList(i, i + 1), ADAPTED);
            assertThat(TextServices.difference(hidden(together.get(i)), hidden(alone.getFirst())))
                    .as(TEXTS.get(i))
                    .isLessThan(CLOSE);
        }
    }

    @Test
    void anUnknownAdapterAndTooLongAStateFailAlone() {
        Map<String, Value> good = embedded().getFirst();
        Map<String, Value> unknown = TextServices.withAdapter(List.of(good), "wordnett").getFirst();
        Map<String, Value> none = Map.of("hidden", new Value.Floats(FloatTensor.zeros(0, 384)));
        Map<String, Value> tooLong =
                Map.of("hidden", new Value.Floats(FloatTensor.zeros(513, 384)));
        List<Outcome> outcomes = ADAPTED.run(List.of(unknown, good, none, tooLong));
        assertThat(failure(outcomes.get(0)))
                .contains("unknown adapter 'wordnett'")
                .contains("wordnet");
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Done.class);
        assertThat(failure(outcomes.get(2))).contains("0 tokens");
        assertThat(failure(outcomes.get(3))).contains("513 tokens");
    }

    private static String failure(Outcome outcome) {
        ServeException error = ((Outcome.Failed) outcome).error();
        assertThat(error.reason()).isEqualTo(ServeException.Reason.BAD_INPUT);
        return String.valueOf(error.getMessage());
    }

    /// Bounds that the documentation states: least cosine between vectors of int8 and fp32.
    @ParameterizedTest
    @CsvSource({"minilm, 6, 0.97", "bge-small, 12, 0.97"})
    void int8BlocksBehindAnyCutStayCloseToFp32(String model, int layers, double bound) {
        try (TextServices services = new TextServices()) {
            List<Map<String, Value>> states =
                    TextServices.run(
                            TextServices.texts(TEXTS),
                            services.load("text-embedding", "model", model));
            Service pooling = services.load("pooling", "model", model);
            List<Map<String, Value>> exact =
                    TextServices.run(states, services.load("backbone", "model", model), pooling);
            for (int cut = 0; cut < layers; cut += layers / 6) {
                List<Map<String, Value>> lower =
                        cut == 0
                                ? states
                                : TextServices.run(
                                        states,
                                        services.load(
                                                "backbone", "model", model, "blocks", "0-" + cut));
                Service upper =
                        services.load(
                                "backbone",
                                "model",
                                model,
                                "precision",
                                "int8",
                                "blocks",
                                cut + "-" + layers);
                List<Map<String, Value>> near = TextServices.run(lower, upper, pooling);
                double least = 1;
                for (int i = 0; i < TEXTS.size(); i++) {
                    least = Math.min(least, cosine(services, exact.get(i), near.get(i)));
                }
                assertThat(least).as("cut %d", cut).isGreaterThan(bound).isLessThan(0.99999);
            }
        }
    }

    @Test
    void int8AnswersDoNotDependOnTheBatchEither() {
        List<Map<String, Value>> ours = embedded();
        Service int8 = SERVICES.load("backbone", "model", "minilm", "precision", "int8");
        List<FloatTensor> together = hidden(TextServices.run(ours, int8));
        for (int i = 0; i < ours.size(); i++) {
            assertThat(hidden(TextServices.run(ours.subList(i, i + 1), int8)).getFirst())
                    .isEqualTo(together.get(i));
        }
    }

    @Test
    void int8TablesStayCloseToFp32() {
        Service int8 = SERVICES.load("text-embedding", "model", "minilm", "precision", "int8");
        List<FloatTensor> exact = hidden(embedded());
        assertClose(TextServices.run(TextServices.texts(TEXTS), int8), exact, 0.2);
    }

    @Test
    void signaturesTellWhatGoesInAndOut() {
        assertThat(SERVICES.signature("text-embedding", "model", "minilm").outputs())
                .contains(new Port("hidden", ValueType.floats(-1, 384)));
        assertThat(SERVICES.signature("backbone", "model", "minilm").inputs())
                .containsExactly(new Port("hidden", ValueType.floats(-1, 384)));
        assertThat(SERVICES.signature("backbone", "model", "minilm", "adapters", WORDNET).inputs())
                .contains(new Port("adapter", ValueType.TEXT, true));
        assertThat(SERVICES.signature("pooling", "pooling", "cls").outputs())
                .containsExactly(new Port("vector", ValueType.floats(-1)));
        assertThat(SERVICES.signature("pooling", "model", "bge-small").outputs())
                .containsExactly(new Port("vector", ValueType.floats(384)));
    }

    @Test
    void settingsThatCannotBeUsedAreRefused() {
        refuses("backbone", "blocks: '0-7'", "model", "minilm", "blocks", "0-7");
        refuses("backbone", "blocks: '3-3'", "blocks", "3-3");
        refuses("backbone", "blocks: 'all'", "blocks", "all");
        refuses("backbone", "precision 'fp16'", "precision", "fp16");
        refuses("backbone", "adapters at precision int8", "precision", "int8", "adapters", WORDNET);
        refuses("backbone", "unknown setting 'layers'", "layers", "0-6");
        refuses("backbone", "no int8 variant", "model", "shape:2x16x2", "precision", "int8");
        refuses("backbone", "neither a bundled model", "model", "mini-lm");
        refuses("text-embedding", "maxTokens", "maxTokens", 513);
        refuses("pooling", "pooling 'max'", "pooling", "max");
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(
                        () -> SERVICES.load("backbone", "model", "bge-small", "adapters", WORDNET))
                .withMessageContaining("adapter wordnet");
    }

    private static void refuses(String kind, String problem, Object... settings) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> SERVICES.signature(kind, settings))
                .withMessageContaining(problem);
    }

    @Test
    void textIsCutAtTheMostTokensAndLinesAreJoined() {
        Service few = SERVICES.load("text-embedding", "model", "minilm", "maxTokens", 4);
        Map<String, Value> lines =
                Map.of("text", new Value.Text(List.of("the cat", "sits on the mat")));
        List<Map<String, Value>> items = List.of(lines, Map.of("text", new Value.Text("")));
        List<FloatTensor> states = hidden(TextServices.run(items, few));
        assertThat(states.get(0).shape()).containsExactly(4, 384);
        assertThat(states.get(1).shape()).containsExactly(2, 384); // [CLS] [SEP]
        assertThat(hidden(TextServices.run(List.of(lines), EMBEDDING)).getFirst())
                .isEqualTo(hidden(embedded()).getFirst());
    }
}
