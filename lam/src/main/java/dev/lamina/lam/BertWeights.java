package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The names and shapes of a BERT's weights (Hugging Face's `BertModel` without pooler), and a
/// [Bert] from and to tensors of these names.
final class BertWeights {
    private BertWeights() {}

    /// Where the tensors come from. Its errors name the source.
    @FunctionalInterface
    interface Source {
        FloatTensor tensor(String name, long... shape);
    }

    /// Builds a model from named tensors; the arrays belong to `manager`.
    static Bert read(Bert.Config config, NDManager manager, Source source) {
        Reader in = new Reader(manager, source);
        int h = config.hidden();
        int f = config.intermediate();
        Bert.Embeddings embeddings =
                new Bert.Embeddings(
                        in.array("embeddings.word_embeddings.weight", config.vocabulary(), h),
                        in.array("embeddings.position_embeddings.weight", config.positions(), h),
                        in.array("embeddings.token_type_embeddings.weight", config.types(), h),
                        in.norm("embeddings.LayerNorm", h, config.layerNormEps()));
        List<Bert.Block> blocks = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            String layer = "encoder.layer." + i + ".";
            blocks.add(
                    new Bert.Block(
                            config.heads(),
                            in.dense(layer + "attention.self.query", h, h),
                            in.dense(layer + "attention.self.key", h, h),
                            in.dense(layer + "attention.self.value", h, h),
                            in.dense(layer + "attention.output.dense", h, h),
                            in.norm(layer + "attention.output.LayerNorm", h, config.layerNormEps()),
                            in.dense(layer + "intermediate.dense", f, h),
                            in.dense(layer + "output.dense", h, f),
                            in.norm(layer + "output.LayerNorm", h, config.layerNormEps())));
        }
        return new Bert(config, embeddings, List.copyOf(blocks));
    }

    /// All weights of a plain model by name. Fails on a model with adapters in it: merge them
    /// first.
    static SequencedMap<String, NDArray> write(Bert bert) {
        SequencedMap<String, NDArray> out = new LinkedHashMap<>();
        out.put("embeddings.word_embeddings.weight", bert.embeddings().word());
        out.put("embeddings.position_embeddings.weight", bert.embeddings().position());
        out.put("embeddings.token_type_embeddings.weight", bert.embeddings().type());
        norm(out, "embeddings.LayerNorm", bert.embeddings().norm());
        for (int i = 0; i < bert.blocks().size(); i++) {
            String layer = "encoder.layer." + i + ".";
            Bert.Block block = bert.blocks().get(i);
            dense(out, layer + "attention.self.query", block.query());
            dense(out, layer + "attention.self.key", block.key());
            dense(out, layer + "attention.self.value", block.value());
            dense(out, layer + "attention.output.dense", block.attentionOutput());
            norm(out, layer + "attention.output.LayerNorm", block.attentionNorm());
            dense(out, layer + "intermediate.dense", block.intermediate());
            dense(out, layer + "output.dense", block.output());
            norm(out, layer + "output.LayerNorm", block.outputNorm());
        }
        return out;
    }

    private static void dense(SequencedMap<String, NDArray> out, String name, Linear linear) {
        if (!(linear instanceof Linear.Dense plain) || plain.bias() == null) {
            throw new IllegalArgumentException(name + " is not a plain linear layer with bias");
        }
        out.put(name + ".weight", plain.weight());
        out.put(name + ".bias", plain.bias());
    }

    private static void norm(SequencedMap<String, NDArray> out, String name, Bert.LayerNorm norm) {
        out.put(name + ".weight", norm.weight());
        out.put(name + ".bias", norm.bias());
    }

    private record Reader(NDManager manager, Source source) {
        NDArray array(String name, long... shape) {
            FloatTensor tensor = source.tensor(name, shape);
            if (!Arrays.equals(tensor.shape(), shape)) {
                throw new IllegalArgumentException(
                        name + " is " + tensor + ", not " + Arrays.toString(shape));
            }
            return Tensors.toEngine(manager, tensor);
        }

        Linear dense(String name, int out, int in) {
            return new Linear.Dense(array(name + ".weight", out, in), array(name + ".bias", out));
        }

        Bert.LayerNorm norm(String name, int size, double eps) {
            return new Bert.LayerNorm(
                    array(name + ".weight", size), array(name + ".bias", size), eps);
        }
    }
}
