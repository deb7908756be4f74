package dev.lamina.lam;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.OnnxInitializers;
import dev.lamina.nn.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A pretrained encoder ready for use: the plain model, its tokenizer, how its sentences are
/// pooled, and the classifier that a fine-tuned one came with. Closing it frees the weights.
public final class Backbone implements AutoCloseable {
    private static final Pattern SHAPE = Pattern.compile("shape:(\\d{1,4})x(\\d{1,6})x(\\d{1,4})");
    private static final Map<String, String> NAMED_SHAPES =
            Map.of(
                    "shape:bert-tiny", "shape:2x128x2",
                    "shape:bert-small", "shape:4x512x8",
                    "shape:bert-base", "shape:12x768x12",
                    "shape:bert-large", "shape:24x1024x16");
    private static final int VOCABULARY = 30522;

    private final String name;
    private final NDManager manager;
    private final Bert bert;
    private final TextTokenizer tokenizer;
    private final Head.Pooling pooling;
    private final @Nullable Classifier classifier;

    /// The classifier of a fine-tuned model.
    ///
    /// @param weight `[classes, H]`
    /// @param bias `[classes]`
    /// @param labels the classes' names, in order
    public record Classifier(FloatTensor weight, FloatTensor bias, java.util.List<String> labels) {}

    Backbone(
            String name,
            NDManager manager,
            Bert bert,
            TextTokenizer tokenizer,
            Head.Pooling pooling,
            @Nullable Classifier classifier) {
        this.name = name;
        this.manager = manager;
        this.bert = bert;
        this.tokenizer = tokenizer;
        this.pooling = pooling;
        this.classifier = classifier;
    }

    /// Loads a model: `minilm` or `bge-small` (bundled), a Hugging Face directory, or random
    /// weights of a shape for systems experiments (`shape:bert-base`, or
    /// `shape:LAYERSxHIDDENxHEADS`).
    ///
    /// @param seed of random weights
    /// @throws BadInputException if there is no such model, or its files do not fit together
    public static Backbone load(String model, long seed) {
        if (model.equals("minilm")) {
            return bundled(model, "/all-minilm-l6-v2", 6, Head.Pooling.MEAN);
        }
        if (model.equals("bge-small")) {
            return bundled(model, "/bge-small-en-v1.5", 12, Head.Pooling.CLS);
        }
        if (model.startsWith("shape:")) {
            return random(model, seed);
        }
        Path directory = Path.of(model);
        BadInputException.check(
                Files.isDirectory(directory),
                "model '" + model + "' is neither a bundled model nor a directory",
                "take minilm or bge-small, a Hugging Face directory (config.json, model.safetensors, tokenizer.json), "
                        + "or shape:bert-base for random weights.");
        return HuggingFaceDirectory.load(directory);
    }

    /// The shape of a model, without its weights.
    ///
    /// @throws BadInputException if there is no such model
    public static Bert.Config config(String model) {
        if (model.equals("minilm") || model.equals("bge-small")) {
            return bundledShape(model.equals("minilm") ? 6 : 12);
        }
        if (model.startsWith("shape:")) {
            return randomShape(model);
        }
        return HuggingFaceDirectory.config(Path.of(model));
    }

    private static Bert.Config bundledShape(int layers) {
        return new Bert.Config(layers, 384, 12, 1536, VOCABULARY, 512, 2, 1e-12);
    }

    private static Backbone bundled(
            String name, String resource, int layers, Head.Pooling pooling) {
        Bert.Config config = bundledShape(layers);
        Map<String, FloatTensor> tensors =
                OnnxInitializers.read(resource(resource + ".onnx"), name).byParameterName();
        return build(
                name,
                pooling,
                null,
                config,
                new TextTokenizer(resource(resource + "-tokenizer.json"), name),
                (tensor, shape) -> Objects.requireNonNull(tensors.get(tensor), tensor));
    }

    private static Backbone random(String model, long seed) {
        return build(
                model,
                Head.Pooling.MEAN,
                null,
                randomShape(model),
                new TextTokenizer(resource("/all-minilm-l6-v2-tokenizer.json"), model),
                (tensor, dimensions) -> randomTensor(tensor, dimensions, seed));
    }

    private static Bert.Config randomShape(String model) {
        Matcher shape = SHAPE.matcher(NAMED_SHAPES.getOrDefault(model, model));
        BadInputException.check(
                shape.matches(),
                "model '" + model + "' is no shape",
                "take shape:LAYERSxHIDDENxHEADS such as shape:12x768x12, or one of "
                        + NAMED_SHAPES.keySet().stream().sorted().toList()
                        + ".");
        int layers = Integer.parseInt(shape.group(1));
        int hidden = Integer.parseInt(shape.group(2));
        int heads = Integer.parseInt(shape.group(3));
        BadInputException.check(
                layers >= 1 && heads >= 1 && hidden >= heads && hidden % heads == 0,
                "model '"
                        + model
                        + "' has "
                        + layers
                        + " layers and "
                        + hidden
                        + " hidden units for "
                        + heads
                        + " heads",
                "take a hidden size that is a multiple of the heads, such as shape:12x768x12.");
        return new Bert.Config(layers, hidden, heads, 4 * hidden, VOCABULARY, 512, 2, 1e-12);
    }

    private static FloatTensor randomTensor(String name, long[] shape, long seed) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        float[] values = tensor.values();
        if (name.endsWith("LayerNorm.weight")) {
            java.util.Arrays.fill(values, 1f);
        } else if (name.endsWith(".weight")) {
            RandomGenerator random = Seeds.stream(seed, "weights", name);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.02 * random.nextGaussian());
            }
        }
        return tensor;
    }

    /// Builds the model; the tokenizer and the arrays are closed if that fails.
    static Backbone build(
            String name,
            Head.Pooling pooling,
            @Nullable Classifier classifier,
            Bert.Config config,
            TextTokenizer tokenizer,
            BertWeights.Source source) {
        NDManager manager = Tensors.newManager();
        try {
            BadInputException.check(
                    tokenizer.vocabulary() <= config.vocabulary(),
                    name
                            + ": the tokenizer has "
                            + tokenizer.vocabulary()
                            + " tokens, the model "
                            + config.vocabulary(),
                    "tokenizer.json is another model's.");
            return new Backbone(
                    name,
                    manager,
                    BertWeights.read(config, manager, source),
                    tokenizer,
                    pooling,
                    classifier);
        } catch (RuntimeException e) {
            manager.close();
            tokenizer.close();
            throw e;
        }
    }

    private static byte[] resource(String path) {
        try (InputStream in = Backbone.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /// The name it was loaded by.
    public String name() {
        return name;
    }

    /// Where its weights live; new arrays of the same lifetime may be made here.
    public NDManager manager() {
        return manager;
    }

    public Bert bert() {
        return bert;
    }

    public TextTokenizer tokenizer() {
        return tokenizer;
    }

    /// How its sentences are pooled.
    public Head.Pooling pooling() {
        return pooling;
    }

    /// The classifier it was fine-tuned with, if it was.
    public @Nullable Classifier classifier() {
        return classifier;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
