package dev.lamina.app;

import dev.lamina.air.ChannelView;
import dev.lamina.air.Examples;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.base.Seeds;
import dev.lamina.radio.Csi;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Tracks of several files: their examples, and in which order they are dealt out, which is the
/// same for servers in one process and for one that knows nothing of the others' tracks but how
/// many there are.
final class TrackFiles {
    private TrackFiles() {}

    /// Examples of all tracks, file after file.
    ///
    /// @param made is told how many views of tracks are done
    static <E> Examples<E> examples(
            ChannelView view, TrainedPredictor<E> model, List<Csi> files, IntConsumer made) {
        List<Examples<E>> parts = new ArrayList<>();
        int before = 0;
        for (Csi csi : files) {
            int done = before;
            parts.add(view.examples(model, csi, count -> made.accept(done + count)));
            before += view.views(csi.tracks());
        }
        return Examples.joined(parts);
    }

    /// The numbers of all tracks, shuffled.
    static List<Integer> shuffled(int tracks, long seed) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, tracks).boxed().toList());
        Collections.shuffle(order, Seeds.stream(seed, "tracks"));
        return order;
    }

    /// Those of one server among them, counted from its first one.
    ///
    /// @param before tracks of the servers before it
    /// @param own tracks of this server
    /// @param all tracks of all servers
    static List<Integer> ofServer(int before, int own, int all, long seed) {
        return shuffled(all, seed).stream()
                .map(track -> track - before)
                .filter(track -> track >= 0 && track < own)
                .toList();
    }
}
