package dev.lamina.lam;

import ai.djl.ndarray.NDArray;

/// The task module: pools the last hidden state and classifies it.
///
/// @param pooling how a sentence's tokens become one vector
/// @param weight `[classes, H]`
/// @param bias `[classes]`
public record Head(Pooling pooling, NDArray weight, NDArray bias) {

    /// How a sentence's tokens become one vector.
    public enum Pooling {
        /// Mean over the tokens that are not padding.
        MEAN,
        /// The first token.
        CLS,
        /// Nothing to do: whoever is below has pooled already.
        DONE;

        /// `[B,T,H]` to `[B,H]`; [#DONE] leaves `[B,H]` as it is.
        NDArray apply(NDArray x_BTH, NDArray mask_BT) {
            return switch (this) {
                case MEAN -> {
                    NDArray mask_BT1 = mask_BT.expandDims(2);
                    yield x_BTH.mul(mask_BT1).sum(new int[] {1}).div(mask_BT1.sum(new int[] {1}));
                }
                case CLS -> x_BTH.get(":, 0");
                case DONE -> x_BTH;
            };
        }
    }

    /// Logits `[B,classes]` of a last hidden state `[B,T,H]`.
    NDArray forward(NDArray x_BTH, NDArray mask_BT) {
        return ai.djl.nn.core.Linear.linear(pooling.apply(x_BTH, mask_BT), weight, bias)
                .singletonOrThrow();
    }
}
