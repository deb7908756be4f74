package dev.lamina.air;

/// Discrete Fourier transforms along one axis of a complex array.
final class Fourier {
    private Fourier() {}

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
        float[] cosine = new float[points];
        float[] sine = new float[points];
        for (int i = 0; i < points; i++) {
            cosine[i] = (float) (scale * Math.cos(2 * Math.PI * i / points));
            sine[i] = (float) (sign * scale * Math.sin(2 * Math.PI * i / points));
        }
        int outer = real.length / size / inner;
        float[] outReal = new float[outer * points * inner];
        float[] outImaginary = new float[outReal.length];
        for (int o = 0; o < outer; o++) {
            for (int k = 0; k < points; k++) {
                int to = (o * points + k) * inner;
                for (int n = 0; n < size; n++) {
                    int turn = (int) ((long) (k + shift) * n % points);
                    float c = cosine[turn];
                    float s = sine[turn];
                    int from = (o * size + n) * inner;
                    for (int j = 0; j < inner; j++) {
                        float a = real[from + j];
                        float b = imaginary[from + j];
                        outReal[to + j] += a * c - b * s;
                        outImaginary[to + j] += a * s + b * c;
                    }
                }
            }
        }
        return new float[][] {outReal, outImaginary};
    }
}
