package dev.lamina.bench;

import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.Track;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.Trainer;
import dev.lamina.air.TrainingConfig;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A kind of model with a seed: what all its runs begin with, learn from and are judged by. The
/// examples are made once.
///
/// @param <E> the model's examples
/// @param fresh with the parameters that every run begins with
/// @param training of one server after the other
record Fig4Kind<E>(TrainedPredictor<E> fresh, Examples<E> training, Examples<E> heldOut)
        implements AutoCloseable {

    /// Makes the examples.
    ///
    /// @param made is told how many of a list are done
    static <E> Fig4Kind<E> of(
            TrainedPredictor<E> fresh,
            List<Track> training,
            List<Track> heldOut,
            IntConsumer made) {
        return new Fig4Kind<>(
                fresh, Examples.of(fresh, training, made), Examples.of(fresh, heldOut, made));
    }

    /// Another model that takes the same examples.
    Fig4Kind<E> with(TrainedPredictor<E> other) {
        return new Fig4Kind<>(other, training, heldOut);
    }

    /// What came of a run.
    ///
    /// @param nmseByTrack of the held-out tracks, with the last global parameters
    record Outcome(List<Federation.RoundReport> reports, List<Double> nmseByTrack) {}

    /// Trains a copy.
    ///
    /// @param servers so many, the first ones
    /// @param tracksEach of each server
    /// @return null if the listener asked to stop before the end
    @Nullable Outcome run(
            int servers,
            int tracksEach,
            TrainingConfig training,
            Federation.Config config,
            Federation.Listener listener) {
        try (TrainedPredictor<E> model = fresh.copy()) {
            List<Federation.RoundReport> reports =
                    new Federation<>(
                                    model,
                                    IntStream.range(0, servers)
                                            .mapToObj(s -> ofServer(s, tracksEach))
                                            .toList(),
                                    heldOut,
                                    training,
                                    config)
                            .run(listener);
            return reports.size() < config.rounds()
                    ? null
                    : new Outcome(reports, Trainer.nmseByTrack(model, heldOut));
        }
    }

    /// The error of each held-out track before any training.
    List<Double> untrained() {
        return Trainer.nmseByTrack(fresh, heldOut);
    }

    private Examples<E> ofServer(int server, int tracksEach) {
        return training.some(
                IntStream.range(server * tracksEach, (server + 1) * tracksEach).boxed().toList());
    }

    @Override
    public void close() {
        fresh.close();
    }
}
