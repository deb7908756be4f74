package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import dev.lamina.nn.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A BERT as Hugging Face lays it out: `config.json`, `model.safetensors`, `tokenizer.json`.
/// Tensors may carry the prefix `bert.`; a pooler is left aside. A directory written here can be
/// read by `transformers` as a `BertModel`; the classifier and the pooling stand beside it, in
/// `classifier.*` and `config.json`.
public final class HuggingFaceDirectory {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKENIZER = "tokenizer.json";
    static final String POOLING = "lamina_pooling";

    private HuggingFaceDirectory() {}

    /// Opens a model; its weights are read when they are asked for.
    ///
    /// @throws BadInputException if a file or a tensor is missing, has another shape, or does not
    ///   fit the rest
    static ModelFiles open(Path directory) {
        Path configFile = required(directory, CONFIG);
        Path weightsFile = required(directory, WEIGHTS);
        Path tokenizerFile = required(directory, TOKENIZER);
        JsonNode json = json(configFile);
        Bert.Config config = config(json, configFile);
        SafeTensorsFile weights = SafeTensorsFile.open(weightsFile);
        try {
            String prefix =
                    weights.names().contains("bert.embeddings.word_embeddings.weight")
                            ? "bert."
                            : "";
            return new ModelFiles(
                    directory.toString(),
                    config,
                    pooling(json, configFile),
                    classifier(json, weights, weightsFile, config),
                    new ModelFiles.Tokenizer(
                            () -> readAll(tokenizerFile), tokenizerFile.toString()),
                    (name, shape) -> tensor(weights, weightsFile, prefix + name, shape),
                    weights);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// Writes a plain model (merge adapters first) with its classifier. The directory appears whole
    /// or not at all.
    public static void save(
            Path directory, Backbone base, Bert plain, Backbone.@Nullable Classifier classifier) {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> weight : BertWeights.write(plain).entrySet()) {
            tensors.put(weight.getKey(), Tensors.toJava(weight.getValue()));
        }
        if (classifier != null) {
            tensors.put(Lora.HEAD_WEIGHT, classifier.weight());
            tensors.put(Lora.HEAD_BIAS, classifier.bias());
        }
        AtomicFiles.writeDirectory(
                directory,
                temporary -> {
                    Files.writeString(
                            temporary.resolve(CONFIG),
                            config(plain.config(), base.pooling(), classifier));
                    Files.write(temporary.resolve(TOKENIZER), base.tokenizer().json());
                    SafeTensorsWriter.write(
                            temporary.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
                });
    }

    /// The shape of a model.
    ///
    /// @throws BadInputException if there is none
    static Bert.Config config(Path directory) {
        BadInputException.check(
                Files.isDirectory(directory),
                "model '" + directory + "' is neither a bundled model nor a directory",
                "take minilm or bge-small, a Hugging Face directory, or shape:bert-base.");
        Path file = required(directory, CONFIG);
        return config(json(file), file);
    }

    /// A file that must be there.
    static Path required(Path directory, String name) {
        Path file = directory.resolve(name);
        BadInputException.check(
                Files.isRegularFile(file),
                "model directory " + directory + " has no " + name,
                "it is not a Hugging Face directory of a model with safetensors (config.json, model.safetensors, for a BERT tokenizer.json).");
        return file;
    }

    /// The content of a JSON file.
    static JsonNode json(Path file) {
        try {
            return JsonMapper.shared().readTree(file);
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + ": not JSON: " + e.getOriginalMessage(), "the download was cut short.");
        }
    }

    /// The shape that a `config.json` describes, checked.
    ///
    /// @param file where it is from, for errors
    static Bert.Config config(JsonNode json, Path file) {
        String type = json.path("model_type").asString("");
        BadInputException.check(
                type.equals("bert"),
                file + ": model_type is '" + type + "', not 'bert'",
                "take a BERT encoder: minilm, bge-small, or a directory with one.");
        String activation = json.path("hidden_act").asString("gelu");
        BadInputException.check(
                activation.equals("gelu"),
                file + ": hidden_act is '" + activation + "', not 'gelu'",
                "take a BERT encoder with the exact GELU.");
        JsonNode given = json.path("layer_norm_eps");
        double eps = given.isNumber() ? given.asDouble() : 1e-12;
        BadInputException.check(
                (given.isMissingNode() || given.isNumber()) && eps > 0 && eps < 1,
                file + ": layer_norm_eps is " + given + ", not between 0 and 1",
                "the file was edited by hand.");
        Bert.Config config =
                new Bert.Config(
                        integer(json, file, "num_hidden_layers", 1000),
                        integer(json, file, "hidden_size", 1 << 16),
                        integer(json, file, "num_attention_heads", 1 << 10),
                        integer(json, file, "intermediate_size", 1 << 18),
                        integer(json, file, "vocab_size", 1 << 24),
                        integer(json, file, "max_position_embeddings", 1 << 20),
                        integer(json, file, "type_vocab_size", 1 << 10),
                        eps);
        BadInputException.check(
                config.hidden() % config.heads() == 0,
                file
                        + ": hidden_size "
                        + config.hidden()
                        + " is not a multiple of num_attention_heads "
                        + config.heads(),
                "the file was edited by hand.");
        return config;
    }

    /// A whole number from 1 to `most`.
    static int integer(JsonNode json, Path file, String key, int most) {
        JsonNode value = json.path(key);
        BadInputException.check(
                value.isInt() && value.asInt() >= 1 && value.asInt() <= most,
                file
                        + ": "
                        + key
                        + " is "
                        + (value.isMissingNode() ? "missing" : value)
                        + ", not a whole number in 1.."
                        + most,
                "it is another kind of model's configuration.");
        return value.asInt();
    }

    /// How a model's sentences are pooled.
    static Head.Pooling pooling(Path directory) {
        Path file = required(directory, CONFIG);
        return pooling(json(file), file);
    }

    /// How sentences are pooled: mean if nothing is said.
    static Head.Pooling pooling(JsonNode json, Path file) {
        String pooling = json.path(POOLING).asString("mean");
        return switch (pooling) {
            case "mean" -> Head.Pooling.MEAN;
            case "cls" -> Head.Pooling.CLS;
            default ->
                    throw new BadInputException(
                            file + ": " + POOLING + " is '" + pooling + "'", "take mean or cls.");
        };
    }

    /// One tensor of a file, whose shape must be this.
    static FloatTensor tensor(SafeTensorsFile weights, Path file, String name, long[] shape) {
        BadInputException.check(
                weights.names().contains(name),
                file + ": tensor " + name + " is missing",
                "the file is another model's, or config.json claims more layers than it has.");
        long[] found = weights.entry(name).shape();
        BadInputException.check(
                Arrays.equals(found, shape),
                file
                        + ": tensor "
                        + name
                        + " has shape "
                        + Arrays.toString(found)
                        + ", config.json asks for "
                        + Arrays.toString(shape),
                "config.json belongs to another model.");
        return weights.read(name);
    }

    private static Backbone.@Nullable Classifier classifier(
            JsonNode json, SafeTensorsFile weights, Path file, Bert.Config config) {
        JsonNode labels = json.path("id2label");
        if (!weights.names().contains(Lora.HEAD_WEIGHT) || !json.has(POOLING)) {
            return null; // a foreign head sits on a pooler that we do not have
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            names.add(labels.path(Integer.toString(i)).asString("LABEL_" + i));
        }
        return new Backbone.Classifier(
                tensor(weights, file, Lora.HEAD_WEIGHT, new long[] {names.size(), config.hidden()}),
                tensor(weights, file, Lora.HEAD_BIAS, new long[] {names.size()}),
                names);
    }

    private static String config(
            Bert.Config c, Head.Pooling pooling, Backbone.@Nullable Classifier classifier) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.putArray("architectures").add("BertModel");
        putShape(json, c);
        json.put("hidden_dropout_prob", 0.1)
                .put("attention_probs_dropout_prob", 0.1)
                .put("pad_token_id", 0);
        putPooling(json, pooling);
        if (classifier != null) {
            ObjectNode names = json.putObject("id2label");
            for (int i = 0; i < classifier.labels().size(); i++) {
                names.put(Integer.toString(i), classifier.labels().get(i));
            }
        }
        return json.toPrettyString() + "\n";
    }

    /// Writes a shape for [#config(JsonNode, Path)].
    static void putShape(ObjectNode json, Bert.Config c) {
        json.put("model_type", "bert")
                .put("num_hidden_layers", c.layers())
                .put("hidden_size", c.hidden())
                .put("num_attention_heads", c.heads())
                .put("intermediate_size", c.intermediate())
                .put("vocab_size", c.vocabulary())
                .put("max_position_embeddings", c.positions())
                .put("type_vocab_size", c.types())
                .put("layer_norm_eps", c.layerNormEps())
                .put("hidden_act", "gelu");
    }

    static String name(Head.Pooling pooling) {
        return pooling.name().toLowerCase(Locale.ROOT);
    }

    /// Writes a pooling for [#pooling].
    static void putPooling(ObjectNode json, Head.Pooling pooling) {
        json.put(POOLING, name(pooling));
    }
}
