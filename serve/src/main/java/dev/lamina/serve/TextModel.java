package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Head;
import dev.lamina.lam.ModelFiles;
import dev.lamina.lam.TextTokenizer;
import java.util.Locale;
import java.util.Objects;

/// The settings `model` and `precision` of services of text.
///
/// @param name `minilm`, `bge-small`, or a directory
record TextModel(String name, Precision precision) {

    /// In what numbers weights are kept.
    enum Precision {
        FP32,
        INT8
    }

    /// Reads the settings; MiniLM in fp32 if nothing is said.
    ///
    /// @throws BadInputException if there is no such model, or not in that precision
    static TextModel of(Settings settings) {
        String given = settings.text("model", "minilm");
        boolean named =
                given.equals("minilm") || given.equals("bge-small") || given.startsWith("shape:");
        String name = named ? given : settings.resolve(given).toString();
        String precision = settings.text("precision", "fp32");
        BadInputException.check(
                precision.equals("fp32") || precision.equals("int8"),
                "precision '" + precision + "'",
                "take fp32 or int8");
        TextModel model =
                new TextModel(name, Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
        BadInputException.check(
                model.precision == Precision.FP32
                        || given.equals("minilm")
                        || given.equals("bge-small"),
                "model '" + given + "' has no int8 variant",
                "take minilm or bge-small, or precision fp32");
        Objects.requireNonNull(model.config());
        return model;
    }

    Bert.Config config() {
        return ModelFiles.config(name);
    }

    Head.Pooling pooling() {
        return ModelFiles.pooling(name);
    }

    /// Tokens of a text, with the special ones.
    int tokens(String text) {
        try (ModelFiles files = open();
                TextTokenizer tokenizer = files.tokenizer()) {
            return tokenizer.encode(text, config().positions()).length;
        }
    }

    ModelFiles open() {
        return ModelFiles.open(name, 0);
    }
}
