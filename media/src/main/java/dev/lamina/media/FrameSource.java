package dev.lamina.media;

import edu.cmu.sphinx.frontend.BaseDataProcessor;
import edu.cmu.sphinx.frontend.Data;
import edu.cmu.sphinx.frontend.DataEndSignal;
import edu.cmu.sphinx.frontend.DataStartSignal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where Sphinx takes data from, one utterance after the other.
final class FrameSource extends BaseDataProcessor {
    private Iterator<Data> data = Collections.emptyIterator();

    void begin(List<Data> utterance) {
        List<Data> all = new ArrayList<>(utterance.size() + 2);
        all.add(new DataStartSignal(Sphinx.RATE_HZ));
        all.addAll(utterance);
        all.add(new DataEndSignal(0));
        data = all.iterator();
    }

    @Override
    public @Nullable Data getData() {
        return data.hasNext() ? data.next() : null;
    }
}
