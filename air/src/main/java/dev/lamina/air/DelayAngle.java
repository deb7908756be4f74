package dev.lamina.air;

import java.util.Comparator;
import java.util.stream.IntStream;

/// A track over delays and beams: discrete Fourier transforms over subcarriers, rows and columns,
/// all orthonormal, so that noise stays as it is and energy gathers in few bins.
///
/// Bins are [delay, row beam, column beam, port].
final class DelayAngle {
    private final int steps;
    private final int bins;
    private float[] real;
    private float[] imaginary;

    private DelayAngle(int steps, int bins, float[] real, float[] imaginary) {
        this.steps = steps;
        this.bins = bins;
        this.real = real;
        this.imaginary = imaginary;
    }

    static DelayAngle of(History history) {
        return of(history, history.layout());
    }

    static DelayAngle of(History history, ArrayLayout layout) {
        int steps = history.shape().steps();
        int bins = history.shape().subcarriers() * history.shape().antennas();
        float[] real = new float[steps * bins];
        float[] imaginary = new float[steps * bins];
        float[] channels = history.channels();
        int at = 0;
        for (int outer = 0; outer < steps * history.shape().subcarriers(); outer++) {
            for (int row = 0; row < layout.rows(); row++) {
                for (int column = 0; column < layout.columns(); column++) {
                    for (int port = 0; port < layout.ports(); port++) {
                        int from =
                                2 * (outer * layout.antennas() + layout.antenna(row, column, port));
                        real[at] = channels[from];
                        imaginary[at++] = channels[from + 1];
                    }
                }
            }
        }
        DelayAngle result = new DelayAngle(steps, bins, real, imaginary);
        result.transform(history.shape().subcarriers(), layout.antennas(), 1, 0);
        result.transform(layout.rows(), layout.columns() * layout.ports(), 1, 0);
        result.transform(layout.columns(), layout.ports(), 1, 0);
        return result;
    }

    /// From bins over future steps, back to channels.
    ///
    /// @param series for each of `chosen`, real and imaginary parts of the target's steps; other
    ///   bins are 0
    static float[] channels(double[][] series, int[] chosen, History history, Target target) {
        int subcarriers = history.shape().subcarriers();
        ArrayLayout layout = history.layout();
        int bins = subcarriers * layout.antennas();
        DelayAngle future =
                new DelayAngle(
                        target.steps(),
                        bins,
                        new float[target.steps() * bins],
                        new float[target.steps() * bins]);
        for (int i = 0; i < chosen.length; i++) {
            for (int t = 0; t < target.steps(); t++) {
                future.real[t * bins + chosen[i]] = (float) series[i][2 * t];
                future.imaginary[t * bins + chosen[i]] = (float) series[i][2 * t + 1];
            }
        }
        future.transform(layout.columns(), layout.ports(), -1, 0);
        future.transform(layout.rows(), layout.columns() * layout.ports(), -1, 0);
        // over delays the transform is periodic in the number of subcarriers
        future.transform(subcarriers, layout.antennas(), -1, target.firstSubcarrier());
        float[] channels = new float[2 * target.steps() * target.subcarriers() * layout.antennas()];
        int to = 0;
        for (int t = 0; t < target.steps(); t++) {
            for (int k = 0; k < target.subcarriers(); k++) {
                int from = (t * subcarriers + k % subcarriers) * layout.antennas();
                for (int row = 0; row < layout.rows(); row++) {
                    for (int column = 0; column < layout.columns(); column++) {
                        for (int port = 0; port < layout.ports(); port++) {
                            int at = 2 * (to + layout.antenna(row, column, port));
                            channels[at] = future.real[from];
                            channels[at + 1] = future.imaginary[from++];
                        }
                    }
                }
                to += layout.antennas();
            }
        }
        return channels;
    }

    /// Over an axis of `size`, the axes after which hold `inner` values.
    private void transform(int size, int inner, int sign, int shift) {
        if (size > 1) {
            float[][] next =
                    Fourier.along(
                            real, imaginary, size, size, inner, sign, 1 / Math.sqrt(size), shift);
            real = next[0];
            imaginary = next[1];
        }
    }

    /// Mean power of each bin over time.
    double[] binPowers() {
        double[] powers = new double[bins];
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < bins; b++) {
                float r = real[t * bins + b];
                float i = imaginary[t * bins + b];
                powers[b] += ((double) r * r + (double) i * i) / steps;
            }
        }
        return powers;
    }

    /// The bins with the most power.
    ///
    /// @param share of them, above 0, at most 1
    int[] strongest(double share) {
        double[] powers = binPowers();
        return IntStream.range(0, bins)
                .boxed()
                .sorted(Comparator.comparingDouble(bin -> -powers[bin]))
                .limit(Math.max(1, Math.round(share * bins)))
                .mapToInt(bin -> bin)
                .toArray();
    }

    /// A bin over time: real and imaginary parts in turn.
    double[] series(int bin) {
        double[] series = new double[2 * steps];
        for (int t = 0; t < steps; t++) {
            series[2 * t] = real[t * bins + bin];
            series[2 * t + 1] = imaginary[t * bins + bin];
        }
        return series;
    }
}
