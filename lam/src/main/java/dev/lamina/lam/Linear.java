package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// An affine map of the last dimension, y = x Wᵀ + b: the place in a model where an adapter may be
/// put.
public interface Linear {
    /// Maps `[…, in]` to `[…, out]`. The result belongs to the manager of `x`.
    NDArray forward(NDArray x);

    /// A plain linear layer.
    ///
    /// @param weight `[out, in]`
    /// @param bias `[out]`, or null for none
    record Dense(NDArray weight, @Nullable NDArray bias) implements Linear {
        @Override
        public NDArray forward(NDArray x) {
            return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
        }
    }
}
