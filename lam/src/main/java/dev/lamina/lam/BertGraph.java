package dev.lamina.lam;

import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.OnnxAttribute;
import dev.lamina.nn.OnnxGraph;
import dev.lamina.nn.OnnxValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A range of a BERT's blocks as an ONNX model, for ONNX Runtime on a CPU: the same computation as
/// [Bert], in the fused operators that ONNX Runtime adds to ONNX's own (domain `com.microsoft`).
///
/// Texts of different lengths run together, and only attention sees padding. Input `hidden` `[N,H]`
/// fp32 has the tokens of all B texts one after another, and so has the output `hidden_out`. How
/// they stand in rows of T is said by `tokens` `[B,T]` int32 (which token stands there; any on
/// padding), `mask` `[B,T]` int32 (1 on tokens, 0 on padding), and `places` `[N]` int32 (where in
/// the B·T places each token stands).
///
/// For each layer of a block that adapters may change there are two more inputs, the pair
/// transposed: `A.<layer>` `[in,r]` and `B.<layer>` `[r,out]`, the latter times α/r. So one model
/// serves all adapters, and r = 0 serves none.
public final class BertGraph {
    public static final String HIDDEN = "hidden";
    public static final String MASK = "mask";
    public static final String TOKENS = "tokens";
    public static final String PLACES = "places";
    public static final String HIDDEN_OUT = "hidden_out";
    private static final String FLAT = "flat";
    private static final String CONTRIB = "com.microsoft";
    private static final int OPERATORS = 17;

    private final Bert.Config config;
    private final BertWeights.Source weights;
    private final Set<Lora.Target> adapted;
    private final OnnxGraph graph = new OnnxGraph("bert", OPERATORS).operators(CONTRIB, 1);

    private BertGraph(Bert.Config config, BertWeights.Source weights, Set<Lora.Target> adapted) {
        this.config = config;
        this.weights = weights;
        this.adapted = adapted;
    }

    /// Makes the model.
    ///
    /// @param from the first block
    /// @param to after the last
    /// @param adapted layers of each block that adapters may change; none costs nothing
    public static byte[] blocks(ModelFiles files, int from, int to, Set<Lora.Target> adapted) {
        return blocks(files.config(), files.weights(), from, to, adapted);
    }

    static byte[] blocks(
            Bert.Config config,
            BertWeights.Source weights,
            int from,
            int to,
            Set<Lora.Target> adapted) {
        return new BertGraph(config, weights, adapted).write(from, to);
    }

    /// Name of the input that is a layer's A, transposed.
    public static String nameOfA(Lora.Target target, int block) {
        return "A." + target.name(block);
    }

    /// Name of the input that is a layer's B, transposed and scaled.
    public static String nameOfB(Lora.Target target, int block) {
        return "B." + target.name(block);
    }

    private byte[] write(int from, int to) {
        graph.input(OnnxValue.floats(HIDDEN, -1, config.hidden()))
                .input(new OnnxValue(TOKENS, OnnxValue.Type.INT32, List.of(-1, -1)))
                .input(new OnnxValue(MASK, OnnxValue.Type.INT32, List.of(-1, -1)))
                .input(new OnnxValue(PLACES, OnnxValue.Type.INT32, List.of(-1)))
                .output(OnnxValue.floats(HIDDEN_OUT, -1, config.hidden()));
        graph.constant(FLAT, new long[] {2}, -1, config.hidden());
        String x = HIDDEN;
        for (int block = from; block < to; block++) {
            x = block(x, block, block == to - 1 ? HIDDEN_OUT : "block" + block);
        }
        if (from == to) {
            graph.node("Identity", List.of(HIDDEN), HIDDEN_OUT);
        }
        return graph.toBytes();
    }

    private String block(String x, int block, String output) {
        String layer = "encoder.layer." + block + ".";
        String context = attention(x, block, layer);
        String attended = linear(context, Lora.Target.ATTENTION_OUTPUT, block);
        String middle =
                norm(
                        x,
                        attended,
                        Lora.Target.ATTENTION_OUTPUT.name(block),
                        layer + "attention.output.LayerNorm",
                        layer + "middle");
        String inner = linear(middle, Lora.Target.INTERMEDIATE, block);
        String bias = Lora.Target.INTERMEDIATE.name(block) + ".bias";
        String active = layer + "gelu";
        graph.node(
                CONTRIB,
                "BiasGelu",
                List.of(inner, constant(bias, config.intermediate())),
                List.of(active));
        String outer = linear(active, Lora.Target.OUTPUT, block);
        return norm(
                middle, outer, Lora.Target.OUTPUT.name(block), layer + "output.LayerNorm", output);
    }

    /// Queries, keys and values of all tokens, set in rows for attention and back. A single
    /// operator with their weights side by side would compute on padding.
    private String attention(String x, int block, String layer) {
        List<Lora.Target> three = List.of(Lora.Target.QUERY, Lora.Target.KEY, Lora.Target.VALUE);
        List<String> inputs = new ArrayList<>();
        for (Lora.Target target : three) {
            String out = linear(x, target, block);
            inputs.add(graph.node("Gather", List.of(out, TOKENS), out + ".rows"));
        }
        long[] size = {3L * config.hidden()};
        inputs.add(graph.constant(layer + "bias", size, () -> packedBias(three, block)));
        inputs.add(MASK);
        String context = layer + "context";
        graph.node(
                CONTRIB,
                "MultiHeadAttention",
                inputs,
                List.of(context + ".rows"),
                new OnnxAttribute.Whole("num_heads", config.heads()));
        graph.node("Reshape", List.of(context + ".rows", FLAT), context + ".flat");
        return graph.node("Gather", List.of(context + ".flat", PLACES), context);
    }

    private FloatTensor packedBias(List<Lora.Target> targets, int block) {
        int h = config.hidden();
        FloatTensor packed = FloatTensor.zeros((long) targets.size() * h);
        for (int i = 0; i < targets.size(); i++) {
            FloatTensor one = weights.tensor(targets.get(i).name(block) + ".bias", h);
            System.arraycopy(one.values(), 0, packed.values(), i * h, h);
        }
        return packed;
    }

    /// x Wᵀ, and x Aᵀ Bᵀ if there may be an adapter; the bias is whoever takes it.
    private String linear(String x, Lora.Target target, int block) {
        String name = target.name(block);
        int in = target.in(config);
        int out = target.out(config);
        graph.constant(
                name + ".weight",
                new long[] {in, out},
                () -> {
                    FloatTensor transposed = FloatTensor.zeros(in, out);
                    transposeInto(weights.tensor(name + ".weight", out, in), transposed);
                    return transposed;
                });
        String base = graph.node("MatMul", List.of(x, name + ".weight"), name + ".out");
        if (!adapted.contains(target)) {
            return base;
        }
        String a = nameOfA(target, block);
        String b = nameOfB(target, block);
        graph.input(OnnxValue.floats(a, in, -1)).input(OnnxValue.floats(b, -1, out));
        String down = graph.node("MatMul", List.of(x, a), name + ".down");
        String up = graph.node("MatMul", List.of(down, b), name + ".up");
        return graph.node("Add", List.of(base, up), name + ".adapted");
    }

    /// Norm of x + y + bias.
    private String norm(String x, String y, String linear, String norm, String output) {
        graph.node(
                CONTRIB,
                "SkipLayerNormalization",
                List.of(
                        x,
                        y,
                        constant(norm + ".weight", config.hidden()),
                        constant(norm + ".bias", config.hidden()),
                        constant(linear + ".bias", config.hidden())),
                List.of(output),
                new OnnxAttribute.Real("epsilon", (float) config.layerNormEps()));
        return output;
    }

    private String constant(String name, long size) {
        return graph.constant(name, new long[] {size}, () -> weights.tensor(name, size));
    }

    /// Puts a matrix `[out,in]` into one of `[in,out]`.
    private static void transposeInto(FloatTensor matrix, FloatTensor into) {
        int out = (int) matrix.shape()[0];
        int in = (int) matrix.shape()[1];
        float[] from = matrix.values();
        float[] to = into.values();
        int block = 32; // two squares of it fit the first-level cache
        for (int o0 = 0; o0 < out; o0 += block) {
            for (int i0 = 0; i0 < in; i0 += block) {
                for (int o = o0; o < Math.min(out, o0 + block); o++) {
                    for (int i = i0; i < Math.min(in, i0 + block); i++) {
                        to[i * out + o] = from[o * in + i];
                    }
                }
            }
        }
    }
}
