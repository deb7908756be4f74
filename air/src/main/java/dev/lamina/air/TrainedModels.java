package dev.lamina.air;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Trained predictors as directories: `model.json` with the kind of model and its settings,
/// `model.safetensors` with what was trained. What is frozen is not in it: it is loaded from where
/// it was.
public final class TrainedModels {
    private static final String SETTINGS = "model.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String FORMAT = "format";
    private static final String FORMAT_NAME = "lamina channel predictor";
    private static final String VERSION = "version";
    private static final int CURRENT_VERSION = 1;
    private static final String KIND = "kind";
    private static final String MODEL = "model";
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /// Name of the predictor that comes with Lamina.
    public static final String SHIPPED = "lam";

    private TrainedModels() {}

    /// The predictor that comes with Lamina by its name, or that of a directory; the caller closes
    /// it.
    ///
    /// @throws BadInputException if a file is missing, or they do not fit together
    public static TrainedPredictor<?> named(String name) {
        return name.equals(SHIPPED) ? shipped() : load(Path.of(name));
    }

    /// The predictor that comes with Lamina: a [PathModel] trained on the preset `llm4cp`
    /// (docs/guide/prediction.md has the commands that made it); the caller closes it.
    public static TrainedPredictor<?> shipped() {
        TrainableModel model = model(JSON.readTree(resource(SETTINGS)), "the shipped " + SETTINGS);
        byte[] bytes = resource(WEIGHTS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(bytes.length, Long.BYTES);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
            try (SafeTensorsFile file = SafeTensorsFile.parse(memory, "the shipped " + WEIGHTS)) {
                return model.of(values(file));
            }
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(TrainedModels.class.getResourceAsStream("lam/" + name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, FloatTensor> values(SafeTensorsFile file) {
        Map<String, FloatTensor> values = new LinkedHashMap<>();
        for (String name : file.names()) {
            values.put(name, file.read(name));
        }
        return values;
    }

    /// A model's settings, as in `model.json`.
    public static ObjectNode toJson(TrainableModel model) {
        ObjectNode json = JSON.createObjectNode();
        json.put(FORMAT, FORMAT_NAME).put(VERSION, CURRENT_VERSION).put(KIND, model.name());
        json.set(MODEL, JSON.valueToTree(model));
        return json;
    }

    /// The model whose settings these are.
    ///
    /// @param where they come from, for errors
    /// @throws BadInputException if they are of no model
    public static TrainableModel ofJson(JsonNode json, String where) {
        try {
            return model(json, where);
        } catch (JacksonException e) {
            if (e.getCause() instanceof BadInputException bad) {
                throw bad;
            }
            throw new BadInputException(
                    where + ": " + e.getOriginalMessage(), "it was edited by hand.");
        }
    }

    /// Writes a predictor; the directory appears whole or not at all.
    public static void save(Path directory, TrainedPredictor<?> predictor) {
        ObjectNode json = toJson(predictor.model());
        Map<String, FloatTensor> weights = predictor.parameters().snapshot();
        AtomicFiles.writeDirectory(
                directory,
                temporary -> {
                    Files.writeString(temporary.resolve(SETTINGS), json.toPrettyString() + "\n");
                    SafeTensorsWriter.write(temporary.resolve(WEIGHTS), weights, Map.of());
                });
    }

    /// Reads a predictor; the caller closes it.
    ///
    /// @throws BadInputException if a file is missing, or they do not fit together
    public static TrainedPredictor<?> load(Path directory) {
        Path settings = directory.resolve(SETTINGS);
        Path weights = directory.resolve(WEIGHTS);
        BadInputException.check(
                Files.isRegularFile(settings) && Files.isRegularFile(weights),
                directory + " has no " + SETTINGS + " with " + WEIGHTS,
                "it is not a trained predictor's directory.");
        TrainableModel model = model(settings);
        try (SafeTensorsFile file = SafeTensorsFile.open(weights)) {
            return model.of(values(file));
        }
    }

    private static TrainableModel model(Path file) {
        try {
            return ofJson(JSON.readTree(file), file.toString());
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + ": " + e.getOriginalMessage(), "the file was edited by hand.");
        }
    }

    private static TrainableModel model(JsonNode json, String file) {
        BadInputException.check(
                json.path(FORMAT).asString("").equals(FORMAT_NAME)
                        && json.path(VERSION).asInt(0) == CURRENT_VERSION,
                file
                        + ": "
                        + FORMAT
                        + " "
                        + json.path(FORMAT)
                        + ", "
                        + VERSION
                        + " "
                        + json.path(VERSION),
                "it was not written by this version of Lamina.");
        return model(json.path(KIND).asString(""), json.path(MODEL), file);
    }

    private static TrainableModel model(String kind, JsonNode json, String file) {
        return switch (kind) {
            case "rnn", "gru", "lstm" -> JSON.treeToValue(json, Recurrent.class);
            case "cnn" -> JSON.treeToValue(json, ConvolutionalAutoencoder.class);
            case "transformer" -> JSON.treeToValue(json, SmallTransformer.class);
            case "lam" -> JSON.treeToValue(json, PathModel.class);
            case "llm4cp" -> JSON.treeToValue(json, Llm4Cp.class);
            default ->
                    throw new BadInputException(
                            file + ": " + KIND + " is '" + kind + "'",
                            "a newer Lamina wrote it; known are rnn, gru, lstm, cnn, transformer, llm4cp, lam.");
        };
    }
}
