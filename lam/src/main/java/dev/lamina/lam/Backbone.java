package dev.lamina.lam;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import org.jspecify.annotations.Nullable;

/// A pretrained encoder ready for use: the plain model, its tokenizer, how its sentences are
/// pooled, and the classifier that a fine-tuned one came with. Closing it frees the weights.
public final class Backbone implements AutoCloseable {
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
        try (ModelFiles files = ModelFiles.open(model, seed)) {
            return build(files);
        }
    }

    /// The shape of a model, without its weights.
    ///
    /// @throws BadInputException if there is no such model
    public static Bert.Config config(String model) {
        return ModelFiles.config(model);
    }

    /// Builds the model; the tokenizer and the arrays are closed if that fails.
    private static Backbone build(ModelFiles files) {
        TextTokenizer tokenizer = files.tokenizer();
        NDManager manager = Tensors.newManager();
        try {
            return new Backbone(
                    files.name(),
                    manager,
                    BertWeights.read(files.config(), manager, files.weights()),
                    tokenizer,
                    files.pooling(),
                    files.classifier());
        } catch (RuntimeException e) {
            manager.close();
            tokenizer.close();
            throw e;
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
