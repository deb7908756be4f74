package dev.lamina.radio;

/// A point in metres: x to the east, y to the north, z above ground.
public record Place(double x, double y, double z) {
    /// Distance on the ground.
    public double groundMetres(Place other) {
        return Math.hypot(x - other.x, y - other.y);
    }

    /// Distance in space.
    public double metres(Place other) {
        return Math.hypot(groundMetres(other), z - other.z);
    }
}
