package dev.lamina.radio;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The clusters of a link (TR 38.901, 7.5, steps 5 to 7). Angles are in degrees and the world's
/// coordinates.
final class Clusters {
    /// At most so many numbers are drawn for each cluster.
    static final int DRAWS = 10;

    /// Around which clusters arrive at a user indoors (equation 7.5-16).
    private static final double HORIZON_DEGREES = 90;

    /// Clusters this far below the strongest are left out (step 6).
    private static final double CUT_DECIBELS = -25;

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
    /// @param draws of the clusters
    Clusters(
            ClusterStatistics statistics,
            LargeScale large,
            Direction departure,
            LinkState state,
            Convention convention,
            Draws draws) {
        this.statistics = statistics;
        this.departure = departure;
        boolean standard = convention == Convention.STANDARD;
        boolean sight = state == LinkState.LINE_OF_SIGHT;
        double k = large.ricianDecibels();
        rician = sight ? Decibels.power(k) : 0;
        int clusters = statistics.clusters();
        double scaling = statistics.delayScaling();
        double spread = large.delaySpreadSeconds();

        // steps 5 and 6
        double[] delay = new double[clusters];
        for (int n = 0; n < clusters; n++) {
            delay[n] = -scaling * spread * Math.log(draws.uniform());
        }
        Arrays.sort(delay);
        double first = delay[0];
        double[] scattered = new double[clusters];
        for (int n = 0; n < clusters; n++) {
            delay[n] -= first;
            double decay = Math.exp(-delay[n] * (scaling - 1) / (scaling * spread));
            double shadowing = statistics.shadowingDecibels() * draws.normal();
            scattered[n] = decay * Decibels.power(-shadowing);
        }
        if (sight && !standard) {
            scattered[0] = 0;
        }
        scattered = normalised(scattered);
        double[] powers = withDirect(scattered);

        // step 7
        Direction arrival = departure.reversed();
        double offset = standard ? statistics.departureZenithOffsetDegrees() : 0;
        ClusterAngles angles = new ClusterAngles(convention, powers, sight, k, draws);
        double[] aoa = angles.azimuths(arrival.azimuthDegrees(), large.arrivalAzimuthDegrees());
        double[] aod = angles.azimuths(departure.azimuthDegrees(), large.departureAzimuthDegrees());
        double zenith =
                standard && state == LinkState.INDOOR ? HORIZON_DEGREES : arrival.zenithDegrees();
        double[] zoa = angles.zeniths(zenith, large.arrivalZenithDegrees());
        double[] zod =
                angles.zeniths(departure.zenithDegrees() + offset, large.departureZenithDegrees());

        double strongest = Arrays.stream(powers).max().orElseThrow();
        double least = standard ? strongest * Decibels.power(CUT_DECIBELS) : 0;
        int[] kept =
                IntStream.range(0, clusters)
                        .filter(n -> powers[n] >= least || (sight && n == 0))
                        .toArray();
        // C_τ (7.5-3), for delays after the powers are made
        double tau = 0.7705 - 0.0433 * k + 0.0002 * k * k + 0.000017 * k * k * k;
        double divisor = sight && standard ? tau : 1;
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

    private static double[] normalised(double[] powers) {
        double total = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(p -> p / total).toArray();
    }

    private static double[] pick(double[] values, int[] kept) {
        return Arrays.stream(kept).mapToDouble(n -> values[n]).toArray();
    }
}
