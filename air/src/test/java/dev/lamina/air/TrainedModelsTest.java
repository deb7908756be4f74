package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainedModelsTest {
    @TempDir Path folder;

    static Stream<SequenceModel> models() {
        return TinyModels.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void comeBackAsTheyWere(SequenceModel model) {
        Path directory = folder.resolve("model");
        Track track = TinyModels.tracks(model, 1, 2).get(0);
        float[] expected;
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 4)) {
            TrainedModels.save(directory, predictor);
            expected = predictor.predict(track.history(), track.target());
        }
        try (TrainedPredictor<?> loaded = TrainedModels.load(directory)) {
            assertThat(loaded.model()).isEqualTo(model);
            assertThat(loaded.predict(track.history(), track.target())).isEqualTo(expected);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        SequenceModel model = models().toList().get(1);
        try (SequencePredictor predictor = SequencePredictor.fresh(model, 4)) {
            TrainedModels.save(folder.resolve("model"), predictor);
        }
        Path settings = folder.resolve("model").resolve("model.json");
        String json = Files.readString(settings);
        refuses(settings, json.replace("\"hidden\" : 6", "\"hidden\" : 7"), "input.weight");
        refuses(settings, json.replace("\"hidden\" : 6", "\"hidden\" : 0"), "hidden size of 0");
        refuses(settings, json.replace("\"hidden\" : 6", "\"width\" : 6"), "'hidden'");
        refuses(settings, json.replace("\"layers\" : 2", "\"layers\" : 1"), "recurrent.1");
        refuses(settings, json.replace("\"gru\"", "\"gnu\""), "'gnu'");
        refuses(settings, json.replace("\"version\" : 1", "\"version\" : 2"), "version 2");
        refuses(settings, json.substring(0, json.length() / 2), "model.json");
        refuses(settings, "[]", "format");
        Files.delete(settings);
        assertThatThrownBy(() -> TrainedModels.load(folder.resolve("model")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has no model.json");
    }

    private void refuses(Path settings, String json, String expected) throws IOException {
        Files.writeString(settings, json);
        assertThatThrownBy(() -> TrainedModels.load(folder.resolve("model")).close())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(expected);
    }
}
