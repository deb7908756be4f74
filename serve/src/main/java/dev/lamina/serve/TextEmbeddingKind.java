package dev.lamina.serve;

import dev.lamina.lam.Bert;
import dev.lamina.lam.ModelFiles;
import dev.lamina.lam.TextTokenizer;
import dev.lamina.lam.TokenEmbeddings;
import java.util.List;
import java.util.Map;

/// Text to the first hidden state of an encoder: tokenizer, word, position and type embeddings and
/// their norm. In plain Java, without a tensor engine.
public final class TextEmbeddingKind implements ServiceKind {
    private static final int MAX_TOKENS = 256;
    private static final int MAX_CHARACTERS = 1 << 18;

    private final Shared<TextModel, Tables> shared = new Shared<>();

    /// What is loaded once for all replicas of a model.
    private record Tables(TextTokenizer tokenizer, TokenEmbeddings embeddings)
            implements AutoCloseable {
        @Override
        public void close() {
            tokenizer.close();
        }
    }

    private record Embedder(Shared.Lease<Tables> tables, int maxTokens) implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            return items.stream().map(this::embed).toList();
        }

        private Outcome embed(Map<String, Value> item) {
            return Outcome.of(() -> {
                String text = Inputs.text(item, "text").joined();
                ServeException.check(
                        text.length() <= MAX_CHARACTERS,
                        "text has " + text.length() + " characters",
                        "send at most "
                                + MAX_CHARACTERS
                                + "; only the first "
                                + maxTokens
                                + " tokens count anyway");
                Tables t = tables.value();
                int[] ids = t.tokenizer().encode(text, maxTokens);
                return Map.of(
                        "hidden",
                        new Value.Floats(t.embeddings().forward(ids)),
                        "tokens",
                        new Value.Integers(new long[0], new long[] {ids.length}));
            });
        }

        @Override
        public void close() {
            tables.close();
        }
    }

    @Override
    public String name() {
        return "text-embedding";
    }

    @Override
    public String description() {
        return "text to the first hidden state of an encoder; settings model (minilm, bge-small, a"
                + " directory), precision (fp32, int8), maxTokens";
    }

    @Override
    public Signature signature(Settings settings) {
        settings.only("model", "precision", "maxTokens");
        Bert.Config config = TextModel.of(settings).config();
        maxTokens(settings, config);
        return new Signature(
                List.of(new Port("text", ValueType.TEXT)),
                List.of(
                        new Port("hidden", ValueType.floats(-1, config.hidden())),
                        new Port("tokens", ValueType.integers())));
    }

    private static int maxTokens(Settings settings, Bert.Config config) {
        return settings.integer(
                "maxTokens", Math.min(MAX_TOKENS, config.positions()), 2, config.positions());
    }

    /// The tables, and 10 MB for the tokenizer.
    @Override
    public long memoryBytes(Settings settings) {
        TextModel model = TextModel.of(settings);
        Bert.Config c = model.config();
        int each = model.precision() == TextModel.Precision.INT8 ? 1 : 4;
        return (long) c.vocabulary() * c.hidden() * each
                + 4L * c.positions() * c.hidden()
                + (10L << 20);
    }

    @Override
    public int largestBatch(Settings settings) {
        return 32;
    }

    @Override
    public boolean quick() {
        return true;
    }

    @Override
    public Service load(Settings settings) {
        TextModel model = TextModel.of(settings);
        int maxTokens = maxTokens(settings, model.config());
        return new Embedder(shared.take(model, () -> tables(model)), maxTokens);
    }

    private static Tables tables(TextModel model) {
        try (ModelFiles files = model.open()) {
            TextTokenizer tokenizer = files.tokenizer();
            try {
                return new Tables(
                        tokenizer,
                        switch (model.precision()) {
                            case FP32 -> TokenEmbeddings.read(files);
                            case INT8 -> TokenEmbeddings.readQuantised(model.name());
                        });
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
    }
}
