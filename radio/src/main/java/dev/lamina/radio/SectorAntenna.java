package dev.lamina.radio;

/// The antenna of a calibration's sector: elements one above the other, half a wavelength apart, on
/// one port, with the element pattern of TR 38.901, table 7.3-1, tilted electrically.
///
/// @param bearingDegrees azimuth of the main direction
/// @param elements in the column
/// @param tiltZenithDegrees zenith of the main direction: 102 is 12 degrees below the horizon
record SectorAntenna(double bearingDegrees, int elements, double tiltZenithDegrees) {
    private static final double WIDTH_DEGREES = 65;
    private static final double FLOOR_DECIBELS = 30;
    private static final double PEAK_DECIBELS = 8;

    /// Gain in dBi towards a place.
    double decibels(Place station, Place user) {
        double azimuth = Math.toDegrees(Math.atan2(user.y() - station.y(), user.x() - station.x()));
        double zenith =
                Math.toDegrees(Math.atan2(user.groundMetres(station), user.z() - station.z()));
        return element(Math.IEEEremainder(azimuth - bearingDegrees, 360), zenith) + array(zenith);
    }

    private static double element(double azimuth, double zenith) {
        double vertical = Math.min(FLOOR_DECIBELS, 12 * square((zenith - 90) / WIDTH_DEGREES));
        double horizontal = Math.min(FLOOR_DECIBELS, 12 * square(azimuth / WIDTH_DEGREES));
        return PEAK_DECIBELS - Math.min(FLOOR_DECIBELS, vertical + horizontal);
    }

    /// |sum of elements exp(jπk (cos θ - cos θ_tilt))|² over their number, in dB.
    private double array(double zenith) {
        double phase =
                Math.PI
                        * (Math.cos(Math.toRadians(zenith))
                                - Math.cos(Math.toRadians(tiltZenithDegrees)));
        double real = 0;
        double imaginary = 0;
        for (int k = 0; k < elements; k++) {
            real += Math.cos(k * phase);
            imaginary += Math.sin(k * phase);
        }
        return 10 * Math.log10((square(real) + square(imaginary)) / elements + 1e-12);
    }

    private static double square(double x) {
        return x * x;
    }
}
