package dev.lamina.radio;

/// The large-scale parameters of a link, in the order of every vector and matrix of them (TR
/// 38.901, 7.5, step 4). They are normal on these scales.
public enum LargeScaleParameter {
    /// DS, lg of seconds.
    DELAY_SPREAD(0),
    /// ASD, lg of degrees.
    DEPARTURE_AZIMUTH(1),
    /// ASA, lg of degrees.
    ARRIVAL_AZIMUTH(2),
    /// SF, decibels; positive where more arrives than the path loss says.
    SHADOWING(3),
    /// K, decibels; only in line of sight.
    RICIAN(4),
    /// ZSA, lg of degrees.
    ARRIVAL_ZENITH(5),
    /// ZSD, lg of degrees.
    DEPARTURE_ZENITH(6);

    /// How many there are.
    static final int COUNT = 7;

    /// In vectors and matrices.
    final int index;

    LargeScaleParameter(int index) {
        this.index = index;
    }

    /// This parameter of a link, on its scale.
    double of(LargeScale link) {
        return switch (this) {
            case DELAY_SPREAD -> Math.log10(link.delaySpreadSeconds());
            case DEPARTURE_AZIMUTH -> Math.log10(link.departureAzimuthDegrees());
            case ARRIVAL_AZIMUTH -> Math.log10(link.arrivalAzimuthDegrees());
            case SHADOWING -> link.shadowingDecibels();
            case RICIAN -> link.ricianDecibels();
            case ARRIVAL_ZENITH -> Math.log10(link.arrivalZenithDegrees());
            case DEPARTURE_ZENITH -> Math.log10(link.departureZenithDegrees());
        };
    }
}
