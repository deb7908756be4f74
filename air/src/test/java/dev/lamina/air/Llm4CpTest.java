package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of every model do not say of this one.
class Llm4CpTest {
    private static final SequenceShape SHAPE = SequenceShape.of(Exponentials.tracks(1, 0).config());

    @TempDir Path folder;

    private static Llm4Cp on(String backbone, int blocks) {
        return new Llm4Cp(SHAPE, backbone, blocks, 0, 2, 3, 1, 0);
    }

    @Test
    void normsAndPlacesAreTrainedOrPairs() throws IOException {
        gpt();
        List<String> wrapper;
        try (SequencePredictor predictor = SequencePredictor.fresh(on("shape:2x12x2", 1), 1)) {
            assertThat(backboneNames(predictor))
                    .contains(
                            "backbone.position",
                            "backbone.norm.weight",
                            "backbone.0.attention.norm.bias",
                            "backbone.0.output.norm.weight")
                    .hasSize(7);
            wrapper = new ArrayList<>(predictor.parameters().values().keySet());
            wrapper.removeAll(backboneNames(predictor));
        }
        try (SequencePredictor predictor =
                SequencePredictor.fresh(on("shape:2x12x2", 1).withLora(2), 1)) {
            assertThat(backboneNames(predictor))
                    .contains("backbone.0.query.lora_A.weight", "backbone.0.value.lora_B.weight")
                    .hasSize(6);
            assertThat(predictor.parameters().values().keySet()).containsAll(wrapper);
        }
        try (SequencePredictor predictor = SequencePredictor.fresh(on(folder.toString(), 2), 1)) {
            assertThat(backboneNames(predictor))
                    .contains("backbone.norm.bias", "backbone.1.intermediate.norm.weight")
                    .hasSize(11);
        }
        try (SequencePredictor predictor =
                SequencePredictor.fresh(on(folder.toString(), 2).withLora(2), 1)) {
            assertThat(backboneNames(predictor))
                    .containsExactly(
                            "backbone.0.attention.lora_A.weight",
                            "backbone.0.attention.lora_B.weight",
                            "backbone.1.attention.lora_A.weight",
                            "backbone.1.attention.lora_B.weight");
        }
    }

    private static List<String> backboneNames(SequencePredictor predictor) {
        return predictor.parameters().values().keySet().stream()
                .filter(name -> name.startsWith("backbone."))
                .toList();
    }

    /// Fresh pairs change nothing, so both ways of tuning begin with the same predictions.
    @Test
    void bothTuningsBeginAlike() throws IOException {
        gpt();
        Track track = Exponentials.tracks(1, 2).get(0);
        for (String backbone : List.of("shape:2x12x2", folder.toString())) {
            float[] norms;
            try (SequencePredictor predictor = SequencePredictor.fresh(on(backbone, 2), 1)) {
                norms = predictor.predict(track.history(), track.target());
            }
            try (SequencePredictor predictor =
                    SequencePredictor.fresh(on(backbone, 2).withLora(3), 1)) {
                float[] pairs = predictor.predict(track.history(), track.target());
                for (int i = 0; i < norms.length; i++) {
                    assertThat(pairs[i]).isCloseTo(norms[i], within(1e-6f));
                }
            }
        }
    }

    @Test
    void everyTuningHasRightGradients() throws IOException {
        gpt();
        for (Llm4Cp model :
                List.of(
                        on("shape:2x12x2", 2).withLora(2),
                        on(folder.toString(), 2),
                        on(folder.toString(), 2).withLora(2))) {
            SequenceGradientsTest.check(model);
        }
    }

    @Test
    void runsOnABundledModel() {
        Tracks tracks = Exponentials.tracks(6, 2);
        try (SequencePredictor predictor = SequencePredictor.fresh(on("minilm", 1), 1)) {
            TrainingConfig config = TrainingConfig.standard(8, 1).withBatch(9);
            Trainer<Sequence> trainer = new Trainer<>(predictor, tracks.all(), List.of(), config);
            double before = trainer.trainingLoss();
            trainer.train(TrainingListener.NONE);
            assertThat(trainer.trainingLoss()).isLessThan(0.8 * before);
        }
    }

    @Test
    void dropoutIsForTraining() {
        Llm4Cp model = new Llm4Cp(SHAPE, "shape:2x12x2", 1, 0, 2, 3, 1, 0.5);
        List<Track> tracks = Exponentials.tracks(2, 2).all();
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 1)) {
            Trainer<Sequence> trainer =
                    new Trainer<>(predictor, tracks, List.of(), TrainingConfig.standard(1, 1));
            double evaluated = trainer.trainingLoss();
            assertThat(trainer.trainingLoss()).isEqualTo(evaluated);
            assertThat(trainer.train(TrainingListener.NONE).getFirst().trainingLoss())
                    .isNotEqualTo(evaluated);
        }
    }

    @Test
    void refusesWhatTheBackboneHasNot() {
        refuses(on("shape:2x12x2", 3), "3 blocks of shape:2x12x2, which has 2");
        refuses(on("nothing", 1), "'nothing'");
        refuses(on("shape:2x12x2", 1).withLora(13), "rank 13");
        assertThatThrownBy(() -> new Llm4Cp(SHAPE, "minilm", 1, 0, 3, 4, 1, 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("patches of 3 steps in a history of 8");
    }

    private static void refuses(Llm4Cp model, String expected) {
        assertThatThrownBy(() -> SequencePredictor.fresh(model, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(expected);
    }

    /// A GPT-2 of two blocks, six hidden units.
    private void gpt() throws IOException {
        SequencedMap<String, FloatTensor> weights = new LinkedHashMap<>();
        long h = 6;
        put(weights, "wpe.weight", 10, h);
        for (int i = 0; i < 2; i++) {
            String block = "h." + i + ".";
            put(weights, block + "ln_1.weight", h);
            put(weights, block + "ln_1.bias", h);
            put(weights, block + "attn.c_attn.weight", h, 3 * h);
            put(weights, block + "attn.c_attn.bias", 3 * h);
            put(weights, block + "attn.c_proj.weight", h, h);
            put(weights, block + "attn.c_proj.bias", h);
            put(weights, block + "ln_2.weight", h);
            put(weights, block + "ln_2.bias", h);
            put(weights, block + "mlp.c_fc.weight", h, 4 * h);
            put(weights, block + "mlp.c_fc.bias", 4 * h);
            put(weights, block + "mlp.c_proj.weight", 4 * h, h);
            put(weights, block + "mlp.c_proj.bias", h);
        }
        put(weights, "ln_f.weight", h);
        put(weights, "ln_f.bias", h);
        SafeTensorsWriter.write(folder.resolve("model.safetensors"), weights, Map.of());
        Files.writeString(
                folder.resolve("config.json"),
                """
                {"model_type": "gpt2", "n_layer": 2, "n_embd": 6, "n_head": 2, "n_positions": 10}
                """);
    }

    private static void put(Map<String, FloatTensor> weights, String name, long... shape) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        RandomGenerator random = Seeds.stream(9, name);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) (0.5 * random.nextGaussian());
        }
        weights.put(name, tensor);
    }
}
