package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.lamina.data.TextDatasets;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundledModelsTest {

    @ParameterizedTest
    @CsvSource({
        "minilm,0.52844,-0.06861,-0.09117,0.20710",
        "bge-small,0.30916,-0.19882,0.06612,0.46816"
    })
    void reproducesTheGoldenValuesOfAnIndependentImplementation(
            String model, float a, float b, float c, float d) {
        try (Backbone backbone = Backbone.load(model, 0);
                NDManager scope = backbone.manager().newSubManager()) {
            List<int[]> tokens =
                    backbone.tokenizer().encode(List.of("the cat sits on the mat"), 128);
            assertThat(tokens.get(0))
                    .containsExactly(101, 1996, 4937, 7719, 2006, 1996, 13523, 102);
            FloatTensor state = hidden(backbone, scope, new TokenBatch(tokens));
            float[] golden = {a, b, c, d};
            for (int i = 0; i < 4; i++) {
                assertThat(state.values()[i]).isCloseTo(golden[i], within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"minilm,/all-minilm-l6-v2.onnx", "bge-small,/bge-small-en-v1.5.onnx"})
    void agreesWithOnnxRuntimeOnFiftyRealSentencesInPaddedBatches(String model, String resource)
            throws Exception {
        List<String> sentences = new ArrayList<>();
        TextDatasets.load("wordnet", 0).test().stream()
                .limit(1500)
                .filter(s -> s.text().length() % 30 == 0)
                .limit(50)
                .forEach(s -> sentences.add(s.text()));
        assertThat(sentences).hasSize(50);
        byte[] onnx;
        try (InputStream in = BundledModelsTest.class.getResourceAsStream(resource)) {
            onnx = java.util.Objects.requireNonNull(in).readAllBytes();
        }
        try (Backbone backbone = Backbone.load(model, 0);
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(onnx)) {
            List<int[]> tokens = backbone.tokenizer().encode(sentences, 128);
            for (int from = 0; from < 50; from += 10) {
                TokenBatch batch = new TokenBatch(tokens.subList(from, from + 10));
                assertThat(Arrays.stream(batch.lengths()).distinct().count()).isGreaterThan(1);
                try (NDManager scope = backbone.manager().newSubManager()) {
                    FloatTensor ours = hidden(backbone, scope, batch);
                    FloatTensor theirs = onnxRuntime(environment, session, scope, batch);
                    assertThat(onTokens(ours, theirs, batch.lengths())).isLessThan(1e-4);
                }
            }
        }
    }

    private static FloatTensor hidden(Backbone backbone, NDManager scope, TokenBatch batch) {
        return Autograd.withoutGradient(() ->
                Tensors.toJava(
                        backbone.bert()
                                .forward(
                                        batch.ids(scope),
                                        TokenBatch.mask(scope, batch.lengths()))));
    }

    private static FloatTensor onnxRuntime(
            OrtEnvironment environment, OrtSession session, NDManager scope, TokenBatch batch)
            throws Exception {
        NDArray ids = batch.ids(scope);
        long[] shape = ids.getShape().getShape();
        long[] mask =
                TokenBatch.mask(scope, batch.lengths()).toType(DataType.INT64, true).toLongArray();
        try (OnnxTensor i =
                        OnnxTensor.createTensor(
                                environment, java.nio.LongBuffer.wrap(ids.toLongArray()), shape);
                OnnxTensor m =
                        OnnxTensor.createTensor(
                                environment, java.nio.LongBuffer.wrap(mask), shape);
                OnnxTensor t =
                        OnnxTensor.createTensor(
                                environment,
                                java.nio.LongBuffer.wrap(new long[mask.length]),
                                shape);
                OrtSession.Result result =
                        session.run(
                                Map.of("input_ids", i, "attention_mask", m, "token_type_ids", t))) {
            OnnxTensor state = (OnnxTensor) result.get(0);
            float[] values = new float[state.getFloatBuffer().remaining()];
            state.getFloatBuffer().get(values);
            return new FloatTensor(state.getInfo().getShape(), values);
        }
    }

    /// Greatest difference on real tokens: what stands on padding is nobody's business.
    private static double onTokens(FloatTensor a, FloatTensor b, int[] lengths) {
        assertThat(a.shape()).containsExactly(b.shape());
        int longest = Math.toIntExact(a.shape()[1]);
        int hidden = a.rowLength();
        double most = 0;
        for (int text = 0; text < lengths.length; text++) {
            int start = text * longest * hidden;
            for (int i = start; i < start + lengths[text] * hidden; i++) {
                most = Math.max(most, Math.abs(a.values()[i] - b.values()[i]));
            }
        }
        return most;
    }
}
