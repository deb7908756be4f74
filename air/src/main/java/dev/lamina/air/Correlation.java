package dev.lamina.air;

/// How a path's gains at different steps go together: R[t, u] = Σ_s g[t, s] conj(g[u, s]) over
/// ports, forwards and backwards in time (R and its reversed conjugate averaged).
final class Correlation {
    private final int steps;
    private final double[] real;
    private final double[] imaginary;

    private Correlation(int steps) {
        this.steps = steps;
        real = new double[steps * steps];
        imaginary = new double[steps * steps];
    }

    /// @param gains [step, port], real and imaginary parts in turn
    static Correlation of(double[] gains, int steps, int ports) {
        Correlation r = new Correlation(steps);
        for (int t = 0; t < steps; t++) {
            for (int u = 0; u < steps; u++) {
                double x = 0;
                double y = 0;
                for (int s = 0; s < ports; s++) {
                    int a = 2 * (t * ports + s);
                    int b = 2 * (u * ports + s);
                    x += gains[a] * gains[b] + gains[a + 1] * gains[b + 1];
                    y += gains[a + 1] * gains[b] - gains[a] * gains[b + 1];
                }
                // the entry that is this one's conjugate when time runs backwards
                int mirrored = (steps - 1 - t) * steps + steps - 1 - u;
                r.real[t * steps + u] += 0.5 * x;
                r.imaginary[t * steps + u] += 0.5 * y;
                r.real[mirrored] += 0.5 * x;
                r.imaginary[mirrored] -= 0.5 * y;
            }
        }
        return r;
    }

    /// The mean Doppler shift in radians per step.
    double doppler() {
        double x = 0;
        double y = 0;
        for (int t = 1; t < steps; t++) {
            x += real[t * steps + t - 1];
            y += imaginary[t * steps + t - 1];
        }
        return Math.atan2(y, x);
    }

    /// Writes the entries that the others follow from, turned back and scaled to a mean diagonal of
    /// 1.
    ///
    /// @return where the next value goes
    int write(double doppler, float[] result, int from) {
        double trace = 1e-30;
        for (int t = 0; t < steps; t++) {
            trace += real[t * steps + t];
        }
        int to = from;
        for (int t = 0; 2 * t < steps; t++) {
            for (int u = t; u < steps - t; u++) {
                double angle = -doppler * (t - u);
                double c = steps / trace * Math.cos(angle);
                double s = steps / trace * Math.sin(angle);
                double x = real[t * steps + u];
                double y = imaginary[t * steps + u];
                result[to++] = (float) (x * c - y * s);
                result[to++] = (float) (x * s + y * c);
            }
        }
        return to;
    }
}
