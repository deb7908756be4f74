package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.List;

/// Layers by the names of their parameters. Results belong to the input's manager.
final class Layers {
    private static final double NORM_EPSILON = 1e-5;

    private Layers() {}

    /// `[…, in]` to `[…, out]`.
    static NDArray linear(Parameters parameters, String name, NDArray x) {
        return ai.djl.nn.core.Linear.linear(
                        x, parameters.leaf(name + ".weight"), parameters.leaf(name + ".bias"))
                .singletonOrThrow();
    }

    /// A linear layer over time: `[B,T,C]` to `[B,F,C]`.
    static NDArray overTime(Parameters parameters, String name, NDArray x_BTC) {
        return linear(parameters, name, x_BTC.transpose(0, 2, 1)).transpose(0, 2, 1);
    }

    /// A linear layer without a bias.
    static NDArray withoutBias(Parameters parameters, String name, NDArray x) {
        return ai.djl.nn.core.Linear.linear(x, parameters.leaf(name + ".weight"), null)
                .singletonOrThrow();
    }

    /// Layer normalisation over the last dimension.
    static NDArray norm(Parameters parameters, String name, NDArray x) {
        return norm(parameters, name, x, NORM_EPSILON);
    }

    static NDArray norm(Parameters parameters, String name, NDArray x, double epsilon) {
        NDArray weight = parameters.leaf(name + ".weight");
        return ai.djl.nn.norm.LayerNorm.layerNorm(
                        x,
                        weight.getShape(),
                        weight,
                        parameters.leaf(name + ".bias"),
                        (float) epsilon)
                .singletonOrThrow();
    }

    /// A convolution of odd kernel that leaves the size as it is: `[B,in,R,C]` to `[B,out,R,C]`.
    static NDArray convolution(Parameters parameters, String name, NDArray x) {
        NDArray weight = parameters.leaf(name + ".weight");
        Shape kernel = weight.getShape().slice(2);
        return Conv2d.conv2d(
                        x,
                        weight,
                        parameters.leaf(name + ".bias"),
                        new Shape(1, 1),
                        new Shape(kernel.get(0) / 2, kernel.get(1) / 2))
                .singletonOrThrow();
    }

    /// One after another along an axis. (The engine's own `concat` of a single array gives a copy
    /// that no gradient comes through.)
    static NDArray concat(List<NDArray> parts, int axis) {
        return parts.size() == 1
                ? parts.getFirst()
                : NDArrays.concat(new NDList(parts.toArray(NDArray[]::new)), axis);
    }

    /// Real and imaginary parts in turn `[B,T,C]` as an image `[B,2,T,K]`.
    static NDArray image(NDArray x_BTC) {
        Shape shape = x_BTC.getShape();
        return x_BTC.reshape(shape.get(0), shape.get(1), shape.get(2) / 2, 2).transpose(0, 3, 1, 2);
    }

    /// The reverse.
    static NDArray interleaved(NDArray x_B2TK) {
        Shape shape = x_B2TK.getShape();
        return x_B2TK.transpose(0, 2, 3, 1).reshape(shape.get(0), shape.get(2), 2 * shape.get(3));
    }

    /// The orthonormal inverse Fourier transform over subcarriers, which gives delays, as a matrix
    /// `[C,C]` for rows of real and imaginary parts in turn: delays = x · matrix.
    static FloatTensor toDelays(int subcarriers) {
        FloatTensor matrix = FloatTensor.zeros(2L * subcarriers, 2L * subcarriers);
        float[] values = matrix.values();
        double scale = 1 / Math.sqrt(subcarriers);
        for (int k = 0; k < subcarriers; k++) {
            for (int n = 0; n < subcarriers; n++) {
                double angle = 2 * Math.PI * ((long) k * n % subcarriers) / subcarriers;
                float cosine = (float) (scale * Math.cos(angle));
                float sine = (float) (scale * Math.sin(angle));
                int real = 2 * k * 2 * subcarriers + 2 * n;
                int imaginary = real + 2 * subcarriers;
                values[real] = cosine;
                values[real + 1] = sine;
                values[imaginary] = -sine;
                values[imaginary + 1] = cosine;
            }
        }
        return matrix;
    }
}
