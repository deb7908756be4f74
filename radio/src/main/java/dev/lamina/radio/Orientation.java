package dev.lamina.radio;

/// How an array is turned (TR 38.901, 7.1): R = R_z(bearing) R_y(downtilt) R_x(slant), applied to
/// an array that looks along x.
///
/// @param bearingDegrees α, from the x axis towards y
/// @param downtiltDegrees β
/// @param slantDegrees γ
public record Orientation(double bearingDegrees, double downtiltDegrees, double slantDegrees) {
    /// Looks along x.
    public static final Orientation FORWARD = new Orientation(0, 0, 0);

    /// The same, turned further about z.
    Orientation turned(double degrees) {
        return new Orientation(bearingDegrees + degrees, downtiltDegrees, slantDegrees);
    }
}
