package dev.lamina.radio;

import java.util.random.RandomGenerator;

/// Channels of a tapped delay line: every tap is for every pair of ports an independent sum of
/// sinusoids, h(t) = sqrt(P / N) Σ exp(j (2π s(t)/λ cos a_n + φ_n)) with s the way gone and a_n =
/// 2π n / N + U(-π/N, π/N). Its correlation in time is J0(2π s/λ). A direct wave has one phase for
/// each pair and comes from [#DIRECT_COSINE].
final class TapKernel {
    private static final int SINUSOIDS = 20;

    /// Doppler of the direct wave, in units of the largest.
    private static final double DIRECT_COSINE = 0.7;

    private final boolean direct;
    private final double[] delaySeconds;
    private final double[] powers;
    private final int pairs;
    private final Sampling sampling;

    TapKernel(Environment.TappedDelayLine line, int pairs, Sampling sampling) {
        direct = line.profile().direct();
        delaySeconds = line.profile().delaySeconds(line.delaySpreadSeconds());
        powers = line.profile().powers();
        this.pairs = pairs;
        this.sampling = sampling;
    }

    float[] channels(Track track, RandomGenerator random) {
        int steps = track.steps();
        DelaySums sums = new DelaySums(sampling, steps, pairs, new double[][] {delaySeconds});
        double[] way = way(track, sampling.wavelengthMetres());
        boolean even = track.isStraight();
        float[][] tap = new float[steps][2 * pairs];
        for (int n = 0; n < powers.length; n++) {
            for (int pair = 0; pair < pairs; pair++) {
                double[] cosines =
                        n == 0 && direct ? new double[] {DIRECT_COSINE} : cosines(random);
                fill(tap, pair, way, even, cosines, powers[n], random);
            }
            for (int t = 0; t < steps; t++) {
                sums.put(t, n, tap[t]);
            }
        }
        return sums.channels(1);
    }

    /// Writes one pair's channels of a tap.
    ///
    /// @param way 2π s(t)/λ
    /// @param even whether all steps of the way are the same; phases then turn by one factor
    private static void fill(
            float[][] tap,
            int pair,
            double[] way,
            boolean even,
            double[] cosines,
            double power,
            RandomGenerator random) {
        double amplitude = Math.sqrt(power / cosines.length);
        double[] real = new double[way.length];
        double[] imaginary = new double[way.length];
        for (double cosine : cosines) {
            double phase = 2 * Math.PI * random.nextDouble();
            double step = even && way.length > 1 ? way[1] * cosine : 0;
            double stepReal = Math.cos(step);
            double stepImaginary = Math.sin(step);
            double a = amplitude * Math.cos(phase);
            double b = amplitude * Math.sin(phase);
            for (int t = 0; t < way.length; t++) {
                if (!even) {
                    a = amplitude * Math.cos(phase + way[t] * cosine);
                    b = amplitude * Math.sin(phase + way[t] * cosine);
                }
                real[t] += a;
                imaginary[t] += b;
                double next = a * stepReal - b * stepImaginary;
                b = a * stepImaginary + b * stepReal;
                a = next;
            }
        }
        for (int t = 0; t < way.length; t++) {
            tap[t][2 * pair] = (float) real[t];
            tap[t][2 * pair + 1] = (float) imaginary[t];
        }
    }

    private static double[] cosines(RandomGenerator random) {
        double[] cosines = new double[SINUSOIDS];
        for (int n = 0; n < SINUSOIDS; n++) {
            double jitter = (2 * random.nextDouble() - 1) * Math.PI / SINUSOIDS;
            cosines[n] = Math.cos(2 * Math.PI * n / SINUSOIDS + jitter);
        }
        return cosines;
    }

    /// 2π s(t)/λ.
    private static double[] way(Track track, double wavelengthMetres) {
        double[] way = new double[track.steps()];
        for (int t = 1; t < way.length; t++) {
            double metres = track.places().get(t - 1).metres(track.places().get(t));
            way[t] = way[t - 1] + 2 * Math.PI * metres / wavelengthMetres;
        }
        return way;
    }
}
