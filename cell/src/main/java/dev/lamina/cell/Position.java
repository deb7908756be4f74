package dev.lamina.cell;

/// A place on the ground, the station at the origin.
public record Position(String name, double xMetres, double yMetres) {
    public Position {
        Checks.finite("xMetres of " + name, xMetres);
        Checks.finite("yMetres of " + name, yMetres);
    }

    double distanceMetres() {
        return Math.hypot(xMetres, yMetres);
    }
}
