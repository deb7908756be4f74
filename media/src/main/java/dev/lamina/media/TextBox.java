package dev.lamina.media;

import java.util.Comparator;
import java.util.List;

/// Where a line of text stands in a picture.
///
/// @param corners top left, top right, bottom right, bottom left, as the text is read
/// @param score mean probability of text inside
record TextBox(List<Point> corners, double score) {
    private static final Comparator<Point> BY_X = Comparator.comparingDouble(Point::x);
    private static final Comparator<Point> BY_Y = Comparator.comparingDouble(Point::y);

    /// Puts corners in order: of the two on the left, the upper is the first.
    static TextBox of(List<Point> corners, double score) {
        List<Point> sorted = corners.stream().sorted(BY_X).toList();
        List<Point> left = sorted.subList(0, 2).stream().sorted(BY_Y).toList();
        List<Point> right = sorted.subList(2, 4).stream().sorted(BY_Y).toList();
        return new TextBox(
                List.of(left.getFirst(), right.getFirst(), right.getLast(), left.getLast()), score);
    }

    Point centre() {
        return new Point(
                corners.stream().mapToDouble(Point::x).average().orElseThrow(),
                corners.stream().mapToDouble(Point::y).average().orElseThrow());
    }

    /// Length of the upper side.
    double width() {
        return corners.get(0).distance(corners.get(1));
    }

    /// Length of the left side.
    double height() {
        return corners.get(0).distance(corners.get(3));
    }

    /// Slope of the upper side, in radians; positive if it falls to the right.
    double angle() {
        return Math.atan2(
                corners.get(1).y() - corners.get(0).y(), corners.get(1).x() - corners.get(0).x());
    }
}
