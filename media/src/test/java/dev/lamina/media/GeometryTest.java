package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeometryTest {

    @Test
    void hullLeavesOutWhatLiesInsideAndOnSides() {
        List<Point> hull =
                ConvexHull.of(points(0, 0, 2, 0, 4, 0, 4, 4, 0, 4, 2, 2, 0, 2, 4, 4, 1, 3));
        assertThat(hull)
                .containsExactly(
                        new Point(0, 0), new Point(4, 0), new Point(4, 4), new Point(0, 4));
    }

    @Test
    void hullOfFewPoints() {
        assertThat(ConvexHull.of(points(1, 1, 1, 1))).containsExactly(new Point(1, 1));
        assertThat(ConvexHull.of(points(3, 3, 1, 1, 2, 2)))
                .containsExactlyInAnyOrder(new Point(1, 1), new Point(3, 3));
    }

    @Test
    void rectangleOfASegment() {
        RotatedRectangle one = RotatedRectangle.smallest(points(2, 3));
        assertThat(one.area()).isZero();
        RotatedRectangle two = RotatedRectangle.smallest(points(0, 0, 3, 4));
        assertThat(two.width()).isEqualTo(5);
        assertThat(two.grown(1).area()).isCloseTo(14, within(1e-9));
    }

    /// The calipers against all sides and all points.
    @RepeatedTest(200)
    void rectangleIsTheSmallest(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        RandomGenerator random = Seeds.stream(seed, "points");
        List<Point> points = new ArrayList<>();
        for (int i = random.nextInt(3, 40); i > 0; i--) {
            points.add(new Point(random.nextInt(20), random.nextInt(30)));
        }
        List<Point> hull = ConvexHull.of(points);
        RotatedRectangle found = RotatedRectangle.smallest(hull);
        for (Point point : points) {
            assertThat(found.grown(1e-7).contains(point.x(), point.y()))
                    .as("seed %d: %s in %s", seed, point, found)
                    .isTrue();
        }
        if (hull.size() >= 3) {
            assertThat(found.area()).as("seed %d", seed).isCloseTo(leastArea(hull), within(1e-7));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 10, 30, 45, 80, -20})
    void cornersAndUnclip(double degrees) {
        double x = Math.cos(Math.toRadians(degrees));
        double y = Math.sin(Math.toRadians(degrees));
        RotatedRectangle made = new RotatedRectangle(50, 40, x, y, 30, 10);
        RotatedRectangle found = RotatedRectangle.smallest(ConvexHull.of(made.corners()));
        assertThat(found.area()).isCloseTo(300, within(1e-6));
        assertThat(found.perimeter()).isCloseTo(80, within(1e-6));
        assertThat(found.shorterSide()).isCloseTo(10, within(1e-6));
        assertThat(found.grown(2).area()).isCloseTo(34 * 14, within(1e-6));
    }

    @Test
    void componentsTouchAtCorners() {
        float[] map = {
            1, 0, 0, 0, 1,
            0, 1, 0, 0, 1,
            0, 0, 0, 0, 1,
            1, 0, 0, 0, 0
        };
        assertThat(Components.of(map, 4, 5, 0.5, 1)).hasSize(3);
        List<List<Point>> large = Components.of(map, 4, 5, 0.5, 3);
        assertThat(large).hasSize(1);
        assertThat(large.getFirst()).contains(new Point(4, 0), new Point(4, 2));
    }

    @Test
    void boxesOfAMap() {
        // 40 x 10 cells in a map of half the picture's size, and specks
        float[] map = new float[60 * 80];
        for (int y = 20; y < 30; y++) {
            java.util.Arrays.fill(map, y * 80 + 20, y * 80 + 60, 0.9f);
        }
        map[0] = 1;
        map[5 * 80 + 5] = 1;
        java.util.Arrays.fill(map, 50 * 80 + 10, 50 * 80 + 60, 1f); // a line of one cell
        for (int y = 40; y < 46; y++) {
            java.util.Arrays.fill(map, y * 80 + 5, y * 80 + 30, 0.5f); // too faint
        }
        List<TextBox> boxes = new TextMap(map, 60, 80).boxes(120, 160);
        assertThat(boxes).hasSize(1);
        TextBox box = boxes.getFirst();
        assertThat(box.score()).isCloseTo(0.9, within(1e-6));
        double grown = 39 * 9 * 1.5 / 96; // cells, centre to centre
        assertThat(box.corners().get(0).x()).isCloseTo((20 - grown + 0.5) * 2 - 0.5, within(1e-6));
        assertThat(box.corners().get(0).y()).isCloseTo((20 - grown + 0.5) * 2 - 0.5, within(1e-6));
        assertThat(box.corners().get(2).x()).isCloseTo((59 + grown + 0.5) * 2 - 0.5, within(1e-6));
        assertThat(box.corners().get(2).y()).isCloseTo((29 + grown + 0.5) * 2 - 0.5, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 8, -8})
    void readingOrderOfTwoColumns(double degrees) {
        List<TextBox> boxes = new ArrayList<>();
        double x = Math.cos(Math.toRadians(degrees));
        double y = Math.sin(Math.toRadians(degrees));
        for (int i : new int[] {3, 0, 5, 2, 4, 1}) {
            double along = 100.0 + 300 * (i % 2);
            double across = 50.0 + 40 * (i / 2) + 3 * (i % 2);
            RotatedRectangle made =
                    new RotatedRectangle(
                            along * x - across * y, along * y + across * x, x, y, 120, 20);
            boxes.add(TextBox.of(made.corners(), i));
        }
        assertThat(ReadingOrder.sorted(boxes))
                .extracting(TextBox::score)
                .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(ReadingOrder.sorted(List.of())).isEmpty();
    }

    @Test
    void perspectiveMeetsTheCorners() {
        List<Point> corners = points(10, 20, 90, 10, 100, 60, 5, 50);
        Perspective map = Perspective.to(corners);
        double[][] square = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
        for (int k = 0; k < 4; k++) {
            Point at = map.at(square[k][0], square[k][1]);
            assertThat(at.distance(corners.get(k))).isLessThan(1e-9);
        }
        // Diagonals go to diagonals.
        Point middle = map.at(0.5, 0.5);
        assertThat(corners.get(0).cross(middle, corners.get(2))).isCloseTo(0, within(1e-6));
        assertThat(corners.get(1).cross(middle, corners.get(3))).isCloseTo(0, within(1e-6));
    }

    @Test
    void cutsOutAsItStands() {
        var picture = Pictures.noise(8, 9, 1);
        Pixels cut = Pixels.cut(picture, points(2, 1, 6, 1, 6, 4, 2, 4), 4, 5);
        assertThat(cut.values()[0]).isEqualTo(picture.rgb()[3 * (9 + 2)] & 0xff);
        assertThat(cut.values()[3 * (3 * 5 + 4) + 2])
                .isCloseTo(picture.rgb()[3 * (4 * 9 + 6) + 2] & 0xff, within(1e-3f));
        Pixels turned = cut.turned();
        assertThat(turned.height()).isEqualTo(5);
        assertThat(turned.values()[0]).isEqualTo(cut.values()[3 * 4]); // top right comes first
        assertThat(cut.upsideDown().values()[0]).isEqualTo(cut.values()[3 * 19]);
        assertThat(cut.turned().turned().values()).isEqualTo(cut.upsideDown().values());
    }

    @Test
    void resizingKeepsMeansAndShades() {
        var grey = Pixels.resized(Pictures.plain(50, 70, 77), 32, 96);
        for (float value : grey.values()) {
            assertThat(value).isCloseTo(77, within(1e-3f));
        }
        Pixels small = Pixels.resized(Pictures.noise(320, 320, 5), 32, 32);
        double sum = 0;
        for (float value : small.values()) {
            sum += value;
        }
        assertThat(sum / small.values().length).isCloseTo(127.5, within(2.0));
    }

    private static double leastArea(List<Point> hull) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < hull.size(); i++) {
            Point from = hull.get(i);
            Point to = hull.get((i + 1) % hull.size());
            double length = from.distance(to);
            double x = (to.x() - from.x()) / length;
            double y = (to.y() - from.y()) / length;
            double[] along = hull.stream().mapToDouble(p -> p.x() * x + p.y() * y).toArray();
            double[] across = hull.stream().mapToDouble(p -> p.y() * x - p.x() * y).toArray();
            least = Math.min(least, range(along) * range(across));
        }
        return least;
    }

    private static double range(double[] values) {
        var statistics = java.util.Arrays.stream(values).summaryStatistics();
        return statistics.getMax() - statistics.getMin();
    }

    private static List<Point> points(double... coordinates) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < coordinates.length; i += 2) {
            points.add(new Point(coordinates[i], coordinates[i + 1]));
        }
        return points;
    }
}
