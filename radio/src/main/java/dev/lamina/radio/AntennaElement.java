package dev.lamina.radio;

/// The radiation pattern of one antenna element, in its own coordinates: it looks along x, z is up.
public enum AntennaElement {
    /// TR 38.901, table 7.3-1: 65 degrees wide both ways, 8 dBi, 30 dB front to back.
    DIRECTIONAL,
    /// 0 dBi everywhere.
    OMNIDIRECTIONAL;

    private static final double WIDTH_DEGREES = 65;
    private static final double LARGEST_LOSS_DECIBELS = 30;
    private static final double PEAK_DECIBELS = 8;

    /// Power gain in dBi.
    ///
    /// @param zenith θ in radians, 0 to π
    /// @param azimuth φ in radians, -π to π
    double gainDecibels(double zenith, double azimuth) {
        return switch (this) {
            case OMNIDIRECTIONAL -> 0;
            case DIRECTIONAL -> {
                double vertical = loss(Math.toDegrees(zenith) - 90);
                double horizontal = loss(Math.toDegrees(azimuth));
                yield PEAK_DECIBELS - Math.min(vertical + horizontal, LARGEST_LOSS_DECIBELS);
            }
        };
    }

    /// Field of an element with slant 0, sqrt of the gain; a slant ζ turns it to (F_θ, F_φ) =
    /// (field cos ζ, field sin ζ) (7.3.2, model 2).
    double field(double zenith, double azimuth) {
        return switch (this) {
            case OMNIDIRECTIONAL -> 1;
            case DIRECTIONAL -> Decibels.amplitude(gainDecibels(zenith, azimuth));
        };
    }

    private static double loss(double degrees) {
        double widths = degrees / WIDTH_DEGREES;
        return Math.min(12 * widths * widths, LARGEST_LOSS_DECIBELS);
    }
}
