package dev.lamina.air;

import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An edge server of a [Federation]: tracks that never leave it, an optimiser whose state stays
/// with it and, where heads are personal, output layers of its own. What it does in a round is the
/// same whether who leads the rounds is in this process or not.
///
/// @param <E> the model's examples
public final class EdgeServer<E> {
    private static final String EPOCHS = "epochs";
    private static final String OWN = "own.";
    private static final String TRAINER = "trainer.";

    private final Trainer<E> trainer;
    private final Federation.Config config;
    private final PersonalLayers layers;
    private SequencedMap<String, FloatTensor> own = new LinkedHashMap<>();
    private int epochs;

    /// What a server has made of the global parameters in a round: all that it sends.
    ///
    /// @param examples that it has: its weight
    /// @param globalLoss of the parameters that it began with, summed over its examples; null if it
    ///   is not measured
    /// @param localLoss during the last pass, summed likewise
    /// @param trained without what it keeps to itself
    public record Update(
            int examples,
            @Nullable Double globalLoss,
            double localLoss,
            SequencedMap<String, FloatTensor> trained) {}

    /// @param model may be shared by servers that take turns
    /// @param training of all servers; its epochs are not looked at
    /// @param index of this server, from 0
    /// @param servers how many there are
    public EdgeServer(
            TrainedPredictor<E> model,
            Examples<E> examples,
            TrainingConfig training,
            Federation.Config config,
            int index,
            int servers) {
        this.config = config;
        layers = PersonalLayers.of(model.model(), config);
        trainer =
                new Trainer<>(
                        model,
                        examples,
                        examples.some(List.of()),
                        training.withEpochs(config.rounds() * config.localEpochs())
                                .withSeed(
                                        servers == 1
                                                ? training.seed()
                                                : Seeds.derive(training.seed(), "server", index)));
    }

    /// Trains from the global parameters, but for output layers of its own.
    ///
    /// @return null if the listener asked to stop; the server is then somewhere within the round
    public @Nullable Update round(Map<String, FloatTensor> global, TrainingListener listener) {
        SequencedMap<String, FloatTensor> start = new LinkedHashMap<>(global);
        start.putAll(own);
        int examples = trainer.examples();
        Double globalLoss = null;
        if (config.globalLoss()) {
            trainer.assign(start);
            globalLoss = examples * trainer.trainingLoss();
        }
        List<EpochReport> passes =
                trainer.local(start, config.localEpochs(), config.keepOptimizer(), listener);
        if (passes.size() < config.localEpochs() || listener.stopRequested()) {
            return null;
        }
        SequencedMap<String, FloatTensor> trained = trainer.parameters();
        own = layers.kept(trained);
        epochs += config.localEpochs();
        return new Update(
                examples,
                globalLoss,
                examples * passes.getLast().trainingLoss(),
                layers.shared(trained));
    }

    /// Steps of one pass.
    int steps() {
        return trainer.stepsOfEpoch();
    }

    /// Passes in the rounds so far.
    public int epochs() {
        return epochs;
    }

    /// What it keeps to itself: nothing before its first round, or where nothing is personal.
    public SequencedMap<String, FloatTensor> kept() {
        return own;
    }

    /// All that its next round depends on, but for tracks and global parameters.
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        state.put(EPOCHS, new FloatTensor(new long[0], new float[] {epochs}));
        own.forEach((name, tensor) -> state.put(OWN + name, tensor));
        trainer.state().forEach((name, tensor) -> state.put(TRAINER + name, tensor));
        return state;
    }

    /// Goes on where [#state()] was taken.
    ///
    /// @throws IllegalArgumentException if it is no state of such a server
    public void restore(Map<String, FloatTensor> state) {
        FloatTensor done = state.get(EPOCHS);
        if (done == null || done.size() != 1) {
            throw new IllegalArgumentException("there is no number of " + EPOCHS);
        }
        epochs = Math.round(done.values()[0]);
        own = part(state, OWN);
        trainer.restore(part(state, TRAINER), epochs);
    }

    /// Goes on after so many passes with a fresh optimiser and nothing of its own.
    public void restart(int passes) {
        epochs = passes;
        own = new LinkedHashMap<>();
        trainer.restart(passes);
    }

    /// The entries whose names begin so, without that beginning.
    static SequencedMap<String, FloatTensor> part(Map<String, FloatTensor> state, String prefix) {
        SequencedMap<String, FloatTensor> part = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
            }
        });
        return part;
    }
}
