package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run of a model's modules: perhaps the embedding, then some consecutive blocks, perhaps the
/// head. A whole classifier is one segment; a [Cut] makes several of it, for different machines.
///
/// @param embeddings if the segment starts with token ids; null if it starts with a hidden state
/// @param firstBlock index in the model of the first of `blocks`
/// @param blocks transformer blocks, none for a segment of embedding or head only
/// @param pooling if the segment ends with one vector for each text, for a head elsewhere; null if
///   it does not
/// @param head if the segment ends with logits; null if it does not
public record Segment(
        Bert.@Nullable Embeddings embeddings,
        int firstBlock,
        List<Bert.Block> blocks,
        Head.@Nullable Pooling pooling,
        @Nullable Head head) {

    /// A segment that ends with logits if there is a head, else with a hidden state.
    public Segment(
            Bert.@Nullable Embeddings embeddings,
            int firstBlock,
            List<Bert.Block> blocks,
            @Nullable Head head) {
        this(embeddings, firstBlock, blocks, null, head);
    }

    /// All of a model, with its head.
    public static Segment whole(Bert bert, Head head) {
        return new Segment(bert.embeddings(), 0, bert.blocks(), head);
    }

    /// Whether there is nothing in it to compute.
    public boolean isEmpty() {
        return embeddings == null && blocks.isEmpty() && pooling == null && head == null;
    }

    /// The same computation as a chain of small segments: the embedding with nothing else, each
    /// block by itself, pooling or head by itself.
    public List<Segment> slices() {
        List<Segment> slices = new ArrayList<>();
        if (embeddings != null) {
            slices.add(new Segment(embeddings, firstBlock, List.of(), null));
        }
        for (int i = 0; i < blocks.size(); i++) {
            slices.add(new Segment(null, firstBlock + i, List.of(blocks.get(i)), null));
        }
        if (head != null || pooling != null) {
            slices.add(new Segment(null, firstBlock + blocks.size(), List.of(), pooling, head));
        }
        return slices;
    }

    /// A copy with weights of its own, which belong to `manager`. Only a plain segment can be
    /// copied, not one with adapters.
    public Segment copyTo(NDManager manager) {
        Bert.Embeddings e = embeddings;
        Head h = head;
        return new Segment(
                e == null
                        ? null
                        : new Bert.Embeddings(
                                copy(e.word(), manager),
                                copy(e.position(), manager),
                                copy(e.type(), manager),
                                copy(e.norm(), manager)),
                firstBlock,
                blocks.stream().map(block -> copy(block, manager)).toList(),
                pooling,
                h == null
                        ? null
                        : new Head(
                                h.pooling(), copy(h.weight(), manager), copy(h.bias(), manager)));
    }

    private static Bert.Block copy(Bert.Block b, NDManager manager) {
        return new Bert.Block(
                b.heads(),
                copy(b.query(), manager),
                copy(b.key(), manager),
                copy(b.value(), manager),
                copy(b.attentionOutput(), manager),
                copy(b.attentionNorm(), manager),
                copy(b.intermediate(), manager),
                copy(b.output(), manager),
                copy(b.outputNorm(), manager));
    }

    private static Linear copy(Linear layer, NDManager manager) {
        Linear.Dense dense = (Linear.Dense) layer;
        NDArray bias = dense.bias();
        return new Linear.Dense(
                copy(dense.weight(), manager), bias == null ? null : copy(bias, manager));
    }

    private static Bert.LayerNorm copy(Bert.LayerNorm norm, NDManager manager) {
        return new Bert.LayerNorm(
                copy(norm.weight(), manager), copy(norm.bias(), manager), norm.eps());
    }

    private static NDArray copy(NDArray array, NDManager manager) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }

    /// Runs the segment.
    ///
    /// @param x token ids `[B,T]` (int64) if there are embeddings, else a hidden state `[B,T,H]`
    /// @param mask_BT 1 on tokens, 0 on padding (fp32)
    /// @return a hidden state `[B,T,H]`; `[B,H]` if it is pooled; logits `[B,classes]` if there is
    ///   a head
    public NDArray forward(NDArray x, NDArray mask_BT) {
        NDArray y = embeddings == null ? x : embeddings.forward(x);
        if (!blocks.isEmpty()) {
            NDArray mask_B11T = Bert.attentionMask(mask_BT);
            for (Bert.Block block : blocks) {
                y = block.forward(y, mask_B11T);
            }
        }
        if (pooling != null) {
            return pooling.apply(y, mask_BT);
        }
        return head == null ? y : head.forward(y, mask_BT);
    }
}
