package dev.lamina.radio;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The rays of a clustered delay line (TR 38.901, 7.7.1): twenty for each row, at fixed offsets
/// from its angles, coupled at random, with random phases. No sub-clusters.
final class ProfileRays {
    private final ClusterProfile profile;
    private final double[] delaySeconds;
    private final double[] powers;
    private final Angles aod;
    private final Angles aoa;
    private final Angles zod;
    private final Angles zoa;

    ProfileRays(Environment.ClusteredDelayLine line) {
        profile = line.profile();
        powers = powers(profile, line.ricianDecibels());
        double[] delays = profile.delays();
        // the tables' spread is 1, up to rounding; another K changes it (7.7.6)
        double unit = line.ricianDecibels() == null ? 1 : Spread.ofDelays(delays, powers);
        delaySeconds =
                Arrays.stream(delays)
                        .map(delay -> delay * line.delaySpreadSeconds() / unit)
                        .toArray();
        AngleSpreads wanted = line.spreads();
        aod =
                new Angles(
                        profile.departureAzimuths(),
                        profile.departureAzimuthDegrees,
                        wanted == null ? null : wanted.departureAzimuthDegrees());
        aoa =
                new Angles(
                        profile.arrivalAzimuths(),
                        profile.arrivalAzimuthDegrees,
                        wanted == null ? null : wanted.arrivalAzimuthDegrees());
        zod =
                new Angles(
                        profile.departureZeniths(),
                        profile.departureZenithDegrees,
                        wanted == null ? null : wanted.departureZenithDegrees());
        zoa =
                new Angles(
                        profile.arrivalZeniths(),
                        profile.arrivalZenithDegrees,
                        wanted == null ? null : wanted.arrivalZenithDegrees());
    }

    /// Delays of all rows.
    double[] delaySeconds() {
        return delaySeconds.clone();
    }

    /// Powers of all rows, which add up to 1.
    double[] powers() {
        return powers.clone();
    }

    Rays rays(RandomGenerator random) {
        int rows = profile.size();
        int[] starts = new int[rows + 1];
        for (int n = 0; n < rows; n++) {
            starts[n + 1] = starts[n] + (isDirect(n) ? 1 : RayOffsets.RAYS);
        }
        Rays rays = new Rays(delaySeconds, starts, profile.direct() ? 0 : -1);
        double[] phases = new double[4];
        for (int n = 0; n < rows; n++) {
            int[] order = RayOffsets.all();
            int[] departure = RayOffsets.shuffled(order, random);
            int[] arrivalZenith = RayOffsets.shuffled(order, random);
            int[] departureZenith = RayOffsets.shuffled(order, random);
            int count = starts[n + 1] - starts[n];
            for (int m = 0; m < count; m++) {
                int ray = starts[n] + m;
                rays.amplitude[ray] = Math.sqrt(powers[n] / count);
                for (int i = 0; i < 4; i++) {
                    phases[i] = 2 * Math.PI * random.nextDouble();
                }
                if (isDirect(n)) {
                    rays.point(ray, aod.of(n), zod.of(n), aoa.of(n), zoa.of(n));
                    rays.coupleDirect(ray, phases[0]);
                } else {
                    rays.point(
                            ray,
                            aod.of(n, departure[m]),
                            zod.of(n, departureZenith[m]),
                            aoa.of(n, order[m]),
                            zoa.of(n, arrivalZenith[m]));
                    rays.couple(ray, phases, profile.polarisationDecibels);
                }
            }
        }
        return rays;
    }

    private boolean isDirect(int row) {
        return row == 0 && profile.direct();
    }

    private static double[] powers(ClusterProfile profile, @Nullable Double ricianDecibels) {
        double[] powers = Arrays.stream(profile.decibels()).map(Decibels::power).toArray();
        double total = Arrays.stream(powers).sum();
        for (int n = 0; n < powers.length; n++) {
            powers[n] /= total;
        }
        if (ricianDecibels != null) {
            // K of the whole profile: the direct ray to all others (7.7.6)
            double k = Decibels.power(ricianDecibels);
            double scattered = 1 - powers[0];
            for (int n = 1; n < powers.length; n++) {
                powers[n] /= scattered * (k + 1);
            }
            powers[0] = k / (k + 1);
        }
        return powers;
    }

    /// One of the four angles of all rays, scaled around their mean if a spread is wanted
    /// (7.7.5.1).
    private final class Angles {
        private final double[] rows;
        private final double offset;
        private double mean;
        private double scale = 1;

        Angles(double[] rows, double offset, @Nullable Double wanted) {
            this.rows = rows;
            this.offset = offset;
            if (wanted != null) {
                int count = rows.length * RayOffsets.RAYS;
                double[] degrees = new double[count];
                double[] weights = new double[count];
                for (int i = 0; i < count; i++) {
                    int row = i / RayOffsets.RAYS;
                    degrees[i] = isDirect(row) ? of(row) : of(row, i % RayOffsets.RAYS);
                    weights[i] = powers[row];
                }
                mean = Spread.circularMean(degrees, weights);
                scale = wanted / Spread.annexA(degrees, weights);
            }
        }

        double of(int row) {
            return scaled(rows[row]);
        }

        double of(int row, int ray) {
            return scaled(rows[row] + offset * RayOffsets.alpha(ray));
        }

        private double scaled(double degrees) {
            return scale == 1 ? degrees : mean + scale * Math.IEEEremainder(degrees - mean, 360);
        }
    }
}
