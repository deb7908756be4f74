package dev.lamina.radio;

/// Factors exp(j 2π r·(p(t) - p(0)) / λ) of a plane wave along a track (TR 38.901, the last one of
/// equation 7.5-22, for any motion).
final class Doppler {
    private final Track track;
    private final boolean straight;
    private final double turnsPerMetre;

    Doppler(Track track, double wavelengthMetres) {
        this.track = track;
        straight = track.isStraight();
        turnsPerMetre = 1 / wavelengthMetres;
    }

    /// @param zenith of arrival, in radians
    /// @param azimuth of arrival, in radians
    /// @param at where each step's number goes: the first, and how far the next
    void turn(double zenith, double azimuth, float[] real, float[] imaginary, int at, int stride) {
        int steps = track.steps();
        double x = Math.sin(zenith) * Math.cos(azimuth);
        double y = Math.sin(zenith) * Math.sin(azimuth);
        double z = Math.cos(zenith);
        double step = steps > 1 && straight ? phase(1, x, y, z) : 0;
        double stepReal = Math.cos(step);
        double stepImaginary = Math.sin(step);
        double a = 1;
        double b = 0;
        for (int t = 0; t < steps; t++) {
            if (!straight) {
                double phase = phase(t, x, y, z);
                a = Math.cos(phase);
                b = Math.sin(phase);
            }
            real[at + t * stride] = (float) a;
            imaginary[at + t * stride] = (float) b;
            double next = a * stepReal - b * stepImaginary;
            b = a * stepImaginary + b * stepReal;
            a = next;
        }
    }

    private double phase(int step, double x, double y, double z) {
        Place from = track.start();
        Place to = track.places().get(step);
        double metres = (to.x() - from.x()) * x + (to.y() - from.y()) * y + (to.z() - from.z()) * z;
        return 2 * Math.PI * turnsPerMetre * metres;
    }
}
