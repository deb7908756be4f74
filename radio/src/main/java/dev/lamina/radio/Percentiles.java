package dev.lamina.radio;

import java.util.Arrays;
import java.util.List;

/// Percentiles 5, 10, ..., 95 of samples.
///
/// @param values all nineteen, in ascending order
public record Percentiles(List<Double> values) {
    private static final int STEP = 5;

    public Percentiles {
        values = List.copyOf(values);
    }

    /// Of samples, with linear interpolation between them.
    static Percentiles of(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        Double[] values = new Double[100 / STEP - 1];
        for (int i = 0; i < values.length; i++) {
            double position = (i + 1) * STEP / 100.0 * (sorted.length - 1);
            int below = (int) position;
            double part = position - below;
            double above = sorted[Math.min(below + 1, sorted.length - 1)];
            values[i] = (1 - part) * sorted[below] + part * above;
        }
        return new Percentiles(List.of(values));
    }

    /// One of them.
    ///
    /// @param percent 5, 10, ... or 95
    public double at(int percent) {
        return values.get(percent / STEP - 1);
    }

    /// The 50th.
    public double median() {
        return at(50);
    }
}
