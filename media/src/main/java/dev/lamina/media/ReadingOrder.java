package dev.lamina.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The order in which boxes are read: lines from top to bottom, and from left to right in a line.
/// If the page is skewed, top and left are those of the page: the median slope of the boxes.
/// (Derived; columns are not told apart.)
final class ReadingOrder {
    private ReadingOrder() {}

    /// A box with the place of its centre on the straightened page.
    private record Placed(TextBox box, double x, double y) {}

    static List<TextBox> sorted(List<TextBox> boxes) {
        if (boxes.isEmpty()) {
            return boxes;
        }
        double skew = skew(boxes);
        double cos = Math.cos(skew);
        double sin = Math.sin(skew);
        List<Placed> placed =
                boxes.stream()
                        .map(box -> {
                            Point c = box.centre();
                            return new Placed(
                                    box, c.x() * cos + c.y() * sin, c.y() * cos - c.x() * sin);
                        })
                        .sorted(Comparator.comparingDouble(Placed::y))
                        .toList();
        List<TextBox> sorted = new ArrayList<>();
        List<Placed> line = new ArrayList<>();
        for (Placed next : placed) {
            if (!line.isEmpty() && !inLine(line.getFirst(), next)) {
                endLine(line, sorted);
            }
            line.add(next);
        }
        endLine(line, sorted);
        return sorted;
    }

    /// Centres closer than half the lower box's height.
    private static boolean inLine(Placed first, Placed next) {
        return next.y - first.y < 0.5 * Math.min(first.box.height(), next.box.height());
    }

    private static void endLine(List<Placed> line, List<TextBox> sorted) {
        line.stream()
                .sorted(Comparator.comparingDouble(Placed::x))
                .forEach(placed -> sorted.add(placed.box));
        line.clear();
    }

    /// Of boxes that are wider than high: the slope of others is that of a few letters.
    private static double skew(List<TextBox> boxes) {
        double[] angles =
                boxes.stream()
                        .filter(box -> box.width() > 2 * box.height())
                        .mapToDouble(TextBox::angle)
                        .sorted()
                        .toArray();
        return angles.length == 0 ? 0 : angles[angles.length / 2];
    }
}
