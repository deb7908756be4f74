package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.lamina.nn.Tensors;

/// Cross-entropy of logits against class numbers.
final class Loss {
    private Loss() {}

    /// Mean over the batch, a scalar.
    ///
    /// @param logits `[B,classes]`
    /// @param labels `[B]`
    static NDArray crossEntropy(NDArray logits, int[] labels) {
        long[] wide = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            wide[i] = labels[i];
        }
        NDArray index = Tensors.toEngine(logits.getManager(), wide, new Shape(labels.length, 1));
        return logits.logSoftmax(1).gather(index, 1).mean().neg();
    }
}
