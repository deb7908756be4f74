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
            add(i, real, imaginary, at + i);
        }
        for (; i < count; i++) {
            add(rows[i], real[at + i], imaginary[at + i]);
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

    private void add(float[] row, float real, float imaginary) {
        float[] x = realSum;
        float[] y = imaginarySum;
        for (int j = 0; j < x.length; j++) {
            x[j] = Math.fma(real, row[j], x[j]);
            y[j] = Math.fma(imaginary, row[j], y[j]);
        }
    }

    /// Four rows at once, as the sums are then loaded and stored less often.
    private void add(int first, float[] real, float[] imaginary, int at) {
        float[] x = realSum;
        float[] y = imaginarySum;
        float[] a = rows[first];
        float[] b = rows[first + 1];
        float[] c = rows[first + 2];
        float[] d = rows[first + 3];
        float ar = real[at];
        float br = real[at + 1];
        float cr = real[at + 2];
        float dr = real[at + 3];
        float ai = imaginary[at];
        float bi = imaginary[at + 1];
        float ci = imaginary[at + 2];
        float di = imaginary[at + 3];
        for (int j = 0; j < x.length; j++) {
            float re = Math.fma(ar, a[j], Math.fma(br, b[j], x[j]));
            float im = Math.fma(ai, a[j], Math.fma(bi, b[j], y[j]));
            x[j] = Math.fma(cr, c[j], Math.fma(dr, d[j], re));
            y[j] = Math.fma(ci, c[j], Math.fma(di, d[j], im));
        }
    }
}
