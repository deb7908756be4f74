package dev.lamina.nn;

import java.util.Collection;

/// Arithmetic on gradients in Java memory.
public final class Gradients {
    private Gradients() {}

    /// Euclidean norm over all given tensors, summed in double precision.
    public static double norm(Collection<FloatTensor> gradients) {
        double sum = 0;
        for (FloatTensor gradient : gradients) {
            for (float g : gradient.values()) {
                sum += (double) g * g;
            }
        }
        return Math.sqrt(sum);
    }

    /// Scales the tensors in place so that their common norm is at most `maxNorm`; infinity leaves
    /// them alone.
    ///
    /// @return the norm before
    public static double clip(Collection<FloatTensor> gradients, double maxNorm) {
        double norm = norm(gradients);
        if (norm > maxNorm) {
            float scale = (float) (maxNorm / norm);
            for (FloatTensor gradient : gradients) {
                float[] values = gradient.values();
                for (int i = 0; i < values.length; i++) {
                    values[i] *= scale;
                }
            }
        }
        return norm;
    }
}
