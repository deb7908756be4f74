package dev.lamina.radio;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// Figures of samples, for tests.
final class Statistics {
    private Statistics() {}

    /// Greatest distance of the samples' distribution from another, among samples below `limit`.
    static double kolmogorovSmirnov(
            double[] samples, double limit, DoubleUnaryOperator distribution) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        double greatest = 0;
        for (int i = 0; i < sorted.length && sorted[i] < limit; i++) {
            double wanted = distribution.applyAsDouble(sorted[i]);
            greatest = Math.max(greatest, wanted - (double) i / sorted.length);
            greatest = Math.max(greatest, (i + 1.0) / sorted.length - wanted);
        }
        return greatest;
    }

    /// Of samples whose mean is 0.
    static double correlation(double[] one, double[] other) {
        double product = 0;
        double oneSquare = 0;
        double otherSquare = 0;
        for (int i = 0; i < one.length; i++) {
            product += one[i] * other[i];
            oneSquare += one[i] * one[i];
            otherSquare += other[i] * other[i];
        }
        return product / Math.sqrt(oneSquare * otherSquare);
    }

    static double median(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
