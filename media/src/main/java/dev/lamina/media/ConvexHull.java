package dev.lamina.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The convex hull of points by monotone chains (A. M. Andrew, Information Processing Letters 9(5),
/// 1979).
final class ConvexHull {
    private ConvexHull() {}

    /// The corners, going round as `x` turns to `y`, without those on a straight line; fewer than
    /// three if all points lie on one.
    ///
    /// @param points at least one
    static List<Point> of(List<Point> points) {
        List<Point> sorted =
                points.stream()
                        .distinct()
                        .sorted(Comparator.comparingDouble(Point::x).thenComparingDouble(Point::y))
                        .toList();
        if (sorted.size() < 3) {
            return sorted;
        }
        List<Point> hull = new ArrayList<>(chain(sorted));
        hull.removeLast();
        List<Point> back = chain(sorted.reversed());
        back.removeLast();
        hull.addAll(back);
        return hull;
    }

    private static List<Point> chain(List<Point> points) {
        List<Point> chain = new ArrayList<>();
        for (Point point : points) {
            while (chain.size() >= 2
                    && chain.get(chain.size() - 2).cross(chain.getLast(), point) <= 0) {
                chain.removeLast();
            }
            chain.add(point);
        }
        return chain;
    }
}
