package dev.lamina.media;

import java.util.Arrays;

/// How a row of samples becomes one of another length: linear interpolation to a longer one, a mean
/// weighted by distance (a triangle as wide as two new samples) to a shorter one, so that thin
/// strokes become pale and are not lost.
///
/// @param first sample that counts, for each new one
/// @param weights of it and those that follow; their sum is 1
@SuppressWarnings("ArrayRecordComponent")
record Taps(int[] first, float[][] weights) {

    static Taps between(int length, int newLength) {
        int[] first = new int[newLength];
        float[][] weights = new float[newLength][];
        double scale = (double) length / newLength;
        double reach = Math.max(1, scale);
        for (int i = 0; i < newLength; i++) {
            double centre = Math.clamp((i + 0.5) * scale - 0.5, 0, length - 1.0);
            int from = (int) Math.max(0, Math.ceil(centre - reach));
            int to = (int) Math.min(length - 1.0, Math.floor(centre + reach));
            double[] exact = new double[to - from + 1];
            for (int k = from; k <= to; k++) {
                exact[k - from] = Math.max(0, 1 - Math.abs(k - centre) / reach);
            }
            double sum = Arrays.stream(exact).sum();
            first[i] = from;
            weights[i] = new float[exact.length];
            for (int k = 0; k < exact.length; k++) {
                weights[i][k] = (float) (exact[k] / sum);
            }
        }
        return new Taps(first, weights);
    }

    /// @param from `[length, inner]` from `fromAt` on
    /// @param into `[newLength, inner]` from `intoAt` on, zeros before
    void apply(float[] from, int fromAt, int inner, float[] into, int intoAt) {
        for (int i = 0; i < first.length; i++) {
            int out = intoAt + i * inner;
            for (int k = 0; k < weights[i].length; k++) {
                float weight = weights[i][k];
                int in = fromAt + (first[i] + k) * inner;
                for (int j = 0; j < inner; j++) {
                    into[out + j] += weight * from[in + j];
                }
            }
        }
    }
}
