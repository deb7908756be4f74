package dev.lamina.media;

import java.util.List;

/// The projective map from the unit square to a quadrilateral (P. Heckbert, "Fundamentals of
/// Texture Mapping and Image Warping", 1989, section 2.2.3): `x = (a u + b v + c) / (g u + h v +
/// 1)`, `y` likewise with `d, e, f`.
record Perspective(double a, double b, double c, double d, double e, double f, double g, double h) {

    /// @param corners where `(0, 0)`, `(1, 0)`, `(1, 1)` and `(0, 1)` come
    static Perspective to(List<Point> corners) {
        Point p0 = corners.get(0);
        Point p1 = corners.get(1);
        Point p2 = corners.get(2);
        Point p3 = corners.get(3);
        double sx = p0.x() - p1.x() + p2.x() - p3.x();
        double sy = p0.y() - p1.y() + p2.y() - p3.y();
        double dx1 = p1.x() - p2.x();
        double dy1 = p1.y() - p2.y();
        double dx2 = p3.x() - p2.x();
        double dy2 = p3.y() - p2.y();
        double determinant = dx1 * dy2 - dx2 * dy1;
        double g = (sx * dy2 - dx2 * sy) / determinant;
        double h = (dx1 * sy - sx * dy1) / determinant;
        return new Perspective(
                p1.x() - p0.x() + g * p1.x(),
                p3.x() - p0.x() + h * p3.x(),
                p0.x(),
                p1.y() - p0.y() + g * p1.y(),
                p3.y() - p0.y() + h * p3.y(),
                p0.y(),
                g,
                h);
    }

    Point at(double u, double v) {
        double scale = g * u + h * v + 1;
        return new Point((a * u + b * v + c) / scale, (d * u + e * v + f) / scale);
    }
}
