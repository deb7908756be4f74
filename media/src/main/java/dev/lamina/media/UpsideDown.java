package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.List;

/// Tells whether a line of text stands on its head (ch_ppocr_mobile_v2.0_cls).
final class UpsideDown implements AutoCloseable {
    private static final int HEIGHT = 48;
    private static final int WIDTH = 192;

    /// Probability from which on it is believed.
    private static final double SURE = 0.9;

    private static final int BATCH = 16;
    private static final float[] HALF = {0.5f, 0.5f, 0.5f};

    private final OnnxModel model;

    UpsideDown(OnnxModel model) {
        this.model = model;
    }

    /// For each line whether it is to be turned.
    List<Boolean> of(List<Pixels> lines) {
        List<Boolean> turn = new ArrayList<>();
        for (int from = 0; from < lines.size(); from += BATCH) {
            List<Pixels> batch =
                    lines.subList(from, Math.min(lines.size(), from + BATCH)).stream()
                            .map(UpsideDown::scaled)
                            .toList();
            FloatTensor probabilities = model.run(Planes.of(batch, WIDTH, HALF, HALF)); // [N, 2]
            for (int n = 0; n < batch.size(); n++) {
                turn.add(probabilities.values()[2 * n + 1] > SURE);
            }
        }
        return turn;
    }

    private static Pixels scaled(Pixels line) {
        double width = Math.ceil((double) HEIGHT * line.width() / line.height());
        return line.resized(HEIGHT, (int) Math.clamp(width, 1, WIDTH));
    }

    @Override
    public void close() {
        model.close();
    }
}
