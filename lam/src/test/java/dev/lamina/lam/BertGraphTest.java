package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BertGraphTest {
    private static final long SEED = 5;
    private static final double CLOSE = 1e-5;
    private static final NDManager ARRAYS = Tensors.newManager();
    private static final Bert BERT = Models.tiny(ARRAYS, SEED);
    private static final OrtEnvironment ONNX = OrtEnvironment.getEnvironment();

    /// Three texts of different lengths, one of a single token.
    private static final int[] LENGTHS = {7, 1, 4};

    /// Where each token stands in rows of seven.
    private static final int[] PLACES = {0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17};

    private static final FloatTensor STATE = Models.random(SEED, "state", 1, 3, 7, 16);

    @AfterAll
    static void free() {
        ARRAYS.close();
    }

    @Test
    void everyRangeOfBlocksIsThatOfBert() throws OrtException {
        int layers = Models.TINY.layers();
        for (int from = 0; from < layers; from++) {
            for (int to = from + 1; to <= layers; to++) {
                FloatTensor ours = graph(from, to, Set.of(), Map.of(), STATE);
                assertThat(difference(ours, plain(from, to)))
                        .as("%d to %d", from, to)
                        .isLessThan(CLOSE);
            }
        }
    }

    @Test
    void thePartsOfACutAreTheWhole() throws OrtException {
        FloatTensor whole = graph(0, 3, Set.of(), Map.of(), STATE);
        for (int cut = 1; cut < 3; cut++) {
            FloatTensor lower = graph(0, cut, Set.of(), Map.of(), STATE);
            FloatTensor upper = graph(cut, 3, Set.of(), Map.of(), lower);
            assertThat(difference(upper, whole)).as("cut %d", cut).isLessThan(CLOSE);
        }
    }

    @ParameterizedTest
    @EnumSource(Lora.Target.class)
    void anAdapterBesideOneKindOfLayerIsThatOfLora(Lora.Target target) throws OrtException {
        assertAdapted(new Lora(3, 6, 0, List.of(target)), Set.of(target));
    }

    @Test
    void adaptersMayChangeFewerLayersThanTheGraphAllows() throws OrtException {
        assertAdapted(
                new Lora(2, 5, 0, List.of(Lora.Target.QUERY, Lora.Target.OUTPUT)),
                EnumSet.allOf(Lora.Target.class));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void pairsOfRankZeroAreNoAdapter(int first) throws OrtException {
        Set<Lora.Target> all = EnumSet.allOf(Lora.Target.class);
        FloatTensor none = graph(first, 3, all, Map.of(), STATE);
        assertThat(difference(none, plain(first, 3))).isLessThan(CLOSE);
    }

    private static void assertAdapted(Lora lora, Set<Lora.Target> allowed) throws OrtException {
        Map<String, FloatTensor> pairs = Models.trained(lora, Models.TINY, 2, SEED);
        FloatTensor expected;
        try (NDManager scope = ARRAYS.newSubManager();
                Parameters parameters = new Parameters(scope, pairs)) {
            Segment plain = new Segment(null, 0, BERT.blocks(), null);
            expected = run(lora.attach(plain, parameters, Dropout.OFF), scope);
        }
        Map<String, FloatTensor> inputs = new HashMap<>();
        for (int block = 0; block < 3; block++) {
            for (Lora.Target target : lora.targets()) {
                inputs.put(
                        BertGraph.nameOfA(target, block),
                        transposed(Models.get(pairs, Lora.nameOfA(target, block)), 1));
                inputs.put(
                        BertGraph.nameOfB(target, block),
                        transposed(Models.get(pairs, Lora.nameOfB(target, block)), lora.scaling()));
            }
        }
        FloatTensor ours = graph(0, 3, allowed, inputs, STATE);
        assertThat(difference(ours, expected)).isLessThan(CLOSE);
        assertThat(difference(ours, plain(0, 3))).isGreaterThan(1e-3);
    }

    private static FloatTensor transposed(FloatTensor matrix, double factor) {
        int rows = (int) matrix.shape()[0];
        int columns = (int) matrix.shape()[1];
        FloatTensor out = FloatTensor.zeros(columns, rows);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out.values()[c * rows + r] = (float) (factor * matrix.values()[r * columns + c]);
            }
        }
        return out;
    }

    private static FloatTensor plain(int from, int to) {
        try (NDManager scope = ARRAYS.newSubManager()) {
            return run(new Segment(null, from, BERT.blocks().subList(from, to), null), scope);
        }
    }

    private static FloatTensor run(Segment segment, NDManager scope) {
        return Autograd.withoutGradient(() -> {
            NDArray state = Tensors.toEngine(scope, STATE);
            return Tensors.toJava(segment.forward(state, TokenBatch.mask(scope, LENGTHS)));
        });
    }

    /// Runs the graph; pairs that are not given have rank 0.
    private static FloatTensor graph(
            int from,
            int to,
            Set<Lora.Target> allowed,
            Map<String, FloatTensor> pairs,
            FloatTensor state)
            throws OrtException {
        byte[] model =
                BertGraph.blocks(
                        Models.TINY,
                        (name, shape) -> Models.random(SEED, name, 0.3, shape),
                        from,
                        to,
                        allowed);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session = ONNX.createSession(model)) {
            inputs.put(BertGraph.HIDDEN, tensor(packed(state)));
            inputs.put(BertGraph.TOKENS, rows(true));
            inputs.put(BertGraph.MASK, rows(false));
            inputs.put(BertGraph.PLACES, places());
            for (int block = from; block < to; block++) {
                for (Lora.Target target : allowed) {
                    String a = BertGraph.nameOfA(target, block);
                    String b = BertGraph.nameOfB(target, block);
                    inputs.put(
                            a,
                            tensor(
                                    pairs.getOrDefault(
                                            a, FloatTensor.zeros(target.in(Models.TINY), 0))));
                    inputs.put(
                            b,
                            tensor(
                                    pairs.getOrDefault(
                                            b, FloatTensor.zeros(0, target.out(Models.TINY)))));
                }
            }
            assertThat(session.getInputNames()).isEqualTo(inputs.keySet());
            try (OrtSession.Result result = session.run(inputs)) {
                FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] out = new float[values.remaining()];
                values.get(out);
                return inRows(out);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(FloatTensor values) throws OrtException {
        return OnnxTensor.createTensor(ONNX, FloatBuffer.wrap(values.values()), values.shape());
    }

    /// The tokens of all texts, one after another.
    private static FloatTensor packed(FloatTensor state) {
        FloatTensor packed = FloatTensor.zeros(PLACES.length, 16);
        for (int n = 0; n < PLACES.length; n++) {
            System.arraycopy(state.values(), PLACES[n] * 16, packed.values(), n * 16, 16);
        }
        return packed;
    }

    private static FloatTensor inRows(float[] packed) {
        FloatTensor state = new FloatTensor(STATE.shape(), new float[STATE.size()]);
        for (int n = 0; n < PLACES.length; n++) {
            System.arraycopy(packed, n * 16, state.values(), PLACES[n] * 16, 16);
        }
        return state;
    }

    /// Which token stands where in rows, or whether one does.
    private static OnnxTensor rows(boolean which) throws OrtException {
        int[] rows = new int[21];
        for (int n = 0; n < PLACES.length; n++) {
            rows[PLACES[n]] = which ? n : 1;
        }
        return OnnxTensor.createTensor(ONNX, IntBuffer.wrap(rows), new long[] {3, 7});
    }

    private static OnnxTensor places() throws OrtException {
        return OnnxTensor.createTensor(ONNX, IntBuffer.wrap(PLACES), new long[] {PLACES.length});
    }

    /// Greatest difference on tokens: what stands on padding is nobody's business.
    private static double difference(FloatTensor a, FloatTensor b) {
        List<Double> most = new ArrayList<>(List.of(0.0));
        for (int text = 0; text < 3; text++) {
            for (int i = text * 7 * 16; i < (text * 7 + LENGTHS[text]) * 16; i++) {
                most.add((double) Math.abs(a.values()[i] - b.values()[i]));
            }
        }
        return most.stream().mapToDouble(d -> d).max().orElseThrow();
    }
}
