package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run of a model's modules: perhaps the embedding, then some consecutive blocks, perhaps the
/// head. A whole classifier is one segment; a [Cut] makes several of it, for different machines.
///
/// @param embeddings if the segment starts with token ids; null if it starts with a hidden state
/// @param firstBlock index in the model of the first of `blocks`
/// @param blocks transformer blocks, none for a segment of embedding or head only
/// @param head if the segment ends with logits; null if it ends with a hidden state
public record Segment(
        Bert.@Nullable Embeddings embeddings,
        int firstBlock,
        List<Bert.Block> blocks,
        @Nullable Head head) {

    /// All of a model, with its head.
    public static Segment whole(Bert bert, Head head) {
        return new Segment(bert.embeddings(), 0, bert.blocks(), head);
    }

    /// Whether there is nothing in it to compute.
    public boolean isEmpty() {
        return embeddings == null && blocks.isEmpty() && head == null;
    }

    /// Runs the segment.
    ///
    /// @param x token ids `[B,T]` (int64) if there are embeddings, else a hidden state `[B,T,H]`
    /// @param mask_BT 1 on tokens, 0 on padding (fp32)
    /// @return a hidden state `[B,T,H]`, or logits `[B,classes]` if there is a head
    public NDArray forward(NDArray x, NDArray mask_BT) {
        NDArray y = embeddings == null ? x : embeddings.forward(x);
        if (!blocks.isEmpty()) {
            NDArray mask_B11T = Bert.attentionMask(mask_BT);
            for (Bert.Block block : blocks) {
                y = block.forward(y, mask_B11T);
            }
        }
        return head == null ? y : head.forward(y, mask_BT);
    }
}
