package dev.lamina.lam;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.OnnxInitializers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A pretrained encoder as it lies in files: its weights are read one by one, into Java memory.
/// Nothing of the tensor engine is loaded for it, so a process that computes with something else
/// does not pay for that. Open it, read what is needed, close it.
public final class ModelFiles implements AutoCloseable {
    private static final Pattern SHAPE = Pattern.compile("shape:(\\d{1,4})x(\\d{1,6})x(\\d{1,4})");
    private static final Map<String, String> NAMED_SHAPES =
            Map.of(
                    "shape:bert-tiny", "shape:2x128x2",
                    "shape:bert-small", "shape:4x512x8",
                    "shape:bert-base", "shape:12x768x12",
                    "shape:bert-large", "shape:24x1024x16");
    private static final int VOCABULARY = 30522;

    private final String name;
    private final Bert.Config config;
    private final Head.Pooling pooling;
    private final Backbone.@Nullable Classifier classifier;
    private final Tokenizer tokenizer;
    private final BertWeights.Source weights;
    private final AutoCloseable files;

    /// Where the tokenizer comes from.
    record Tokenizer(Supplier<byte[]> json, String source) {}

    ModelFiles(
            String name,
            Bert.Config config,
            Head.Pooling pooling,
            Backbone.@Nullable Classifier classifier,
            Tokenizer tokenizer,
            BertWeights.Source weights,
            AutoCloseable files) {
        this.name = name;
        this.config = config;
        this.pooling = pooling;
        this.classifier = classifier;
        this.tokenizer = tokenizer;
        this.weights = weights;
        this.files = files;
    }

    /// The models that come with Lamina.
    enum Bundled {
        MINILM("minilm", "/all-minilm-l6-v2", 6, Head.Pooling.MEAN),
        BGE_SMALL("bge-small", "/bge-small-en-v1.5", 12, Head.Pooling.CLS);

        private final String model;
        private final String resource;
        private final int layers;
        private final Head.Pooling pooling;

        Bundled(String model, String resource, int layers, Head.Pooling pooling) {
            this.model = model;
            this.resource = resource;
            this.layers = layers;
            this.pooling = pooling;
        }

        static @Nullable Bundled of(String model) {
            for (Bundled bundled : values()) {
                if (bundled.model.equals(model)) {
                    return bundled;
                }
            }
            return null;
        }

        Bert.Config config() {
            return new Bert.Config(layers, 384, 12, 1536, VOCABULARY, 512, 2, 1e-12);
        }

        ModelFiles open() {
            Parameters parameters = new Parameters();
            return new ModelFiles(
                    model,
                    config(),
                    pooling,
                    null,
                    new Tokenizer(() -> resource(resource + "-tokenizer.json"), model),
                    (tensor, shape) -> parameters.get(tensor),
                    () -> {});
        }

        /// The file's tensors, read when the first is asked for: a tokenizer needs none.
        private final class Parameters {
            private @Nullable Map<String, Supplier<FloatTensor>> tensors;

            FloatTensor get(String name) {
                Map<String, Supplier<FloatTensor>> read = tensors;
                if (read == null) {
                    read = read();
                    tensors = read;
                }
                return Objects.requireNonNull(read.get(name), name).get();
            }

            private Map<String, Supplier<FloatTensor>> read() {
                String file = resource + ".onnx";
                try (InputStream in = ModelFiles.class.getResourceAsStream(file)) {
                    return OnnxInitializers.read(Objects.requireNonNull(in, file), model)
                            .parameters();
                } catch (IOException e) {
                    throw new UncheckedIOException(file, e);
                }
            }
        }
    }

    /// Opens a model: see [Backbone#load].
    ///
    /// @param seed of random weights
    /// @throws BadInputException if there is no such model, or its files do not fit together
    public static ModelFiles open(String model, long seed) {
        Bundled bundled = Bundled.of(model);
        if (bundled != null) {
            return bundled.open();
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
        return HuggingFaceDirectory.open(directory);
    }

    /// The shape of a model, without its weights.
    ///
    /// @throws BadInputException if there is no such model
    public static Bert.Config config(String model) {
        Bundled bundled = Bundled.of(model);
        if (bundled != null) {
            return bundled.config();
        }
        return model.startsWith("shape:")
                ? randomShape(model)
                : HuggingFaceDirectory.config(Path.of(model));
    }

    /// How a model's sentences are pooled, without its weights.
    ///
    /// @throws BadInputException if there is no such model
    public static Head.Pooling pooling(String model) {
        Bundled bundled = Bundled.of(model);
        if (bundled != null) {
            return bundled.pooling;
        }
        return model.startsWith("shape:")
                ? Head.Pooling.MEAN
                : HuggingFaceDirectory.pooling(Path.of(model));
    }

    /// The int8 variant of a bundled model, as ONNX Runtime's dynamic quantisation made it: an ONNX
    /// model of the whole encoder.
    ///
    /// @throws BadInputException if there is none
    public static byte[] quantised(String model) {
        Bundled bundled = Bundled.of(model);
        if (bundled == null) {
            throw new BadInputException(
                    "model '" + model + "' has no int8 variant",
                    "take minilm or bge-small, or precision fp32.");
        }
        String file = bundled.resource + "-q.onnx";
        BadInputException.check(
                ModelFiles.class.getResource(file) != null,
                "the int8 variant of " + model + " is not on the class path",
                "add langchain4j-embeddings" + bundled.resource.replace('/', '-') + "-q.");
        return resource(file);
    }

    private static ModelFiles random(String model, long seed) {
        return new ModelFiles(
                model,
                randomShape(model),
                Head.Pooling.MEAN,
                null,
                new Tokenizer(() -> resource("/all-minilm-l6-v2-tokenizer.json"), model),
                (tensor, dimensions) -> randomTensor(tensor, dimensions, seed),
                () -> {});
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

    private static byte[] resource(String path) {
        try (InputStream in = ModelFiles.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /// The name it was opened by.
    public String name() {
        return name;
    }

    public Bert.Config config() {
        return config;
    }

    /// How its sentences are pooled.
    public Head.Pooling pooling() {
        return pooling;
    }

    /// The classifier of a fine-tuned model, or null.
    public Backbone.@Nullable Classifier classifier() {
        return classifier;
    }

    /// One weight, by its name in Hugging Face's `BertModel`; linear weights are `[out, in]`.
    ///
    /// @param shape that it must have
    /// @throws BadInputException if it is missing or has another
    public FloatTensor weight(String name, long... shape) {
        return weights.tensor(name, shape);
    }

    /// The tokenizer; it outlives these files, and whoever asks for it closes it.
    ///
    /// @throws BadInputException if it is not one, or has more tokens than the model
    public TextTokenizer tokenizer() {
        TextTokenizer made = new TextTokenizer(tokenizer.json().get(), tokenizer.source());
        if (made.vocabulary() > config.vocabulary()) {
            made.close();
            throw new BadInputException(
                    name
                            + ": the tokenizer has "
                            + made.vocabulary()
                            + " tokens, the model "
                            + config.vocabulary(),
                    "tokenizer.json is another model's.");
        }
        return made;
    }

    BertWeights.Source weights() {
        return weights;
    }

    @Override
    public void close() {
        try {
            files.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close " + name, e);
        }
    }
}
