package dev.lamina.radio;

import java.util.Arrays;

/// Rows of complex numbers, real and imaginary part in turn, and sums of them with complex weights.
/// The weights' real and imaginary parts are summed apart, Σ Re(w) row and Σ Im(w) row: that takes
/// half the loads and no shuffling, so that the compiler makes vector instructions of it, and it
/// serves conjugate weights too.
final class ComplexRows {
    final float[][] rows;
    private final float[] realSum;
    private final float[] imaginarySum;

    /// @param length in complex numbers
    ComplexRows(int count, int length) {
        rows = new float[count][2 * length];
        realSum = new float[2 * length];
        imaginarySum = new float[2 * length];
    }

    /// Sums the first rows, each times a weight; [#result] and [#conjugateResult] have the sums.
    ///
    /// @param at where the weights begin
    void sum(int count, float[] real, float[] imaginary, int at) {
        Arrays.fill(realSum, 0);
        Arrays.fill(imaginarySum, 0);
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            int w = at + i;
            add(rows[i], rows[i + 1], rows[i + 2], rows[i + 3],
                    real[w], real[w + 1], real[w + 2], real[w + 3], realSum,
                    imaginary[w], imaginary[w + 1], imaginary[w + 2], imaginary[w + 3],
                    imaginarySum);
        }
        for (; i < count; i++) {
            add(rows[i], real[at + i], realSum, imaginary[at + i], imaginarySum);
        }
    }

    /// Writes the sum with the weights.
    void result(float[] sum) {
        for (int j = 0; j < sum.length; j += 2) {
            sum[j] = realSum[j] - imaginarySum[j + 1];
            sum[j + 1] = realSum[j + 1] + imaginarySum[j];
        }
    }

    /// Writes the sum with the weights' conjugates.
    void conjugateResult(float[] sum) {
        for (int j = 0; j < sum.length; j += 2) {
            sum[j] = realSum[j] + imaginarySum[j + 1];
            sum[j + 1] = realSum[j + 1] - imaginarySum[j];
        }
    }

    private static void add(float[] row, float real, float[] x, float imaginary, float[] y) {
        for (int j = 0; j < row.length; j++) {
            x[j] += real * row[j];
            y[j] += imaginary * row[j];
        }
    }

    private static void add(
            float[] a, float[] b, float[] c, float[] d,
            float ar, float br, float cr, float dr, float[] x,
            float ai, float bi, float ci, float di, float[] y) {
        for (int j = 0; j < a.length; j++) {
            x[j] += ar * a[j] + br * b[j] + cr * c[j] + dr * d[j];
            y[j] += ai * a[j] + bi * b[j] + ci * c[j] + di * d[j];
        }
    }
}
