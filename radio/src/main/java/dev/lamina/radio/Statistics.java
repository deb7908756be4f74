package dev.lamina.radio;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// Figures of samples, for the checks of the generator and its tests.
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

    /// Re R at all lags in steps, each track with the same weight; subcarriers and antennas
    /// likewise.
    static double[] correlation(Csi csi) {
        CsiShape shape = csi.shape();
        int row = 2 * shape.subcarriers() * shape.antennas();
        double[] correlation = new double[shape.steps()];
        for (int i = 0; i < csi.tracks(); i++) {
            float[] h = csi.track(i);
            double power = Noise.power(h) * row / 2;
            for (int lag = 0; lag < shape.steps(); lag++) {
                int pairs = shape.steps() - lag;
                double sum = 0;
                for (int j = 0; j < pairs * row; j++) {
                    sum += h[j] * h[j + lag * row];
                }
                correlation[lag] += sum / pairs / power / csi.tracks();
            }
        }
        return correlation;
    }

    /// J0 by its integral.
    static double bessel(double x) {
        int points = 200;
        double sum = 0;
        for (int i = 0; i < points; i++) {
            sum += Math.cos(x * Math.sin(Math.PI * (i + 0.5) / points)) / points;
        }
        return sum;
    }
}
