package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models as Hugging Face directories and adapters as PEFT directories.
class FilesTest {
    private static final Lora LORA =
            new Lora(2, 4, 0.1, List.of(Lora.Target.QUERY, Lora.Target.OUTPUT));

    @TempDir Path temp;

    private Path model = Path.of("");

    @BeforeEach
    void saveAModel() {
        model = temp.resolve("model");
        try (Backbone tiny = Backbone.load("shape:2x16x4", 1)) {
            HuggingFaceDirectory.save(
                    model,
                    tiny,
                    tiny.bert(),
                    new Backbone.Classifier(
                            Models.random(1, "w", 1, 2, 16),
                            Models.random(1, "b", 1, 2),
                            List.of("no", "yes")));
        }
    }

    @Test
    void aSavedModelLoadsToTheSameWeightsAndClassifier() {
        try (Backbone tiny = Backbone.load("shape:2x16x4", 1);
                Backbone loaded = Backbone.load(model.toString(), 0)) {
            assertThat(loaded.bert().config()).isEqualTo(tiny.bert().config());
            assertThat(loaded.pooling()).isEqualTo(tiny.pooling());
            assertThat(java.util.Objects.requireNonNull(loaded.classifier()).labels())
                    .containsExactly("no", "yes");
            Map<String, ai.djl.ndarray.NDArray> expected = BertWeights.write(tiny.bert());
            BertWeights.write(loaded.bert())
                    .forEach((name, array) ->
                            assertThat(Tensors.toJava(array))
                                    .as(name)
                                    .isEqualTo(
                                            Tensors.toJava(
                                                    java.util.Objects.requireNonNull(
                                                            expected.get(name)))));
        }
    }

    @Test
    void namesAMissingTensorAWrongShapeAndAForeignTokenizer() throws Exception {
        rewrite(tensors -> tensors.remove("encoder.layer.1.output.dense.bias"));
        refused("tensor encoder.layer.1.output.dense.bias is missing");
        saveAModel();
        rewrite(tensors ->
                tensors.put(
                        "encoder.layer.0.attention.self.key.weight", FloatTensor.zeros(16, 15)));
        refused(
                "tensor encoder.layer.0.attention.self.key.weight has shape [16, 15], config.json asks for [16, 16]");
        saveAModel();
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("30522", "30000"));
        rewrite(tensors ->
                tensors.put("embeddings.word_embeddings.weight", FloatTensor.zeros(30000, 16)));
        refused("the tokenizer has 30522 tokens, the model 30000");
        saveAModel();
        Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"gpt2\""));
        refused("model_type is 'gpt2'");
        Files.writeString(config, "{");
        refused("config.json: not JSON");
        saveAModel();
        Files.writeString(model.resolve("tokenizer.json"), "{\"version\":\"1.0\"}");
        refused("tokenizer.json: not a tokenizer");
        Files.delete(model.resolve("tokenizer.json"));
        refused("has no tokenizer.json");
        assertThatThrownBy(() -> Backbone.load("mini-lm", 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'mini-lm'")
                .hasMessageContaining("minilm");
        assertThatThrownBy(() -> Backbone.load("shape:12x700x9", 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("700");
    }

    @Test
    void readsTensorsWithThePrefixOfAClassificationModel() throws Exception {
        rewrite(tensors -> {
            for (String name : new ArrayList<>(tensors.keySet())) {
                if (!name.startsWith("classifier")) {
                    tensors.put("bert." + name, Models.get(tensors, name));
                    tensors.remove(name);
                }
            }
        });
        try (Backbone loaded = Backbone.load(model.toString(), 0)) {
            assertThat(loaded.bert().blocks()).hasSize(2);
        }
    }

    @Test
    void anAdapterSurvivesPeftsFormat() {
        Adapter adapter =
                new Adapter(
                        "minilm",
                        LORA,
                        List.of("a", "b", "c"),
                        Models.trained(LORA, Models.TINY, 3, 4));
        Path directory = temp.resolve("adapter");
        AdapterFiles.save(directory, adapter);
        try (SafeTensorsFile file =
                SafeTensorsFile.open(directory.resolve("adapter_model.safetensors"))) {
            assertThat(file.names())
                    .contains(
                            "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight",
                            "base_model.model.bert.encoder.layer.2.output.dense.lora_B.weight",
                            "base_model.model.classifier.weight");
        }
        Adapter loaded = AdapterFiles.load(directory);
        assertThat(loaded).isEqualTo(adapter);
    }

    @Test
    void refusesAnAdapterThatIsNoBertAdapter() throws Exception {
        Path directory = temp.resolve("adapter");
        assertThatThrownBy(() -> AdapterFiles.load(directory))
                .isInstanceOf(BadInputException.class);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("adapter_config.json"), "{\"r\":2,\"lora_alpha\":4}");
        SafeTensorsWriter.write(
                directory.resolve("adapter_model.safetensors"),
                Map.of(
                        "base_model.model.model.layers.0.q_proj.lora_A.weight",
                        FloatTensor.zeros(2, 4)),
                Map.of());
        assertThatThrownBy(() -> AdapterFiles.load(directory))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("q_proj");
    }

    @Test
    void aMergedModelOfAnAdapterCanBeSavedAndAnUnmergedOneCannot() {
        try (Backbone tiny = Backbone.load("shape:2x16x4", 1);
                NDManager scope = tiny.manager().newSubManager()) {
            Map<String, FloatTensor> tensors = Models.trained(LORA, tiny.bert().config(), 2, 4);
            HuggingFaceDirectory.save(
                    temp.resolve("merged"), tiny, LORA.merge(tiny.bert(), tensors, scope), null);
            assertThat(temp.resolve("merged/model.safetensors")).exists();
            try (dev.lamina.nn.Parameters parameters =
                    new dev.lamina.nn.Parameters(scope, tensors)) {
                Segment attached =
                        LORA.attach(
                                new Segment(
                                        tiny.bert().embeddings(), 0, tiny.bert().blocks(), null),
                                parameters,
                                Dropout.OFF);
                Bert unmerged =
                        new Bert(tiny.bert().config(), tiny.bert().embeddings(), attached.blocks());
                assertThatThrownBy(() ->
                                HuggingFaceDirectory.save(
                                        temp.resolve("unmerged"), tiny, unmerged, null))
                        .hasMessageContaining("not a plain linear layer");
                assertThat(temp.resolve("unmerged")).doesNotExist();
            }
        }
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Backbone.load(model.toString(), 0).close())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe ");
    }

    private void rewrite(java.util.function.Consumer<Map<String, FloatTensor>> change)
            throws Exception {
        Path file = model.resolve("model.safetensors");
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        try (SafeTensorsFile in = SafeTensorsFile.open(file)) {
            for (String name : in.names()) {
                tensors.put(name, in.read(name));
            }
        }
        change.accept(tensors);
        SafeTensorsWriter.write(file, tensors, Map.of());
    }
}
