package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.nn.Autograd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Forward and backward through a chain of segments of which only the last is recorded at once:
/// going forward, each segment's input is kept and nothing else; going backward, each segment is
/// computed again with its operations recorded. A chain of one is the plain way; a chain of blocks
/// keeps one block's activations at a time (Chen et al., arXiv 1604.06174), for one more forward
/// pass.
final class Chain {
    private Chain() {}

    /// Where the backward pass starts.
    ///
    /// @param value computed from the chain's output
    /// @param upstream gradient with respect to it, of the same shape
    record Root(NDArray value, NDArray upstream) {}

    /// Runs all of it; gradients come to the leaves of the segments' adapters.
    ///
    /// @param scope for what is computed
    /// @param input of the first segment
    /// @param mask `[B,T]`
    /// @param wanted whether the input's gradient is wanted
    /// @param top of the last segment's output
    /// @return the gradient of the input; null if it is not wanted
    static @Nullable NDArray run(
            NDManager scope,
            List<Segment> chain,
            NDArray input,
            NDArray mask,
            boolean wanted,
            Function<NDArray, Root> top) {
        List<NDArray> inputs = new ArrayList<>(List.of(input));
        Autograd.withoutGradient(() -> {
            for (Segment segment : chain.subList(0, chain.size() - 1)) {
                inputs.add(segment.forward(inputs.getLast(), mask));
            }
            return true;
        });
        NDArray upstream = null;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Segment segment = chain.get(i);
            NDArray given = inputs.get(i);
            boolean needed = i > 0 || wanted;
            NDArray x = needed ? Autograd.leaf(given) : given;
            try (NDManager step = scope.newSubManager()) {
                step.tempAttachAll(x, mask);
                Root root = root(segment, x, mask, upstream, top);
                Autograd.backward(root.value(), root.upstream());
            }
            if (upstream != null) {
                upstream.close();
            }
            upstream = needed ? Autograd.gradient(x) : null;
            if (i > 0) {
                x.close();
            }
        }
        return upstream;
    }

    private static Root root(
            Segment segment,
            NDArray x,
            NDArray mask,
            @Nullable NDArray upstream,
            Function<NDArray, Root> top) {
        return Autograd.recording(() -> {
            NDArray output = segment.forward(x, mask);
            return upstream == null ? top.apply(output) : new Root(output, upstream);
        });
    }
}
