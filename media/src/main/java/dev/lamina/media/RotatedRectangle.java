package dev.lamina.media;

import java.util.List;

/// A rectangle at any angle.
///
/// @param centreX and `centreY`: its middle
/// @param alongX and `alongY`: the direction of its width, a unit vector
/// @param width along that direction
/// @param height across it
record RotatedRectangle(
        double centreX, double centreY, double alongX, double alongY, double width, double height) {

    /// The rectangle of least area about points, by rotating calipers: one of its sides lies on a
    /// side of the hull (H. Freeman and R. Shapira, Communications of the ACM 18(7), 1975; G.
    /// Toussaint, MELECON 1983).
    ///
    /// @param hull as of [ConvexHull]
    static RotatedRectangle smallest(List<Point> hull) {
        int n = hull.size();
        if (n < 3) {
            return segment(hull.getFirst(), hull.getLast());
        }
        RotatedRectangle best = null;
        int right = 1; // farthest along the side, across it, and back along it
        int top = 1;
        int left = 1;
        for (int i = 0; i < n; i++) {
            Point from = hull.get(i);
            Point to = hull.get((i + 1) % n);
            double length = from.distance(to);
            double x = (to.x() - from.x()) / length;
            double y = (to.y() - from.y()) / length;
            while (dot(hull, right + 1, x, y) > dot(hull, right, x, y)) {
                right++;
            }
            top = Math.max(top, right);
            while (dot(hull, top + 1, -y, x) > dot(hull, top, -y, x)) {
                top++;
            }
            left = Math.max(left, top);
            while (dot(hull, left + 1, x, y) < dot(hull, left, x, y)) {
                left++;
            }
            double least = dot(hull, left, x, y);
            double most = dot(hull, right, x, y);
            double base = dot(hull, i, -y, x);
            double height = dot(hull, top, -y, x) - base;
            if (best == null || (most - least) * height < best.area()) {
                double along = (least + most) / 2;
                double across = base + height / 2;
                best =
                        new RotatedRectangle(
                                along * x - across * y,
                                along * y + across * x,
                                x,
                                y,
                                most - least,
                                height);
            }
        }
        return java.util.Objects.requireNonNull(best);
    }

    double area() {
        return width * height;
    }

    double perimeter() {
        return 2 * (width + height);
    }

    double shorterSide() {
        return Math.min(width, height);
    }

    /// All sides moved outward.
    RotatedRectangle grown(double distance) {
        return new RotatedRectangle(
                centreX, centreY, alongX, alongY, width + 2 * distance, height + 2 * distance);
    }

    /// Whether a point lies in it or on its edge.
    boolean contains(double x, double y) {
        double dx = x - centreX;
        double dy = y - centreY;
        return Math.abs(dx * alongX + dy * alongY) <= width / 2 + 1e-9
                && Math.abs(dy * alongX - dx * alongY) <= height / 2 + 1e-9;
    }

    /// Going round as `x` turns to `y`.
    List<Point> corners() {
        return List.of(corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1));
    }

    private Point corner(int along, int across) {
        double a = along * width / 2;
        double b = across * height / 2;
        return new Point(centreX + a * alongX - b * alongY, centreY + a * alongY + b * alongX);
    }

    private static RotatedRectangle segment(Point from, Point to) {
        double length = from.distance(to);
        return new RotatedRectangle(
                (from.x() + to.x()) / 2,
                (from.y() + to.y()) / 2,
                length == 0 ? 1 : (to.x() - from.x()) / length,
                length == 0 ? 0 : (to.y() - from.y()) / length,
                length,
                0);
    }

    private static double dot(List<Point> hull, int i, double x, double y) {
        Point point = hull.get(i % hull.size());
        return point.x() * x + point.y() * y;
    }
}
