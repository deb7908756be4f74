package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.nio.file.Path;
import java.util.List;

/// GPT-2 (Radford et al. 2019) from its input embeddings on, pre-layer-norm and causal, as plain as
/// it can be written. There is no table of words: who uses it makes the embeddings of something
/// else than text. Weights are frozen unless somebody marks them otherwise.
///
/// Shape suffixes: B batch, T tokens, H hidden, N heads, D = H/N per head, F feed-forward.
///
/// @param config the shape
/// @param position embeddings of places, `[positions, H]`
/// @param blocks the transformer blocks, first to last
/// @param norm after the last block
public record Gpt2(Config config, NDArray position, List<Block> blocks, Bert.LayerNorm norm) {

    /// The shape of a model.
    ///
    /// @param layers of the whole model; fewer may be loaded
    /// @param intermediate F
    /// @param positions most tokens
    public record Config(
            int layers,
            int hidden,
            int heads,
            int intermediate,
            int positions,
            double layerNormEps) {}

    /// Loads the first blocks from a Hugging Face directory (`config.json`, `model.safetensors`).
    ///
    /// @param blocks how many
    /// @param manager the arrays belong to it
    /// @throws BadInputException if a file or a tensor is missing or has another shape, or there
    ///   are fewer blocks
    public static Gpt2 load(Path directory, int blocks, NDManager manager) {
        return Gpt2Directory.load(directory, blocks, manager);
    }

    /// Whether a directory says that it holds a GPT-2.
    public static boolean isIn(Path directory) {
        return Gpt2Directory.isOne(directory);
    }

    /// Last hidden state `[B,T,H]` of input embeddings `[B,T,H]`, to which those of places are
    /// added first.
    public NDArray forward(NDArray x_BTH) {
        NDManager owner = x_BTH.getManager();
        long tokens = x_BTH.getShape().get(1);
        NDArray places_TH = position.get("0:" + tokens);
        places_TH.attach(owner);
        NDArray h_BTH = x_BTH.add(places_TH);
        NDArray mask_TT = causalMask(owner, Math.toIntExact(tokens));
        for (Block block : blocks) {
            h_BTH = block.forward(h_BTH, mask_TT);
        }
        return norm.forward(h_BTH);
    }

    /// 0 where attention may look, back and at the token itself; the least finite fp32 elsewhere.
    private static NDArray causalMask(NDManager manager, int tokens) {
        FloatTensor mask = FloatTensor.zeros(tokens, tokens);
        for (int from = 0; from < tokens; from++) {
            for (int to = from + 1; to < tokens; to++) {
                mask.values()[from * tokens + to] = -Float.MAX_VALUE;
            }
        }
        return Tensors.toEngine(manager, mask);
    }

    /// One transformer block: norm and self-attention, norm and feed-forward, each with a residual.
    ///
    /// @param attention H to 3 H: queries, keys, values
    public record Block(
            int heads,
            Bert.LayerNorm attentionNorm,
            Linear attention,
            Linear attentionOutput,
            Bert.LayerNorm intermediateNorm,
            Linear intermediate,
            Linear output) {

        /// `[B,T,H]` to `[B,T,H]`; what is computed on the way is released before it returns, but
        /// for what the backward pass needs.
        NDArray forward(NDArray x_BTH, NDArray mask_TT) {
            NDManager owner = x_BTH.getManager();
            try (NDManager scope = owner.newSubManager()) {
                scope.tempAttachAll(x_BTH);
                NDArray attended_BTH = x_BTH.add(attend(attentionNorm.forward(x_BTH), mask_TT));
                NDArray inner_BTF =
                        geluTanh(intermediate.forward(intermediateNorm.forward(attended_BTH)));
                NDArray y_BTH = attended_BTH.add(output.forward(inner_BTF));
                y_BTH.attach(owner);
                return y_BTH;
            }
        }

        private NDArray attend(NDArray x_BTH, NDArray mask_TT) {
            Shape shape = x_BTH.getShape();
            long hidden = shape.get(2);
            NDArray all_BT3H = attention.forward(x_BTH);
            NDArray q_BNTD = split(all_BT3H.get(":,:,0:" + hidden));
            NDArray k_BNTD = split(all_BT3H.get(":,:," + hidden + ":" + 2 * hidden));
            NDArray v_BNTD = split(all_BT3H.get(":,:," + 2 * hidden + ":" + 3 * hidden));
            double scale = 1 / Math.sqrt((double) hidden / heads);
            NDArray scores_BNTT = Tensors.times(q_BNTD, scale).matMul(k_BNTD.transpose(0, 1, 3, 2));
            NDArray weights_BNTT = scores_BNTT.add(mask_TT).softmax(-1);
            NDArray mixed_BTH = weights_BNTT.matMul(v_BNTD).transpose(0, 2, 1, 3).reshape(shape);
            return attentionOutput.forward(mixed_BTH);
        }

        private NDArray split(NDArray x_BTH) {
            Shape shape = x_BTH.getShape();
            return x_BTH.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                    .transpose(0, 2, 1, 3);
        }

        /// x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))): GPT-2's approximation of the GELU.
        private static NDArray geluTanh(NDArray x) {
            NDArray cubed = Tensors.times(x.mul(x).mul(x), 0.044715);
            NDArray bent = Tensors.times(x.add(cubed), Math.sqrt(2 / Math.PI)).tanh();
            return Tensors.times(x.mul(bent.add(1)), 0.5);
        }
    }
}
