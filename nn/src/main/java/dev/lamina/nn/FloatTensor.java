package dev.lamina.nn;

import java.util.Arrays;

/// A tensor of fp32 in Java memory, row-major: what crosses between devices and server, what
/// optimisers and aggregation work on, what files hold. It belongs to no engine and to no thread.
/// The array is not copied: who makes the tensor gives it away.
public final class FloatTensor {
    private final long[] shape;
    private final float[] values;

    /// @throws IllegalArgumentException if the shape's size is not the number of values
    public FloatTensor(long[] shape, float[] values) {
        if (sizeOf(shape) != values.length) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " does not hold "
                            + values.length
                            + " values");
        }
        this.shape = shape.clone();
        this.values = values;
    }

    public static FloatTensor zeros(long... shape) {
        return new FloatTensor(shape, new float[Math.toIntExact(sizeOf(shape))]);
    }

    public long[] shape() {
        return shape.clone();
    }

    /// The values themselves, not a copy.
    public float[] values() {
        return values;
    }

    public int size() {
        return values.length;
    }

    /// Length of a row: the last dimension, or 1 for a scalar.
    public int rowLength() {
        return shape.length == 0 ? 1 : Math.toIntExact(shape[shape.length - 1]);
    }

    /// A copy of some entries along the first dimension.
    ///
    /// @param from of the first
    /// @param to after the last
    public FloatTensor slice(int from, int to) {
        long[] part = shape.clone();
        part[0] = (long) to - from;
        int each = values.length / Math.toIntExact(shape[0]);
        return new FloatTensor(part, Arrays.copyOfRange(values, from * each, to * each));
    }

    public FloatTensor copy() {
        return new FloatTensor(shape, values.clone());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatTensor t
                && Arrays.equals(shape, t.shape)
                && Arrays.equals(values, t.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FloatTensor" + Arrays.toString(shape);
    }

    static long sizeOf(long[] shape) {
        long size = 1;
        for (long d : shape) {
            if (d < 0) {
                throw new IllegalArgumentException(
                        "negative dimension in " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, d);
        }
        return size;
    }
}
