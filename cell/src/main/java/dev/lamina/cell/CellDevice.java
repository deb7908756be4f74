package dev.lamina.cell;

/// A device in its place.
///
/// @param xMetres east of the station
/// @param yMetres north of the station
/// @param meanGainDecibels path loss and shadowing together, negative
public record CellDevice(String name, double xMetres, double yMetres, double meanGainDecibels) {
    public CellDevice {
        Checks.finite("xMetres of " + name, xMetres);
        Checks.finite("yMetres of " + name, yMetres);
        Checks.finite("meanGainDecibels of " + name, meanGainDecibels);
    }

    /// On the ground, from the station.
    public double distanceMetres() {
        return Math.hypot(xMetres, yMetres);
    }
}
