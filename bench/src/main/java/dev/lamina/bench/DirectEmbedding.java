package dev.lamina.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lamina.lam.TextTokenizer;
import dev.lamina.serve.OnnxRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// The yardstick of [ServeBench]: the bundled MiniLM's own ONNX file in ONNX Runtime, called as its
/// documentation shows, a text at a time: tokens, `last_hidden_state`, mean, unit length; with the
/// threads that services have.
final class DirectEmbedding implements AutoCloseable {
    private static final int MAX_TOKENS = 256;

    private final OrtEnvironment environment = OnnxRuntime.environment();
    private final TextTokenizer tokenizer;
    private final OrtSession session;

    DirectEmbedding() {
        session = OnnxRuntime.session(resource("/all-minilm-l6-v2.onnx"), "minilm");
        tokenizer = new TextTokenizer(resource("/all-minilm-l6-v2-tokenizer.json"), "minilm");
    }

    private static byte[] resource(String path) {
        try (InputStream in = DirectEmbedding.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in, path).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /// A vector of length 1, `[384]`.
    float[] embed(String text) {
        long[] ids = Arrays.stream(tokenizer.encode(text, MAX_TOKENS)).asLongStream().toArray();
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        long[] shape = {1, ids.length};
        try (OnnxTensor tokens = tensor(ids, shape);
                OnnxTensor mask = tensor(ones, shape);
                OnnxTensor types = tensor(new long[ids.length], shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", tokens,
                                        "attention_mask", mask,
                                        "token_type_ids", types))) {
            float[][][] hidden = (float[][][]) result.get(0).getValue();
            return unit(mean(hidden[0]));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed", e);
        }
    }

    private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private static float[] mean(float[][] rows) {
        float[] mean = new float[rows[0].length];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        return mean;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float v : vector) {
            squares += (double) v * v;
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot free the model", e);
        }
    }
}
