package dev.lamina.media;

import edu.cmu.sphinx.frontend.BaseDataProcessor;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.frontend.DataEndSignal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Sphinx's search takes its frames from: one utterance after the other.
final class FrameSource extends BaseDataProcessor {
    private List<Data> frames = List.of();
    private int next;

    void begin(List<Data> utterance) {
        frames = utterance;
        next = 0;
    }

    @Override
    public @Nullable Data getData() {
        if (next < frames.size()) {
            return frames.get(next++);
        }
        return next++ == frames.size() ? new DataEndSignal(0) : null;
    }
}
