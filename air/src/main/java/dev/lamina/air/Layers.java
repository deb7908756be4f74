package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.ArrayList;
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
    ///
    /// It is a linear layer over what the kernel covers. The engine's own convolution is oneDNN's,
    /// whose gradients we have seen wrong by a factor of two and more on a virtual machine that
    /// does not tell the sizes of its caches (docs/log.md, 2026-11-30).
    static NDArray convolution(Parameters parameters, String name, NDArray x_BIRC) {
        NDManager manager = x_BIRC.getManager();
        NDArray weight_OIKL = parameters.leaf(name + ".weight");
        long rows = weight_OIKL.getShape().get(2);
        long columns = weight_OIKL.getShape().get(3);
        NDArray padded_BRCI =
                padded(padded(x_BIRC.transpose(0, 2, 3, 1), 1, rows / 2), 2, columns / 2);
        Shape size = x_BIRC.getShape().slice(2);
        List<NDArray> covered = new ArrayList<>();
        for (long k = 0; k < rows; k++) {
            for (long l = 0; l < columns; l++) {
                covered.add(
                        padded_BRCI.get(
                                new NDIndex()
                                        .addAllDim()
                                        .addSliceDim(k, k + size.get(0))
                                        .addSliceDim(l, l + size.get(1))));
            }
        }
        NDArray turned_OKLI = weight_OIKL.transpose(0, 2, 3, 1);
        turned_OKLI.attach(manager); // not the weight's, which lives longer
        return ai.djl.nn.core.Linear.linear(
                        concat(covered, 3),
                        turned_OKLI.reshape(turned_OKLI.getShape().get(0), -1),
                        parameters.leaf(name + ".bias"))
                .singletonOrThrow()
                .transpose(0, 3, 1, 2);
    }

    /// With zeros before and after along an axis.
    private static NDArray padded(NDArray x, int axis, long width) {
        if (width == 0) {
            return x;
        }
        long[] shape = x.getShape().getShape().clone();
        shape[axis] = width;
        NDArray zeros = x.getManager().zeros(new Shape(shape));
        return concat(List.of(zeros, x, zeros), axis);
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
