package dev.lamina.radio;

/// How widely the paths of one link are spread.
///
/// @param delaySeconds rms delay spread
/// @param departureAzimuthDegrees azimuth spread at the base station
/// @param arrivalAzimuthDegrees azimuth spread at the user
/// @param departureZenithDegrees zenith spread at the base station
/// @param arrivalZenithDegrees zenith spread at the user
public record Spreads(
        double delaySeconds,
        double departureAzimuthDegrees,
        double arrivalAzimuthDegrees,
        double departureZenithDegrees,
        double arrivalZenithDegrees) {
    /// The large-scale parameters themselves, which clusters are drawn towards. What is measured
    /// from the clusters differs.
    static Spreads drawn(LargeScale parameters) {
        return new Spreads(
                parameters.delaySpreadSeconds(),
                parameters.departureAzimuthDegrees(),
                parameters.arrivalAzimuthDegrees(),
                parameters.departureZenithDegrees(),
                parameters.arrivalZenithDegrees());
    }

    /// Those of all rays, without antennas. Of an angle it is the root mean square around the
    /// circular mean, as in QuaDRiGa, not annex A's.
    static Spreads measured(Rays rays) {
        double[] powers = new double[rays.size()];
        double[] delays = new double[rays.size()];
        for (int group = 0; group < rays.groups(); group++) {
            for (int ray = rays.starts[group]; ray < rays.starts[group + 1]; ray++) {
                powers[ray] = rays.amplitude[ray] * rays.amplitude[ray];
                delays[ray] = rays.delaySeconds[group];
            }
        }
        return new Spreads(
                Spread.ofDelays(delays, powers),
                angle(rays.departureAzimuth, powers),
                angle(rays.arrivalAzimuth, powers),
                angle(rays.departureZenith, powers),
                angle(rays.arrivalZenith, powers));
    }

    private static double angle(double[] radians, double[] powers) {
        double[] degrees = new double[radians.length];
        for (int i = 0; i < degrees.length; i++) {
            degrees[i] = Math.toDegrees(radians[i]);
        }
        return Spread.aroundMean(degrees, powers);
    }
}
