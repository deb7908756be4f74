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

        private static FloatBuffer floats(int size) {
            return OnnxRuntime.memory(4 * size).asFloatBuffer();
        }

        private void ensure(int floats, int maskBytes) {
            if (input.capacity() < floats) {
                input = floats(floats);
                output = floats(floats);
            }
            if (mask.capacity() < maskBytes) {
                mask = OnnxRuntime.memory(maskBytes);
            }
            input.clear().limit(floats);
            output.clear().limit(floats);
            mask.clear().limit(maskBytes);
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

    /// Runs hidden states of any lengths together; longer ones are not better off than shorter
    /// ones, which are padded.
    ///
    /// @param states each `[T,H]`
    /// @param adapter the adapters' inputs
    /// @return each `[T,H]`
    List<FloatTensor> run(
            List<FloatTensor> states, Map<String, OnnxTensor> adapter, Memory memory) {
        int longest = 0;
        for (FloatTensor state : states) {
            longest = Math.max(longest, state.size() / hidden);
        }
        int tokens = states.size() * longest;
        memory.ensure(tokens * hidden, tokens * (key.quantised() ? 8 : 4));
        for (int b = 0; b < states.size(); b++) {
            memory.input.put(b * longest * hidden, states.get(b).values());
            pad(memory, b * longest, longest, states.get(b).size() / hidden);
        }
        try {
            compute(adapter, memory, states.size(), longest);
        } catch (OrtException e) {
            throw OnnxRuntime.failed(e);
        }
        int at = longest * hidden;
        java.util.ArrayList<FloatTensor> results = new java.util.ArrayList<>(states.size());
        for (int b = 0; b < states.size(); b++) {
            float[] values = new float[states.get(b).size()];
            memory.output.get(b * at, values);
            results.add(new FloatTensor(states.get(b).shape(), values));
        }
        return results;
    }

    private void pad(Memory memory, int row, int longest, int tokens) {
        for (int t = 0; t < longest; t++) {
            if (key.quantised()) {
                memory.mask.putLong(8 * (row + t), t < tokens ? 1 : 0);
            } else {
                memory.mask.putInt(4 * (row + t), t < tokens ? 1 : 0);
            }
        }
        for (int i = (row + tokens) * hidden; i < (row + longest) * hidden; i++) {
            memory.input.put(i, 0f);
        }
    }

    private void compute(Map<String, OnnxTensor> adapter, Memory memory, int texts, int longest)
            throws OrtException {
        try (OnnxTensor in = OnnxRuntime.tensor(memory.input, texts, longest, hidden);
                OnnxTensor mask = mask(memory, texts, longest);
                OnnxTensor out = OnnxRuntime.tensor(memory.output, texts, longest, hidden)) {
            Map<String, OnnxTensor> inputs = HashMap.newHashMap(adapter.size() + 2);
            inputs.putAll(adapter);
            inputs.put(input, in);
            inputs.put(key.quantised() ? QUANTISED_MASK : BertGraph.MASK, mask);
            session.run(inputs, Map.of(output, out)).close();
        }
    }

    private OnnxTensor mask(Memory memory, int texts, int longest) throws OrtException {
        if (key.quantised()) {
            LongBuffer mask = memory.mask.asLongBuffer();
            return OnnxRuntime.tensor(mask, texts, longest);
        }
        IntBuffer mask = memory.mask.asIntBuffer();
        return OnnxRuntime.tensor(mask, texts, longest);
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
