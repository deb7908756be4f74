package dev.lamina.cell;

import java.util.Arrays;
import java.util.List;

/// The usable candidates of a round as arrays, and the least share that meets a deadline.
///
/// With y = 1/x a device's delay is f + y (a / ln(1 + γ y) + c), concave and increasing in y, where
/// γ = Γ / B_up, a = bits_up ln 2 / (goodput B_up) and c = bits_dn / (goodput B_dn s). So Newton's
/// method from the left of the root never passes it, and the least share x = 1/y is convex and
/// decreasing in the deadline (derived).
final class Instance {
    private static final double STEP_TOLERANCE = 1e-8; // squared by the step that is still taken
    private static final int MOST_STEPS = 40;

    final RoundState state;
    final int size;
    final int[] positions;
    final int[] samples;
    final double[] aloneSeconds;

    /// Greatest common divisor and sum of the samples.
    final long unit;

    final long total;

    /// V w.
    final double weight;

    final double queue;
    final boolean priced;
    final double leastFixedSeconds;

    private final double[] fixed;
    private final double[] a;
    private final double[] c;
    private final double[] gamma;
    private final double[] computePrice;
    private final double[] secondPrice;

    Instance(RoundState state) {
        this.state = state;
        List<Candidate> candidates = state.candidates();
        Band band = state.band();
        int[] found = new int[candidates.size()];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            if (candidates.get(i).usable()) {
                found[count++] = i;
            }
        }
        size = count;
        positions = Arrays.copyOf(found, count);
        samples = new int[count];
        aloneSeconds = new double[count];
        fixed = new double[count];
        a = new double[count];
        c = new double[count];
        gamma = new double[count];
        computePrice = new double[count];
        secondPrice = new double[count];
        long divisor = 0;
        long sum = 0;
        boolean prices = false;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            Candidate candidate = candidates.get(positions[k]);
            samples[k] = candidate.samples();
            divisor = gcd(divisor, samples[k]);
            sum += samples[k];
            fixed[k] = candidate.fixedSeconds();
            least = Math.min(least, fixed[k]);
            a[k] = candidate.uplinkBits() * Math.log(2) / (band.goodput() * band.uplinkHertz());
            c[k] =
                    candidate.downlinkBits() == 0
                            ? 0
                            : candidate.downlinkBits() / candidate.downlinkBitsPerSecond(1, band);
            gamma[k] = candidate.uplinkSnrHertz() / band.uplinkHertz();
            aloneSeconds[k] = fixed[k] + a[k] / log1p(gamma[k]) + c[k];
            if (!state.joulePrices().isEmpty()) {
                double price = state.joulePrices().get(positions[k]);
                prices |= price > 0;
                computePrice[k] = price * candidate.computeJoules();
                secondPrice[k] = price * candidate.transmitWatts();
            }
        }
        unit = divisor;
        total = sum;
        priced = prices;
        leastFixedSeconds = least;
        weight = state.penaltyWeight() * state.importance();
        queue = state.queueSeconds();
    }

    /// 1/x for the least share that meets a deadline; 0 if not even the whole band does.
    ///
    /// @param left at most the result; 1 if nothing is known
    double inverseShare(int k, double deadline, double left) {
        if (aloneSeconds[k] > deadline) {
            return 0;
        }
        double target = deadline - fixed[k];
        double y = Math.max(1, left);
        for (int i = 0; i < MOST_STEPS; i++) {
            double u = gamma[k] * y;
            double log = log1p(u);
            double step = (target - y * (a[k] / log + c[k])) / slope(k, u, log);
            if (!(step > 0)) {
                return y;
            }
            y += step;
            if (step <= STEP_TOLERANCE * y) {
                return y;
            }
        }
        return bisect(k, target, y);
    }

    /// How fast the least share falls as the deadline grows, per second.
    double shareSlope(int k, double y) {
        double u = gamma[k] * y;
        return 1 / (slope(k, u, log1p(u)) * y * y);
    }

    /// a Z E: what scheduling the device with share 1/y costs.
    double cost(int k, double y) {
        return computePrice[k] + secondPrice[k] * a[k] * y / log1p(gamma[k] * y);
    }

    private double slope(int k, double u, double log) {
        double part = u < 1e-6 ? u / 2 : 1 - u / ((1 + u) * log);
        return a[k] / log * part + c[k];
    }

    private double bisect(int k, double target, double from) {
        double low = from;
        double high = 2 * from;
        while (high * (a[k] / log1p(gamma[k] * high) + c[k]) < target) {
            low = high;
            high *= 2;
        }
        while (high - low > 1e-14 * high) {
            double y = (low + high) / 2;
            if (y == low || y == high) {
                break;
            }
            if (y * (a[k] / log1p(gamma[k] * y) + c[k]) <= target) {
                low = y;
            } else {
                high = y;
            }
        }
        return low;
    }

    /// Faster than the library's where that is as exact.
    private static double log1p(double u) {
        return u > 0.1 ? Math.log(1 + u) : Math.log1p(u);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
