package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Dropout;
import dev.lamina.lam.Head;
import dev.lamina.lam.HuggingFaceDirectory;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The flow of text-embedding, backbone with adapter, pooling and classifier against what
/// fine-tuning computes when it evaluates.
class ClassifierKindTest {
    private static final String WORDNET = "adapters/wordnet";

    /// Definitions written for this test, and what they define.
    private static final List<String> DEFINITIONS =
            List.of(
                    "a large wild cat with spots that hunts at night",
                    "a small bird that sings in the morning",
                    "a fish that lives on the bottom of the sea",
                    "a woman who repairs watches",
                    "someone who sells flowers in the market",
                    "a person who studies old languages",
                    "a tall tree with needles and cones",
                    "a green plant with yellow flowers",
                    "a machine that cuts grass",
                    "a tool for tightening screws",
                    "a town on the coast of southern Spain",
                    "the act of running away");

    private static final List<String> LABELS =
            List.of(
                    "animal",
                    "animal",
                    "animal",
                    "person",
                    "person",
                    "person",
                    "plant",
                    "plant",
                    "artifact",
                    "artifact",
                    "location",
                    "act");

    @Test
    void labelsAndScoresAreThoseOfFineTuning() {
        List<Map<String, Value>> classes = classify(DEFINITIONS);
        List<String> labels = classes.stream().map(values -> Inputs.line(values, "label")).toList();
        assertThat(labels).isEqualTo(LABELS);

        List<FloatTensor> expected = evaluated(DEFINITIONS);
        for (int i = 0; i < expected.size(); i++) {
            FloatTensor scores = TextServices.floats(classes.get(i), "scores");
            assertThat(TextServices.difference(scores, expected.get(i)))
                    .as(DEFINITIONS.get(i))
                    .isLessThan(1e-4);
        }
    }

    private static List<Map<String, Value>> classify(List<String> texts) {
        try (TextServices services = new TextServices()) {
            List<Map<String, Value>> tokens =
                    TextServices.run(
                            TextServices.texts(texts),
                            services.load("text-embedding", "model", "minilm"));
            return TextServices.run(
                    TextServices.withAdapter(tokens, "wordnet"),
                    services.load(
                            "backbone", "model", "minilm", "adapters", Map.of("wordnet", WORDNET)),
                    services.load("pooling", "model", "minilm", "normalise", false),
                    services.load("classifier", "from", WORDNET));
        }
    }

    /// As `Evaluation` of module `train` does: the whole model with its adapter, in a batch.
    private static List<FloatTensor> evaluated(List<String> texts) {
        Adapter adapter = AdapterFiles.load(TextServices.RECIPES.resolve(WORDNET));
        try (Backbone backbone = Backbone.load("minilm", 0);
                NDManager scope = backbone.manager().newSubManager();
                Parameters parameters = new Parameters(backbone.manager(), adapter.tensors())) {
            Backbone.Classifier classifier = adapter.classifier();
            Head head =
                    new Head(
                            backbone.pooling(),
                            Tensors.toEngine(scope, classifier.weight()),
                            Tensors.toEngine(scope, classifier.bias()));
            Segment whole = Segment.whole(backbone.bert(), head);
            Segment adapted = adapter.lora().attach(whole, parameters, Dropout.OFF);
            TokenBatch tokens = new TokenBatch(backbone.tokenizer().encode(texts, 256));
            FloatTensor all =
                    Autograd.withoutGradient(() ->
                            Tensors.toJava(
                                    adapted.forward(
                                                    tokens.ids(scope),
                                                    TokenBatch.mask(scope, tokens.lengths()))
                                            .softmax(1)));
            List<FloatTensor> rows = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                rows.add(all.slice(i, i + 1));
            }
            return rows;
        }
    }

    @Test
    void takesTheHeadOfARunOfAnAdapterAndOfAFineTunedModel(@TempDir Path folder) {
        Adapter adapter = AdapterFiles.load(TextServices.RECIPES.resolve(WORDNET));
        AdapterFiles.save(folder.resolve("run/adapter"), adapter);
        FloatTensor weight = FloatTensor.zeros(8, 16);
        weight.values()[3 * 16] = 9; // the fourth class where the first number is high
        try (Backbone tiny = Backbone.load("shape:1x16x2", 0)) {
            HuggingFaceDirectory.save(
                    folder.resolve("merged"),
                    tiny,
                    tiny.bert(),
                    new Backbone.Classifier(weight, FloatTensor.zeros(8), adapter.labels()));
        }
        FloatTensor vector = FloatTensor.zeros(16);
        vector.values()[0] = 1;
        try (TextServices services = new TextServices()) {
            assertThat(
                            services.signature(
                                            "classifier", "from", folder.resolve("run").toString())
                                    .inputs())
                    .containsExactly(new Port("vector", ValueType.floats(384)));
            String merged = folder.resolve("merged").toString();
            assertThat(services.signature("classifier", "from", merged).outputs())
                    .contains(new Port("scores", ValueType.floats(8)));
            Map<String, Value> answer =
                    TextServices.run(
                                    List.of(Map.of("vector", new Value.Floats(vector))),
                                    services.load("classifier", "from", merged))
                            .getFirst();
            assertThat(Inputs.line(answer, "label")).isEqualTo("communication");
            assertThat(TextServices.floats(answer, "scores").values()[3]).isGreaterThan(0.99f);
        }
    }

    @Test
    void directoriesWithoutAHeadAreRefused(@TempDir Path folder) throws java.io.IOException {
        try (TextServices services = new TextServices();
                Backbone tiny = Backbone.load("shape:1x16x2", 0)) {
            HuggingFaceDirectory.save(folder.resolve("plain"), tiny, tiny.bert(), null);
            Files.createDirectories(folder.resolve("empty"));
            refuses(services, folder.resolve("plain"), "has no classifier");
            refuses(services, folder.resolve("empty"), "adapter_config.json");
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> services.signature("classifier"))
                    .withMessageContaining("from is missing");
        }
    }

    private static void refuses(TextServices services, Path from, String problem) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> services.signature("classifier", "from", from.toString()))
                .withMessageContaining(problem);
    }
}
