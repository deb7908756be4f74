package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import dev.lamina.nn.Tensors;
import java.util.List;
import java.util.stream.LongStream;

/// The BERT encoder (Devlin et al., arXiv 1810.04805), post-layer-norm, as plain as it can be
/// written. It knows nothing of devices, cuts or adapters: those are transforms that make another
/// [Bert] or parts of one from it ([Lora], [Cut]). Weights are frozen unless somebody marks them
/// otherwise.
///
/// Shape suffixes: B batch, T tokens, H hidden, N heads, D = H/N per head, F feed-forward.
///
/// @param config the shape
/// @param embeddings token ids to the first hidden state
/// @param blocks the transformer blocks, first to last
public record Bert(Config config, Embeddings embeddings, List<Block> blocks) {

    /// The shape of a model, named as in Hugging Face's `config.json`.
    public record Config(
            int layers,
            int hidden,
            int heads,
            int intermediate,
            int vocabulary,
            int positions,
            int types,
            double layerNormEps) {

        /// Scalars in all weights.
        public long parameters() {
            return embeddingParameters() + layers * blockParameters();
        }

        /// Scalars in the embedding module.
        public long embeddingParameters() {
            return (long) (vocabulary + positions + types + 2) * hidden;
        }

        /// Scalars in one block: 4 H² + 2 H F weights, 9 H + F biases and norms.
        public long blockParameters() {
            long h = hidden;
            return 4 * h * h + 2 * h * intermediate + 9 * h + intermediate;
        }
    }

    /// Last hidden state `[B,T,H]` of token ids `[B,T]` (int64). `mask_BT` is 1 on tokens and 0 on
    /// padding.
    public NDArray forward(NDArray ids_BT, NDArray mask_BT) {
        NDArray x_BTH = embeddings.forward(ids_BT);
        NDArray mask_B11T = attentionMask(mask_BT);
        for (Block block : blocks) {
            x_BTH = block.forward(x_BTH, mask_B11T);
        }
        return x_BTH;
    }

    /// 0 where attention may look and the least finite fp32 where it may not, `[B,1,1,T]`.
    static NDArray attentionMask(NDArray mask_BT) {
        return mask_BT.neg()
                .add(1)
                .mul(-Float.MAX_VALUE)
                .reshape(mask_BT.getShape().get(0), 1, 1, -1);
    }

    /// Word, position and type embeddings, summed and normalised. All tokens are of type 0.
    public record Embeddings(NDArray word, NDArray position, NDArray type, LayerNorm norm) {
        NDArray forward(NDArray ids_BT) {
            NDManager owner = ids_BT.getManager();
            int tokens = Math.toIntExact(ids_BT.getShape().get(1));
            try (NDManager scope = owner.newSubManager()) {
                scope.tempAttachAll(ids_BT);
                NDArray places_1T =
                        Tensors.toEngine(
                                scope, LongStream.range(0, tokens).toArray(), new Shape(1, tokens));
                NDArray first_11 = Tensors.toEngine(scope, new long[1], new Shape(1, 1));
                NDArray sum_BTH =
                        lookUp(ids_BT, word)
                                .add(lookUp(places_1T, position))
                                .add(lookUp(first_11, type));
                NDArray x_BTH = norm.forward(sum_BTH);
                x_BTH.attach(owner);
                return x_BTH;
            }
        }

        private static NDArray lookUp(NDArray ids, NDArray table) {
            return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
        }
    }

    /// One transformer block: self-attention and feed-forward, each with a residual and a norm
    /// after it.
    public record Block(
            int heads,
            Linear query,
            Linear key,
            Linear value,
            Linear attentionOutput,
            LayerNorm attentionNorm,
            Linear intermediate,
            Linear output,
            LayerNorm outputNorm) {

        /// `[B,T,H]` to `[B,T,H]`; what is computed on the way is released before it returns, but
        /// for what the backward pass needs.
        NDArray forward(NDArray x_BTH, NDArray mask_B11T) {
            NDManager owner = x_BTH.getManager();
            try (NDManager scope = owner.newSubManager()) {
                scope.tempAttachAll(x_BTH);
                NDArray attended_BTH =
                        attentionNorm.forward(x_BTH.add(attention(x_BTH, mask_B11T)));
                NDArray inner_BTF = Activation.gelu(intermediate.forward(attended_BTH));
                NDArray y_BTH = outputNorm.forward(attended_BTH.add(output.forward(inner_BTF)));
                y_BTH.attach(owner);
                return y_BTH;
            }
        }

        private NDArray attention(NDArray x_BTH, NDArray mask_B11T) {
            Shape shape = x_BTH.getShape();
            NDArray q_BNTD = split(query.forward(x_BTH));
            NDArray k_BNTD = split(key.forward(x_BTH));
            NDArray v_BNTD = split(value.forward(x_BTH));
            double scale = 1 / Math.sqrt((double) shape.get(2) / heads);
            NDArray scores_BNTT = Tensors.times(q_BNTD, scale).matMul(k_BNTD.transpose(0, 1, 3, 2));
            NDArray weights_BNTT = scores_BNTT.add(mask_B11T).softmax(-1);
            NDArray mixed_BTH = weights_BNTT.matMul(v_BNTD).transpose(0, 2, 1, 3).reshape(shape);
            return attentionOutput.forward(mixed_BTH);
        }

        private NDArray split(NDArray x_BTH) {
            Shape shape = x_BTH.getShape();
            return x_BTH.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                    .transpose(0, 2, 1, 3);
        }
    }

    /// Layer normalisation over the last dimension.
    public record LayerNorm(NDArray weight, NDArray bias, double eps) {
        NDArray forward(NDArray x) {
            return ai.djl.nn.norm.LayerNorm.layerNorm(
                            x, weight.getShape(), weight, bias, (float) eps)
                    .singletonOrThrow();
        }
    }
}
