package dev.lamina.serve;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lamina.lam.Bert;
import dev.lamina.lam.BertGraph;
import dev.lamina.lam.Lora;
import dev.lamina.lam.ModelFiles;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.OnnxCut;
import dev.lamina.nn.OnnxValue;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Some blocks of an encoder in ONNX Runtime. Several threads may run it at once, each with
/// [Memory] of its own.
final class BlockSession implements AutoCloseable {
    private static final String QUANTISED_MASK = "attention_mask";

    private final OrtSession session;
    private final Key key;
    private final int hidden;
    private final String input;
    private final String output;

    /// What makes two sessions the same.
    ///
    /// @param adapted layers that adapters may change
    record Key(TextModel model, int from, int to, Set<Lora.Target> adapted) {
        boolean quantised() {
            return model.precision() == TextModel.Precision.INT8;
        }
    }

    /// Buffers that are used again from run to run.
    static final class Memory {
        private FloatBuffer input = floats(0);
        private FloatBuffer output = floats(0);
        private ByteBuffer mask = OnnxRuntime.memory(0);
        private IntBuffer tokens = integers(0);
        private IntBuffer places = integers(0);

        private static FloatBuffer floats(int size) {
            return OnnxRuntime.memory(4 * size).asFloatBuffer();
        }

        private static IntBuffer integers(int size) {
            return OnnxRuntime.memory(4 * size).asIntBuffer();
        }

        /// @param rowPlaces of all texts, padding included
        private void ensure(int floats, int maskBytes, int rowPlaces) {
            if (input.capacity() < floats) {
                input = floats(floats);
                output = floats(floats);
            }
            if (mask.capacity() < maskBytes) {
                mask = OnnxRuntime.memory(maskBytes);
            }
            if (tokens.capacity() < rowPlaces) {
                tokens = integers(rowPlaces);
                places = integers(rowPlaces);
            }
            input.clear().limit(floats);
            output.clear().limit(floats);
            mask.clear().limit(maskBytes);
            tokens.clear().limit(rowPlaces);
            places.clear();
        }
    }

    private BlockSession(OrtSession session, Key key, int hidden, String input, String output) {
        this.session = session;
        this.key = key;
        this.hidden = hidden;
        this.input = input;
        this.output = output;
    }

    static BlockSession load(Key key) {
        Bert.Config config = key.model().config();
        if (key.quantised()) {
            return quantised(key, config);
        }
        byte[] graph;
        try (ModelFiles files = key.model().open()) {
            graph = BertGraph.blocks(files, key.from(), key.to(), key.adapted());
        }
        OrtSession session = OnnxRuntime.session(graph, key.model().name());
        return new BlockSession(
                session, key, config.hidden(), BertGraph.HIDDEN, BertGraph.HIDDEN_OUT);
    }

    private static BlockSession quantised(Key key, Bert.Config config) {
        String input = boundary(key.from(), config);
        String output = boundary(key.to(), config);
        byte[] cut =
                OnnxCut.apply(
                        ModelFiles.quantised(key.model().name()),
                        key.model().name() + " int8",
                        List.of(OnnxValue.floats(input, -1, -1, config.hidden())),
                        List.of(OnnxValue.floats(output, -1, -1, config.hidden())));
        OrtSession session = OnnxRuntime.session(cut, key.model().name() + " int8");
        return new BlockSession(session, key, config.hidden(), input, output);
    }

    /// The tensor between block `block - 1` and block `block` of a PyTorch export.
    private static String boundary(int block, Bert.Config config) {
        if (block == config.layers()) {
            return "last_hidden_state";
        }
        return block == 0
                ? "/embeddings/LayerNorm/Add_1_output_0"
                : "/encoder/layer." + (block - 1) + "/output/LayerNorm/Add_1_output_0";
    }

    /// Runs hidden states of any lengths together.
    ///
    /// @param states each `[T,H]`
    /// @param adapter the adapters' inputs
    /// @return each `[T,H]`
    List<FloatTensor> run(
            List<FloatTensor> states, Map<String, OnnxTensor> adapter, Memory memory) {
        int longest = 0;
        int floats = 0;
        for (FloatTensor state : states) {
            longest = Math.max(longest, state.size() / hidden);
            floats += state.size();
        }
        if (key.quantised() && longest * hidden * states.size() != floats) {
            throw new IllegalArgumentException("texts of different lengths in int8");
        }
        int rowPlaces = states.size() * longest;
        memory.ensure(floats, rowPlaces * (key.quantised() ? 8 : 4), rowPlaces);
        for (int b = 0; b < states.size(); b++) {
            memory.input.put(states.get(b).values(), 0, states.get(b).size());
            arrange(memory, b * longest, longest, states.get(b).size() / hidden);
        }
        memory.input.flip();
        memory.places.flip();
        try {
            compute(adapter, memory, states.size(), longest);
        } catch (OrtException e) {
            throw OnnxRuntime.failed(e);
        }
        List<FloatTensor> results = new ArrayList<>(states.size());
        for (FloatTensor state : states) {
            float[] values = new float[state.size()];
            memory.output.get(values);
            results.add(new FloatTensor(state.shape(), values));
        }
        return results;
    }

    /// A row of a text's tokens, which are the next ones.
    private void arrange(Memory memory, int row, int longest, int tokens) {
        int first = memory.places.position();
        for (int t = 0; t < longest; t++) {
            boolean token = t < tokens;
            memory.tokens.put(row + t, token ? first + t : first);
            if (token) {
                memory.places.put(row + t);
            }
            if (key.quantised()) {
                memory.mask.putLong(8 * (row + t), token ? 1 : 0);
            } else {
                memory.mask.putInt(4 * (row + t), token ? 1 : 0);
            }
        }
    }

    private void compute(Map<String, OnnxTensor> adapter, Memory memory, int texts, int longest)
            throws OrtException {
        if (key.quantised()) {
            computeQuantised(memory, texts, longest);
            return;
        }
        int all = memory.places.limit();
        try (OnnxTensor in = OnnxRuntime.tensor(memory.input, all, hidden);
                OnnxTensor tokens = OnnxRuntime.tensor(memory.tokens, texts, longest);
                OnnxTensor mask = OnnxRuntime.tensor(memory.mask.asIntBuffer(), texts, longest);
                OnnxTensor places = OnnxRuntime.tensor(memory.places, all);
                OnnxTensor out = OnnxRuntime.tensor(memory.output, all, hidden)) {
            Map<String, OnnxTensor> inputs = HashMap.newHashMap(adapter.size() + 4);
            inputs.putAll(adapter);
            inputs.put(input, in);
            inputs.put(BertGraph.TOKENS, tokens);
            inputs.put(BertGraph.MASK, mask);
            inputs.put(BertGraph.PLACES, places);
            session.run(inputs, Map.of(output, out)).close();
        }
    }

    private void computeQuantised(Memory memory, int texts, int longest) throws OrtException {
        LongBuffer ones = memory.mask.asLongBuffer();
        try (OnnxTensor in = OnnxRuntime.tensor(memory.input, texts, longest, hidden);
                OnnxTensor mask = OnnxRuntime.tensor(ones, texts, longest);
                OnnxTensor out = OnnxRuntime.tensor(memory.output, texts, longest, hidden)) {
            session.run(Map.of(input, in, QUANTISED_MASK, mask), Map.of(output, out)).close();
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw OnnxRuntime.failed(e);
        }
    }
}
