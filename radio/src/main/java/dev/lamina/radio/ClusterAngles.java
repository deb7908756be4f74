package dev.lamina.radio;

import java.util.Arrays;

/// Draws the angles of a link's clusters around the direction between station and user (TR 38.901,
/// 7.5, step 7), in degrees and not yet wrapped.
final class ClusterAngles {
    /// How much wider a spread must be drawn to come out right, by the number of clusters (tables
    /// 7.5-2 and 7.5-4).
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

    private final Convention convention;
    private final double[] powers;
    private final double strongest;
    private final boolean sight;
    private final double ricianDecibels;
    private final Draws draws;

    /// @param powers of all clusters, with the direct ray's in the first
    /// @param sight whether the first cluster has a direct ray
    ClusterAngles(
            Convention convention,
            double[] powers,
            boolean sight,
            double ricianDecibels,
            Draws draws) {
        this.convention = convention;
        this.powers = powers;
        this.sight = sight;
        this.ricianDecibels = ricianDecibels;
        this.draws = draws;
        strongest = Arrays.stream(powers).max().orElseThrow();
    }

    double[] azimuths(double centre, double spread) {
        double k = ricianDecibels;
        double rician = 1.1035 - 0.028 * k - 0.002 * k * k + 0.0001 * k * k * k;
        double factor = factor(AZIMUTH_FACTORS, powers.length) * (sight ? rician : 1);
        return switch (convention) {
            // equation 7.5-9
            case STANDARD ->
                    signed(
                            Arrays.stream(powers)
                                    .map(p ->
                                            2 / 1.4 * Math.sqrt(-Math.log(p / strongest)) / factor)
                                    .toArray(),
                            centre,
                            spread);
            case QUADRIGA -> uniform(centre, spread);
        };
    }

    double[] zeniths(double centre, double spread) {
        double k = ricianDecibels;
        double rician = 1.3086 + 0.0339 * k - 0.0077 * k * k + 0.0002 * k * k * k;
        double factor = factor(ZENITH_FACTORS, powers.length) * (sight ? rician : 1);
        return switch (convention) {
            // equation 7.5-14
            case STANDARD ->
                    signed(
                            Arrays.stream(powers)
                                    .map(p -> -Math.log(p / strongest) / factor)
                                    .toArray(),
                            centre,
                            spread);
            case QUADRIGA -> uniform(centre, spread);
        };
    }

    /// Equations 7.5-11, 7.5-12, 7.5-16, 7.5-17 and 7.5-19: random signs and jitter; in line of
    /// sight the first cluster points to the centre.
    private double[] signed(double[] distances, double centre, double spread) {
        double[] angles = new double[distances.length];
        for (int n = 0; n < angles.length; n++) {
            double sign = draws.uniform() < 0.5 ? -1 : 1;
            angles[n] = spread * (sign * distances[n] + draws.normal() / 7);
        }
        return shifted(angles, sight ? centre - angles[0] : centre);
    }

    /// QuaDRiGa's: uniform within a radian of the strongest cluster, then scaled to the wanted
    /// spread. It always has a direct path, without power out of sight, whose angle is drawn
    /// likewise and comes to lie on the centre; so out of sight all clusters together are off by as
    /// much.
    private double[] uniform(double centre, double spread) {
        double[] angles = new double[powers.length];
        for (int n = 0; n < angles.length; n++) {
            double angle = Math.toDegrees(2 * draws.uniform() - 1);
            angles[n] = powers[n] == strongest ? 0 : angle;
        }
        double scale = spread / Spread.aroundMean(angles, powers);
        for (int n = 0; n < angles.length; n++) {
            angles[n] *= scale;
        }
        double direct = sight ? angles[0] : scale * Math.toDegrees(2 * draws.uniform() - 1);
        return shifted(angles, centre - direct);
    }

    private static double[] shifted(double[] angles, double shift) {
        return Arrays.stream(angles).map(angle -> angle + shift).toArray();
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
}
