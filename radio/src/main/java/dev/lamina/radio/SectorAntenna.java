package dev.lamina.radio;

/// The antenna of a calibration's sector: an upright panel of elements after TR 38.901, table
/// 7.3-1, half a wavelength apart, on one port, tilted electrically.
///
/// @param bearingDegrees azimuth of the main direction
/// @param rows one above the other
/// @param columns side by side
/// @param tiltZenithDegrees zenith of the main direction: 102 is 12 degrees below the horizon
record SectorAntenna(double bearingDegrees, int rows, int columns, double tiltZenithDegrees) {
    /// Gain in dBi towards a place.
    double decibels(Place station, Place user) {
        Direction direction = Direction.between(station, user);
        return 10
                * Math.log10(
                        gain(
                                        Math.toRadians(direction.azimuthDegrees()),
                                        Math.toRadians(direction.zenithDegrees()))
                                + 1e-12);
    }

    /// Power gain.
    ///
    /// @param azimuth in radians, as is the zenith
    double gain(double azimuth, double zenith) {
        double off = Math.IEEEremainder(azimuth - Math.toRadians(bearingDegrees), 2 * Math.PI);
        double up = Math.cos(zenith) - Math.cos(Math.toRadians(tiltZenithDegrees));
        double aside = Math.sin(zenith) * Math.sin(off);
        return Decibels.power(AntennaElement.DIRECTIONAL.gainDecibels(zenith, off))
                * array(rows, Math.PI * up)
                * array(columns, Math.PI * aside);
    }

    /// |sum of n elements exp(j k phase)|² / n = sin²(n phase / 2) / (n sin²(phase / 2)).
    private static double array(int n, double phase) {
        double one = Math.sin(phase / 2);
        if (Math.abs(one) < 1e-9) {
            return n;
        }
        double all = Math.sin(n * phase / 2);
        return all * all / (n * one * one);
    }
}
