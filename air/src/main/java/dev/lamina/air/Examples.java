package dev.lamina.air;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/// What tracks have given for one kind of model: made once, learned from and judged by many times.
///
/// @param <E> the model's examples
public final class Examples<E> {
    private final List<List<E>> byTrack;

    private Examples(List<List<E>> byTrack) {
        this.byTrack = byTrack;
    }

    /// Makes them on all cores.
    ///
    /// @param made is told after each track how many are done; what it throws ends the making
    public static <E> Examples<E> of(Trainable<E> model, List<Track> tracks, IntConsumer made) {
        Map<Integer, List<E>> done = new HashMap<>();
        Lanes.run(
                Runtime.getRuntime().availableProcessors(),
                tracks.size(),
                i -> {
                    List<E> examples = model.examples(tracks.get(i));
                    synchronized (done) {
                        done.put(i, examples);
                        made.accept(done.size());
                    }
                });
        List<List<E>> byTrack = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            byTrack.add(Objects.requireNonNull(done.get(i)));
        }
        return new Examples<>(byTrack);
    }

    /// The same without being told.
    public static <E> Examples<E> of(Trainable<E> model, List<Track> tracks) {
        return of(model, tracks, _ -> {});
    }

    /// One after another.
    public static <E> Examples<E> joined(List<Examples<E>> parts) {
        return new Examples<>(parts.stream().flatMap(part -> part.byTrack.stream()).toList());
    }

    /// Those of the same tracks from two views, such as two bands to predict.
    public Examples<E> and(Examples<E> other) {
        List<List<E>> both = new ArrayList<>();
        for (int i = 0; i < byTrack.size(); i++) {
            both.add(
                    Stream.concat(byTrack.get(i).stream(), other.byTrack.get(i).stream()).toList());
        }
        return new Examples<>(both);
    }

    /// Those of some tracks.
    public Examples<E> some(List<Integer> tracks) {
        return new Examples<>(tracks.stream().map(byTrack::get).toList());
    }

    /// How many tracks there are.
    public int tracks() {
        return byTrack.size();
    }

    /// The examples of each track: its error is their loss together. A track without any is one
    /// that the model predicts to be silent.
    public List<List<E>> byTrack() {
        return byTrack;
    }

    /// All of them.
    List<E> all() {
        return byTrack.stream().flatMap(List::stream).toList();
    }
}
