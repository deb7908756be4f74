package dev.lamina.serve;

import dev.lamina.lam.Head;
import dev.lamina.nn.FloatTensor;

/// Vectors of texts: pooled from hidden states, normalised, compared.
final class VectorPooling {
    private VectorPooling() {}

    /// `[T,H]` to `[H]`.
    static float[] pool(FloatTensor hidden, Head.Pooling pooling) {
        int h = hidden.rowLength();
        int tokens = hidden.size() / h;
        float[] x = hidden.values();
        float[] vector = java.util.Arrays.copyOf(x, h);
        if (pooling == Head.Pooling.MEAN) {
            for (int t = 1; t < tokens; t++) {
                for (int i = 0; i < h; i++) {
                    vector[i] += x[t * h + i];
                }
            }
            for (int i = 0; i < h; i++) {
                vector[i] /= tokens;
            }
        }
        return vector;
    }

    /// The vector divided by its length, in place; zeros stay.
    static float[] normalise(float[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        if (length > 0) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / length);
            }
        }
        return vector;
    }

    /// The cosine of the angle between two vectors; 0 if one is zero.
    static double cosine(float[] a, float[] b) {
        double lengths = Math.sqrt(dot(a, a) * dot(b, b));
        return lengths == 0 ? 0 : dot(a, b) / lengths;
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
