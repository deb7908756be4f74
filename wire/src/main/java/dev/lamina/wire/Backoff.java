package dev.lamina.wire;

import java.util.random.RandomGenerator;

/// How long to wait before the next attempt: exponential, with full jitter, so that the devices of
/// a server that comes back do not all knock at once.
///
/// @param firstSeconds bound of the first wait
/// @param mostSeconds bound of any
public record Backoff(double firstSeconds, double mostSeconds) {
    /// From 0.2 s up to 5 s.
    public static final Backoff DEFAULT = new Backoff(0.2, 5);

    /// Seconds to wait after so many failures in a row, counted from 1.
    public double seconds(int failures, RandomGenerator random) {
        double bound =
                Math.min(mostSeconds, firstSeconds * Math.pow(2, Math.min(failures, 30) - 1));
        return bound * (0.5 + 0.5 * random.nextDouble());
    }
}
