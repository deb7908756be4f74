package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Service;
import dev.lamina.serve.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A replica of [OcrRecogniser]. Lines of all pictures are read together, as far as their widths go
/// together.
final class TextReading implements Service {
    /// Lines below it are taken for no text.
    private static final double LEAST_SCORE = 0.5;

    /// From this ratio of height to width on, a box holds a line that goes up or down.
    private static final double TALL = 1.5;

    /// Rows that are cut from a picture, for four of the network's one: more would only be
    /// averaged.
    private static final int MOST_ROWS = 4 * LineReader.HEIGHT;

    private static final int MOST_COLUMNS = 1 << 14;
    private static final int MOST_BOXES = 1000;

    private final LineReader reader;
    private final UpsideDown upsideDown;

    TextReading(LineReader reader, UpsideDown upsideDown) {
        this.reader = reader;
        this.upsideDown = upsideDown;
    }

    @Override
    public List<Outcome> run(List<Map<String, Value>> items) {
        List<Pixels> lines = new ArrayList<>();
        List<Integer> counts = new ArrayList<>(); // of lines; of bad items -1 and their error
        List<Outcome> outcomes = new ArrayList<>();
        for (Map<String, Value> item : items) {
            try {
                List<Pixels> found = lines(item);
                lines.addAll(found);
                counts.add(found.size());
                outcomes.add(Outcome.done("", new Value.Text(List.of())));
            } catch (ServeException e) {
                counts.add(-1);
                outcomes.add(new Outcome.Failed(e));
            }
        }
        List<Characters.Line> read = read(lines);
        int at = 0;
        for (int i = 0; i < items.size(); i++) {
            int count = counts.get(i);
            if (count >= 0) {
                outcomes.set(i, answer(read.subList(at, at + count)));
                at += count;
            }
        }
        return outcomes;
    }

    @Override
    public void close() {
        reader.close();
        upsideDown.close();
    }

    /// Each line as it stands, and those that seem to stand on their head turned as well: the
    /// better reading counts.
    private List<Characters.Line> read(List<Pixels> lines) {
        List<Characters.Line> read = new ArrayList<>(reader.read(lines));
        List<Boolean> turn = upsideDown.of(lines);
        List<Integer> doubtful = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (turn.get(i)) {
                doubtful.add(i);
            }
        }
        List<Characters.Line> turned =
                reader.read(doubtful.stream().map(i -> lines.get(i).upsideDown()).toList());
        for (int k = 0; k < doubtful.size(); k++) {
            if (turned.get(k).score() > read.get(doubtful.get(k)).score()) {
                read.set(doubtful.get(k), turned.get(k));
            }
        }
        return read;
    }

    private static Outcome answer(List<Characters.Line> read) {
        List<Characters.Line> kept =
                read.stream()
                        .filter(line -> line.score() >= LEAST_SCORE && !line.text().isEmpty())
                        .toList();
        float[] scores = new float[kept.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) kept.get(i).score();
        }
        return new Outcome.Done(
                Map.of(
                        "text",
                        new Value.Text(kept.stream().map(Characters.Line::text).toList()),
                        "scores",
                        new Value.Floats(new FloatTensor(new long[] {scores.length}, scores))));
    }

    private static List<Pixels> lines(Map<String, Value> item) {
        Value.Image picture = Inputs.image(item, "image");
        FloatTensor boxes = Inputs.floats(item, "boxes");
        int count = (int) boxes.shape()[0];
        ServeException.check(
                count <= MOST_BOXES,
                "boxes: " + count + " are more than " + MOST_BOXES,
                "cut the picture into parts");
        List<Pixels> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(line(picture, corners(picture, boxes.values(), i)));
        }
        return lines;
    }

    private static List<Point> corners(Value.Image picture, float[] boxes, int i) {
        List<Point> corners = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            float x = boxes[8 * i + 2 * k];
            float y = boxes[8 * i + 2 * k + 1];
            ServeException.check(
                    x >= -picture.width()
                            && x <= 2 * picture.width()
                            && y >= -picture.height()
                            && y <= 2 * picture.height(),
                    "boxes: corner " + k + " of box " + i + " is (" + x + ", " + y + ")",
                    "scale boxes to pixels of the picture, "
                            + picture.width()
                            + " x "
                            + picture.height());
            corners.add(new Point(x, y));
        }
        for (int k = 0; k < 4; k++) {
            ServeException.check(
                    corners.get(k).cross(corners.get((k + 1) % 4), corners.get((k + 2) % 4)) > 0,
                    "boxes: box " + i + " is no convex quadrilateral",
                    "order corners: top left, top right, bottom right, bottom left");
        }
        return corners;
    }

    private static Pixels line(Value.Image picture, List<Point> corners) {
        double width =
                Math.max(
                        corners.get(0).distance(corners.get(1)),
                        corners.get(3).distance(corners.get(2)));
        double height =
                Math.max(
                        corners.get(0).distance(corners.get(3)),
                        corners.get(1).distance(corners.get(2)));
        boolean tall = height >= TALL * width;
        double scale =
                Math.min(
                        1,
                        Math.min(
                                MOST_ROWS / Math.min(width, height),
                                MOST_COLUMNS / Math.max(width, height)));
        Pixels cut =
                Pixels.cut(
                        picture,
                        corners,
                        (int) Math.max(1, Math.round(height * scale)),
                        (int) Math.max(1, Math.round(width * scale)));
        return tall ? cut.turned() : cut;
    }
}
