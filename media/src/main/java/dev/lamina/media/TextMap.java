package dev.lamina.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// From a map of probabilities to boxes of text lines: the post-processing of DB (M. Liao et al.,
/// "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020, section 3.4), with
/// the constants of PP-OCR.
///
/// @param map `[height, width]`, probability that a shrunken line of text covers the cell
@SuppressWarnings("ArrayRecordComponent")
record TextMap(float[] map, int height, int width) {
    /// Cells above it are text.
    private static final double THRESHOLD = 0.3;

    /// Boxes of a lower mean are dropped.
    private static final double LEAST_SCORE = 0.6;

    /// The network was taught lines shrunken by `area * (1 - r^2) / perimeter`; they are grown back
    /// by `area * ratio / perimeter` of what is found.
    private static final double UNCLIP_RATIO = 1.5;

    /// In cells, of a line as found; what is smaller is a speck.
    private static final int LEAST_SIDE = 3;

    private static final int MOST_BOXES = 1000;

    /// Boxes in a picture's pixels, in reading order.
    List<TextBox> boxes(int pictureHeight, int pictureWidth) {
        double scaleX = (double) pictureWidth / width;
        double scaleY = (double) pictureHeight / height;
        List<RotatedRectangle> rectangles = new ArrayList<>();
        for (List<Point> component : Components.of(map, height, width, THRESHOLD, LEAST_SIDE)) {
            RotatedRectangle rectangle = RotatedRectangle.smallest(ConvexHull.of(component));
            if (rectangle.shorterSide() >= LEAST_SIDE) {
                rectangles.add(rectangle);
            }
        }
        rectangles.sort(Comparator.comparingDouble(RotatedRectangle::area).reversed());
        List<TextBox> boxes = new ArrayList<>();
        for (RotatedRectangle found :
                rectangles.subList(0, Math.min(MOST_BOXES, rectangles.size()))) {
            double score = mean(found);
            if (score < LEAST_SCORE) {
                continue;
            }
            List<Point> corners =
                    found.grown(found.area() * UNCLIP_RATIO / found.perimeter()).corners().stream()
                            .map(c ->
                                    new Point(
                                            scaled(c.x(), scaleX, pictureWidth),
                                            scaled(c.y(), scaleY, pictureHeight)))
                            .toList();
            boxes.add(TextBox.of(corners, score));
        }
        return ReadingOrder.sorted(boxes);
    }

    /// From centres of cells to centres of pixels, within the picture.
    private static double scaled(double at, double scale, int length) {
        return Math.clamp((at + 0.5) * scale - 0.5, 0, length - 1.0);
    }

    private double mean(RotatedRectangle rectangle) {
        List<Point> corners = rectangle.corners();
        int left = (int) Math.max(0, least(corners.stream().mapToDouble(Point::x).toArray()));
        int top = (int) Math.max(0, least(corners.stream().mapToDouble(Point::y).toArray()));
        double right = most(corners.stream().mapToDouble(Point::x).toArray());
        double bottom = most(corners.stream().mapToDouble(Point::y).toArray());
        double sum = 0;
        int cells = 0;
        for (int y = top; y <= Math.min(height - 1, bottom + 1e-9); y++) {
            for (int x = left; x <= Math.min(width - 1, right + 1e-9); x++) {
                if (rectangle.contains(x, y)) {
                    sum += map[y * width + x];
                    cells++;
                }
            }
        }
        return cells == 0 ? 0 : sum / cells;
    }

    private static double least(double[] values) {
        return Math.floor(java.util.Arrays.stream(values).min().orElseThrow());
    }

    private static double most(double[] values) {
        return java.util.Arrays.stream(values).max().orElseThrow();
    }
}
