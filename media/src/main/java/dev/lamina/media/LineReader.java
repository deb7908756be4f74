package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Reads pictures of single lines. Each is filled up to a width that depends on it alone, and only
/// lines of the same width share a batch: what is read does not depend on the company.
final class LineReader implements AutoCloseable {
    static final int HEIGHT = 48;

    /// Lines are filled up to a multiple of this.
    private static final int WIDTH_STEP = 64;

    /// The width that the network was taught with; narrower lines are filled up to it.
    private static final int LEAST_WIDTH = 320;

    /// Longer lines are squeezed.
    private static final int MOST_WIDTH = 3200;

    /// Pixels across of the lines that are read at once.
    private static final int BATCH_WIDTH = 2560;

    private static final float[] HALF = {0.5f, 0.5f, 0.5f};

    private final OnnxModel model;
    private final Characters characters;

    LineReader(OnnxModel model, Characters characters) {
        this.model = model;
        this.characters = characters;
    }

    /// What stands in each, in order.
    List<Characters.Line> read(List<Pixels> lines) {
        List<Pixels> scaled = lines.stream().map(LineReader::scaled).toList();
        List<Integer> byWidth =
                IntStream.range(0, lines.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> filled(scaled.get(i))))
                        .toList();
        Characters.Line[] read = new Characters.Line[lines.size()];
        for (int from = 0; from < byWidth.size(); ) {
            int width = filled(scaled.get(byWidth.get(from)));
            int most = Math.min(byWidth.size(), from + Math.max(1, BATCH_WIDTH / width));
            int to = from;
            List<Pixels> batch = new ArrayList<>();
            while (to < most && filled(scaled.get(byWidth.get(to))) == width) {
                batch.add(scaled.get(byWidth.get(to++)));
            }
            List<Characters.Line> texts = read(batch, width);
            for (int i = from; i < to; i++) {
                read[byWidth.get(i)] = texts.get(i - from);
            }
            from = to;
        }
        return List.of(read);
    }

    private List<Characters.Line> read(List<Pixels> batch, int width) {
        FloatTensor probabilities = model.run(Planes.of(batch, width, HALF, HALF)); // [N, T, keys]
        long[] shape = probabilities.shape();
        if (shape[2] != characters.texts().size()) {
            throw new ServeException(
                    Reason.INTERNAL,
                    "the model has " + shape[2] + " outputs for " + characters.texts().size());
        }
        int steps = (int) shape[1];
        return IntStream.range(0, batch.size())
                .mapToObj(n ->
                        characters.decode(
                                probabilities.values(),
                                n * steps * characters.texts().size(),
                                steps))
                .toList();
    }

    private static Pixels scaled(Pixels line) {
        int width = (int) Math.ceil((double) HEIGHT * line.width() / line.height());
        return line.resized(HEIGHT, Math.clamp(width, 1, MOST_WIDTH));
    }

    private static int filled(Pixels scaled) {
        return Math.max(LEAST_WIDTH, (scaled.width() + WIDTH_STEP - 1) / WIDTH_STEP * WIDTH_STEP);
    }

    @Override
    public void close() {
        model.close();
    }
}
