package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.Service;
import dev.lamina.serve.Value;
import java.util.List;
import java.util.Map;

/// A replica of [OcrDetector]. Pictures are taken one by one: their sizes differ, and on a
/// processor a batch gains nothing.
final class TextDetection implements Service {
    /// The backbone halves the picture five times.
    private static final int STRIDE = 32;

    /// Of ImageNet in RGB; PP-OCR was taught with them applied to BGR in this order.
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};

    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    private final OnnxModel model;
    private final int longestSide;

    TextDetection(OnnxModel model, int longestSide) {
        this.model = model;
        this.longestSide = longestSide;
    }

    @Override
    public List<Outcome> run(List<Map<String, Value>> items) {
        return items.stream().map(item -> Outcome.of(() -> detect(item))).toList();
    }

    @Override
    public void close() {
        model.close();
    }

    private Map<String, Value> detect(Map<String, Value> item) {
        Value.Image picture = Inputs.image(item, "image");
        List<TextBox> boxes = map(picture).boxes(picture.height(), picture.width());
        float[] corners = new float[8 * boxes.size()];
        float[] scores = new float[boxes.size()];
        for (int i = 0; i < scores.length; i++) {
            TextBox box = boxes.get(i);
            scores[i] = (float) box.score();
            for (int k = 0; k < 4; k++) {
                corners[8 * i + 2 * k] = (float) box.corners().get(k).x();
                corners[8 * i + 2 * k + 1] = (float) box.corners().get(k).y();
            }
        }
        return Map.of(
                "boxes",
                new Value.Floats(new FloatTensor(new long[] {scores.length, 4, 2}, corners)),
                "scores",
                new Value.Floats(new FloatTensor(new long[] {scores.length}, scores)));
    }

    private TextMap map(Value.Image picture) {
        double scale =
                Math.min(1.0, (double) longestSide / Math.max(picture.height(), picture.width()));
        int height = side(picture.height() * scale);
        int width = side(picture.width() * scale);
        Pixels small = Pixels.resized(picture, height, width);
        FloatTensor map = model.run(Planes.of(List.of(small), width, MEAN, DEVIATION));
        return new TextMap(map.values(), height, width);
    }

    /// The nearest multiple of the stride within the limit, at least one.
    private int side(double length) {
        int nearest = STRIDE * Math.toIntExact(Math.round(length / STRIDE));
        return Math.clamp(nearest, STRIDE, longestSide / STRIDE * STRIDE);
    }
}
