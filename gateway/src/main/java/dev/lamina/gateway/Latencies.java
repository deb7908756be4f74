package dev.lamina.gateway;

import java.util.Arrays;

/// The last requests of a model: how many, how long they took.
final class Latencies {
    private static final int LAST = 128;

    private final double[] seconds = new double[LAST];
    private long answered;
    private long failed;

    /// @param requests answered since the start
    /// @param failed of all
    /// @param p50Seconds median of the last; 0 if there are none
    /// @param p95Seconds likewise
    record View(long requests, long failed, double p50Seconds, double p95Seconds) {}

    synchronized void add(double value, boolean ok) {
        if (ok) {
            seconds[(int) (answered++ % LAST)] = value;
        } else {
            failed++;
        }
    }

    synchronized View view() {
        double[] sorted = Arrays.copyOf(seconds, (int) Math.min(LAST, answered));
        Arrays.sort(sorted);
        return new View(answered, failed, quantile(sorted, 0.5), quantile(sorted, 0.95));
    }

    /// The smallest value that so many are not above.
    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
