package dev.lamina.media;

/// A place in a picture, in pixels: `x` to the right, `y` downward, whole numbers at the centres of
/// pixels.
record Point(double x, double y) {

    double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }

    /// Twice the area of the triangle of this and two others; positive if they go round as `x`
    /// turns to `y`.
    double cross(Point second, Point third) {
        return (second.x - x) * (third.y - y) - (second.y - y) * (third.x - x);
    }
}
