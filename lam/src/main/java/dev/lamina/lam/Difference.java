package dev.lamina.lam;

import ai.djl.ndarray.NDArray;

/// A frozen linear layer with a frozen dense difference beside it: x Wᵀ + b + x Dᵀ.
///
/// @param base the layer
/// @param difference D `[out, in]`
record Difference(Linear base, NDArray difference) implements Linear {
    @Override
    public NDArray forward(NDArray x) {
        NDArray added = ai.djl.nn.core.Linear.linear(x, difference, null).singletonOrThrow();
        return base.forward(x).add(added);
    }
}
