package dev.lamina.radio;

/// Where a ray goes to or comes from.
///
/// @param azimuthDegrees from the x axis towards y
/// @param zenithDegrees from straight up
record Direction(double azimuthDegrees, double zenithDegrees) {
    /// From one place to another.
    static Direction between(Place from, Place to) {
        return new Direction(
                Math.toDegrees(Math.atan2(to.y() - from.y(), to.x() - from.x())),
                Math.toDegrees(Math.atan2(from.groundMetres(to), to.z() - from.z())));
    }

    /// The way back.
    Direction reversed() {
        return new Direction(azimuthDegrees + 180, 180 - zenithDegrees);
    }

    /// Azimuth in (-180, 180].
    static double wrapAzimuth(double degrees) {
        return Math.IEEEremainder(degrees, 360);
    }

    /// Zenith in [0, 180]: past a pole it comes back.
    static double wrapZenith(double degrees) {
        return Math.abs(Math.IEEEremainder(degrees, 360));
    }
}
