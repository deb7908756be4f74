package dev.lamina.air;

/// Discrete Fourier transforms along one axis of a complex array, by halves (Cooley and Tukey) as
/// long as the number of points is even.
final class Fourier {
    private static final int FEW = 3;

    private final float[] real;
    private final float[] imaginary;
    private final int inner;
    private final int sign;
    private final float[] outReal;
    private final float[] outImaginary;

    private Fourier(float[] real, float[] imaginary, int inner, int sign, int size) {
        this.real = real;
        this.imaginary = imaginary;
        this.inner = inner;
        this.sign = sign;
        this.outReal = new float[size];
        this.outImaginary = new float[size];
    }

    /// Σ_n a(n) exp(sign j 2π n (k + shift) / points) for k from 0 to points - 1, along an axis of
    /// `size`: with more points than that, the spectrum on a finer grid.
    ///
    /// @param inner values of the axes after it
    /// @param scale of the result
    /// @return real and imaginary parts
    static float[][] along(
            float[] real,
            float[] imaginary,
            int size,
            int points,
            int inner,
            int sign,
            double scale,
            int shift) {
        int outer = real.length / size / inner;
        Fourier fourier = new Fourier(real, imaginary, inner, sign, outer * points * inner);
        for (int o = 0; o < outer; o++) {
            fourier.transform(o * size, 1, size, o * points, points);
        }
        int turn = Math.floorMod(shift, points) * inner;
        return new float[][] {
            finished(fourier.outReal, points * inner, turn, scale),
            finished(fourier.outImaginary, points * inner, turn, scale)
        };
    }

    /// Scaled, and each period of `size` values begun `turn` values later.
    private static float[] finished(float[] values, int size, int turn, double scale) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) scale;
        }
        if (turn == 0) {
            return values;
        }
        float[] turned = new float[values.length];
        for (int from = 0; from < values.length; from += size) {
            System.arraycopy(values, from + turn, turned, from, size - turn);
            System.arraycopy(values, from, turned, from + size - turn, turn);
        }
        return turned;
    }

    /// Of every `stride`-th row from `first` on, `size` of them, to the rows from `to` on.
    private void transform(int first, int stride, int size, int to, int points) {
        if (points % 2 != 0 || size <= FEW) {
            sum(first, stride, size, to, points);
            return;
        }
        int half = points / 2;
        transform(first, 2 * stride, (size + 1) / 2, to, half);
        transform(first + stride, 2 * stride, size / 2, to + half, half);
        for (int k = 0; k < half; k++) {
            float c = (float) Math.cos(2 * Math.PI * k / points);
            float s = (float) (sign * Math.sin(2 * Math.PI * k / points));
            int even = (to + k) * inner;
            int odd = (to + half + k) * inner;
            for (int j = 0; j < inner; j++) {
                float a = outReal[odd + j] * c - outImaginary[odd + j] * s;
                float b = outReal[odd + j] * s + outImaginary[odd + j] * c;
                outReal[odd + j] = outReal[even + j] - a;
                outImaginary[odd + j] = outImaginary[even + j] - b;
                outReal[even + j] += a;
                outImaginary[even + j] += b;
            }
        }
    }

    private void sum(int first, int stride, int size, int to, int points) {
        for (int k = 0; k < points; k++) {
            for (int n = 0; n < size; n++) {
                double angle = 2 * Math.PI * ((long) k * n % points) / points;
                float c = (float) Math.cos(angle);
                float s = (float) (sign * Math.sin(angle));
                int row = (first + n * stride) * inner;
                int out = (to + k) * inner;
                for (int j = 0; j < inner; j++) {
                    float a = real[row + j];
                    float b = imaginary[row + j];
                    outReal[out + j] += a * c - b * s;
                    outImaginary[out + j] += a * s + b * c;
                }
            }
        }
    }
}
