package dev.lamina.lam;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.OnnxInitializers;
import java.util.Arrays;

/// [Bert.Embeddings] in plain Java, for serving: word, position and type embeddings of token ids,
/// summed and normalised. The word table may be kept in int8, a quarter of the memory. May be used
/// by several threads.
public final class TokenEmbeddings {
    private static final String WORD = "embeddings.word_embeddings.weight";
    private static final String POSITION = "embeddings.position_embeddings.weight";
    private static final String TYPE = "embeddings.token_type_embeddings.weight";
    private static final String NORM = "embeddings.LayerNorm";

    private final int hidden;
    private final Table words;
    private final FloatTensor places;
    private final FloatTensor weight;
    private final FloatTensor bias;
    private final double eps;

    /// Rows of numbers.
    private sealed interface Table {
        int rows();

        long bytes();

        /// Adds a row to what is there.
        void add(int row, float[] to, int at, int length);

        record Floats(FloatTensor values) implements Table {
            @Override
            public int rows() {
                return (int) values.shape()[0];
            }

            @Override
            public long bytes() {
                return 4L * values.size();
            }

            @Override
            public void add(int row, float[] to, int at, int length) {
                float[] from = values.values();
                int begin = row * length;
                for (int i = 0; i < length; i++) {
                    to[at + i] += from[begin + i];
                }
            }
        }

        /// (value - zero) scale, with unsigned values.
        @SuppressWarnings("ArrayRecordComponent") // stays inside
        record Quantised(int rows, byte[] values, int zero, float scale) implements Table {
            @Override
            public long bytes() {
                return values.length;
            }

            @Override
            public void add(int row, float[] to, int at, int length) {
                int begin = row * length;
                for (int i = 0; i < length; i++) {
                    to[at + i] += ((values[begin + i] & 0xff) - zero) * scale;
                }
            }
        }
    }

    private TokenEmbeddings(
            Table words, FloatTensor places, FloatTensor weight, FloatTensor bias, double eps) {
        this.hidden = weight.size();
        this.words = words;
        this.places = places;
        this.weight = weight;
        this.bias = bias;
        this.eps = eps;
    }

    /// Reads the tables of a model.
    public static TokenEmbeddings read(ModelFiles files) {
        return read(files.config(), files.weights());
    }

    static TokenEmbeddings read(Bert.Config c, BertWeights.Source source) {
        int h = c.hidden();
        FloatTensor places = source.tensor(POSITION, c.positions(), h).copy();
        Table type = new Table.Floats(source.tensor(TYPE, c.types(), h));
        for (int t = 0; t < c.positions(); t++) {
            type.add(0, places.values(), t * h, h);
        }
        return new TokenEmbeddings(
                new Table.Floats(source.tensor(WORD, c.vocabulary(), h)),
                places,
                source.tensor(NORM + ".weight", h),
                source.tensor(NORM + ".bias", h),
                c.layerNormEps());
    }

    /// Reads the tables of a bundled model's int8 variant.
    ///
    /// @throws BadInputException if it has none
    public static TokenEmbeddings readQuantised(String model) {
        OnnxInitializers file = OnnxInitializers.read(ModelFiles.quantised(model), model + " int8");
        Bert.Config c = ModelFiles.config(model);
        FloatTensor places = FloatTensor.zeros(c.positions(), c.hidden());
        Table position = quantised(file, POSITION);
        Table type = quantised(file, TYPE);
        for (int t = 0; t < c.positions(); t++) {
            position.add(t, places.values(), t * c.hidden(), c.hidden());
            type.add(0, places.values(), t * c.hidden(), c.hidden());
        }
        return new TokenEmbeddings(
                quantised(file, WORD),
                places,
                file.tensor(NORM + ".weight"),
                file.tensor(NORM + ".bias"),
                c.layerNormEps());
    }

    private static Table quantised(OnnxInitializers file, String name) {
        return new Table.Quantised(
                (int) file.shape(name + "_quantized")[0],
                file.bytes(name + "_quantized"),
                file.bytes(name + "_zero_point")[0] & 0xff,
                file.tensor(name + "_scale").values()[0]);
    }

    /// Longest text in tokens.
    public int positions() {
        return (int) places.shape()[0];
    }

    /// Length of a token's vector.
    public int hidden() {
        return hidden;
    }

    /// Memory that the tables take.
    public long bytes() {
        return words.bytes() + 4L * (places.size() + 2L * hidden);
    }

    /// The first hidden state `[T,H]` of a text's token ids.
    ///
    /// @throws IllegalArgumentException if there are more than positions, or an id is not in the
    ///   vocabulary
    public FloatTensor forward(int[] ids) {
        if (ids.length > positions()) {
            throw new IllegalArgumentException(ids.length + " tokens at " + positions());
        }
        float[] x = Arrays.copyOf(places.values(), ids.length * hidden);
        for (int t = 0; t < ids.length; t++) {
            if (ids[t] < 0 || ids[t] >= words.rows()) {
                throw new IllegalArgumentException("token " + ids[t] + " of " + words.rows());
            }
            words.add(ids[t], x, t * hidden, hidden);
            normalise(x, t * hidden);
        }
        return new FloatTensor(new long[] {ids.length, hidden}, x);
    }

    private void normalise(float[] x, int at) {
        double mean = 0;
        for (int i = 0; i < hidden; i++) {
            mean += x[at + i];
        }
        mean /= hidden;
        double variance = 0;
        for (int i = 0; i < hidden; i++) {
            double d = x[at + i] - mean;
            variance += d * d;
        }
        float scale = (float) (1 / Math.sqrt(variance / hidden + eps));
        float shift = (float) mean;
        float[] w = weight.values();
        float[] b = bias.values();
        for (int i = 0; i < hidden; i++) {
            x[at + i] = (x[at + i] - shift) * scale * w[i] + b[i];
        }
    }
}
