package dev.lamina.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/// Reverse-mode differentiation as split learning needs it: from any tensor, with a given upstream
/// gradient, on any platform thread, several at once. (The engine's own `GradientCollector` starts
/// from a scalar only and exists once for each JVM.)
///
/// Whether operations are recorded for backward is a property of the operating-system thread, and
/// differs between the thread that started the engine and others: so every computation says which
/// it wants, with [#recording(Supplier)] or [#withoutGradient(Supplier)], on a platform thread.
public final class Autograd {
    private Autograd() {}

    /// Marks an array as one whose gradient is wanted. A leaf is one that no operation made.
    public static NDArray leaf(NDArray array) {
        array.setRequiresGradient(true);
        return array;
    }

    /// Adds d`upstream`·`output` / d leaf to the gradient of every leaf that `output` was computed
    /// from, and frees the graph.
    ///
    /// @param output any shape
    /// @param upstream the gradient of the loss with respect to `output`, of the same shape
    public static void backward(NDArray output, NDArray upstream) {
        if (!output.getShape().equals(upstream.getShape())) {
            throw new IllegalArgumentException(
                    "upstream gradient has shape "
                            + upstream.getShape()
                            + ", output "
                            + output.getShape());
        }
        JniUtils.backward((PtNDArray) output, (PtNDArray) upstream, false, false);
    }

    /// Backward from a scalar, upstream gradient 1.
    public static void backward(NDArray scalar) {
        backward(scalar, 1);
    }

    /// Backward from a scalar, with a number as the upstream gradient.
    public static void backward(NDArray scalar, double upstream) {
        try (NDArray value = Tensors.scalar(scalar.getManager(), upstream)) {
            backward(scalar, value);
        }
    }

    /// The gradient that has come to a leaf, in the engine; it belongs to the leaf's manager.
    public static NDArray gradient(NDArray leaf) {
        return leaf.getGradient();
    }

    /// The gradient that has come to a leaf, copied out and cleared for the next step; zeros where
    /// none came.
    public static FloatTensor takeGradient(NDArray leaf) {
        FloatTensor gradient;
        try (NDArray array = leaf.getGradient()) {
            gradient = Tensors.toJava(array);
        }
        JniUtils.zeroGrad((PtNDArray) leaf);
        return gradient;
    }

    /// Runs `body` with its operations recorded for backward.
    public static <T> T recording(Supplier<T> body) {
        return inMode(true, body);
    }

    /// Runs `body` without recording its operations.
    public static <T> T withoutGradient(Supplier<T> body) {
        return inMode(false, body);
    }

    private static <T> T inMode(boolean mode, Supplier<T> body) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(mode);
        try {
            return body.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }
}
