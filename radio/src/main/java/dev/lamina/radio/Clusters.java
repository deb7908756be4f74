package dev.lamina.radio;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The clusters of a link (TR 38.901, 7.5, steps 5 to 7), and their rays (steps 7 to 10). Angles
/// are in degrees and the world's coordinates.
final class Clusters {
    /// How many numbers are drawn for each cluster.
    static final int DRAWS = 10;

    /// Clusters this far below the strongest are left out (step 6).
    private static final double CUT_DECIBELS = -25;

    /// How much wider a spread must be drawn to come out right (tables 7.5-2 and 7.5-4).
    private static final double[][] AZIMUTH_FACTORS = {
        {4, 0.779},
        {5, 0.860},
        {8, 1.018},
        {10, 1.090},
        {11, 1.123},
        {12, 1.146},
        {14, 1.190},
        {15, 1.211},
        {16, 1.226},
        {19, 1.273},
        {20, 1.289}
    };

    private static final double[][] ZENITH_FACTORS = {
        {8, 0.889}, {10, 0.957}, {11, 1.031}, {12, 1.104}, {15, 1.1088}, {19, 1.184}, {20, 1.178}
    };

    final ClusterStatistics statistics;

    /// Of the direct ray to all others; 0 where there is none.
    final double rician;

    final Direction departure;

    /// After the first arrival, in growing order.
    final double[] delaySeconds;

    /// Of the scattered part; they add up to 1.
    final double[] power;

    final double[] departureAzimuth;
    final double[] departureZenith;
    final double[] arrivalAzimuth;
    final double[] arrivalZenith;

    /// @param departure from station to user
    /// @param sight whether station and user see each other
    /// @param draws of the clusters
    Clusters(
            ClusterStatistics statistics,
            LargeScale large,
            Direction departure,
            boolean sight,
            Convention convention,
            Draws draws) {
        this.statistics = statistics;
        this.departure = departure;
        boolean standard = convention == Convention.STANDARD;
        double k = large.ricianDecibels();
        rician = sight ? Decibels.power(k) : 0;
        int clusters = statistics.clusters();
        double scaling = statistics.delayScaling();

        double[] delay = new double[clusters];
        for (int n = 0; n < clusters; n++) {
            delay[n] = -scaling * large.delaySpreadSeconds() * Math.log(draws.uniform());
        }
        Arrays.sort(delay);
        double first = delay[0];
        double[] scattered = new double[clusters];
        for (int n = 0; n < clusters; n++) {
            delay[n] -= first;
            double decay = -delay[n] * (scaling - 1) / (scaling * large.delaySpreadSeconds());
            double shadowing = statistics.shadowingDecibels() * draws.normal();
            scattered[n] = Math.exp(decay) * Decibels.power(-shadowing);
        }
        double[] withDirect = withDirect(normalised(scattered));

        double azimuthFactor = factor(AZIMUTH_FACTORS, clusters);
        double zenithFactor = factor(ZENITH_FACTORS, clusters);
        double delayFactor = 1;
        if (sight) {
            azimuthFactor *= 1.1035 - 0.028 * k - 0.002 * k * k + 0.0001 * k * k * k;
            zenithFactor *= 1.3086 + 0.0339 * k - 0.0077 * k * k + 0.0002 * k * k * k;
            if (standard) {
                delayFactor = 0.7705 - 0.0433 * k + 0.0002 * k * k + 0.000017 * k * k * k;
            }
        }
        Direction arrival = departure.reversed();
        double offset = standard ? statistics.departureZenithOffsetDegrees() : 0;
        double[] azimuths = azimuthDistances(withDirect, azimuthFactor);
        double[] zeniths = zenithDistances(withDirect, zenithFactor);
        double[] aoa =
                around(
                        arrival.azimuthDegrees(),
                        azimuths,
                        large.arrivalAzimuthDegrees(),
                        sight,
                        draws);
        double[] aod =
                around(
                        departure.azimuthDegrees(),
                        azimuths,
                        large.departureAzimuthDegrees(),
                        sight,
                        draws);
        double[] zoa =
                around(
                        arrival.zenithDegrees(),
                        zeniths,
                        large.arrivalZenithDegrees(),
                        sight,
                        draws);
        double[] zod =
                around(
                        departure.zenithDegrees() + offset,
                        zeniths,
                        large.departureZenithDegrees(),
                        sight,
                        draws);

        double strongest = Arrays.stream(withDirect).max().orElseThrow();
        double least = standard ? strongest * Decibels.power(CUT_DECIBELS) : 0;
        int[] kept =
                IntStream.range(0, clusters)
                        .filter(n -> withDirect[n] >= least || (sight && n == 0))
                        .toArray();
        double divisor = delayFactor;
        delaySeconds = Arrays.stream(kept).mapToDouble(n -> delay[n] / divisor).toArray();
        power = normalised(pick(scattered, kept));
        arrivalAzimuth = pick(aoa, kept);
        departureAzimuth = pick(aod, kept);
        arrivalZenith = pick(zoa, kept);
        departureZenith = pick(zod, kept);
    }

    int size() {
        return power.length;
    }

    /// Powers of the clusters with the direct ray in the first.
    double[] powerWithDirect() {
        return withDirect(power);
    }

    private double[] withDirect(double[] scattered) {
        double[] all = Arrays.stream(scattered).map(p -> p / (rician + 1)).toArray();
        all[0] += rician / (rician + 1);
        return all;
    }

    /// φ' (7.5-9) for a spread of 1.
    private static double[] azimuthDistances(double[] powers, double factor) {
        double most = Arrays.stream(powers).max().orElseThrow();
        return Arrays.stream(powers)
                .map(p -> 2 / 1.4 * Math.sqrt(Math.max(0, -Math.log(p / most))) / factor)
                .toArray();
    }

    /// θ' (7.5-14) for a spread of 1.
    private static double[] zenithDistances(double[] powers, double factor) {
        double most = Arrays.stream(powers).max().orElseThrow();
        return Arrays.stream(powers).map(p -> -Math.log(p / most) / factor).toArray();
    }

    /// Equations 7.5-11, 7.5-12, 7.5-16, 7.5-17 and 7.5-19: distances with random signs and jitter
    /// around a direction, to which the first cluster points if there is a line of sight.
    private static double[] around(
            double centre, double[] distances, double spread, boolean sight, Draws draws) {
        double[] angles = new double[distances.length];
        for (int n = 0; n < angles.length; n++) {
            double sign = draws.uniform() < 0.5 ? -1 : 1;
            angles[n] = sign * distances[n] * spread + draws.normal() * spread / 7;
        }
        double shift = sight ? centre - angles[0] : centre;
        for (int n = 0; n < angles.length; n++) {
            angles[n] += shift;
        }
        return angles;
    }

    /// From a table; in between it is interpolated, outside the nearest entry holds.
    private static double factor(double[][] table, int clusters) {
        for (int i = 0; i < table.length; i++) {
            if (table[i][0] >= clusters) {
                if (i == 0 || table[i][0] == clusters) {
                    return table[i][1];
                }
                double share = (clusters - table[i - 1][0]) / (table[i][0] - table[i - 1][0]);
                return table[i - 1][1] + share * (table[i][1] - table[i - 1][1]);
            }
        }
        return table[table.length - 1][1];
    }

    private static double[] normalised(double[] powers) {
        double total = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(p -> p / total).toArray();
    }

    private static double[] pick(double[] values, int[] kept) {
        return Arrays.stream(kept).mapToDouble(n -> values[n]).toArray();
    }
}
