package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Federated training of a predictor ([A] IV-A, V): edge servers, each with tracks of its own that
/// never leave it, train in rounds from the global parameters; what is frozen is not sent. One
/// server alone is training at one place, with the optimiser's state kept.
///
/// @param <E> the model's examples
public final class Federation<E> {
    /// How the servers work together.
    ///
    /// @param rounds of training
    /// @param localEpochs passes over a server's tracks in a round
    /// @param participation share of the servers that take part in a round, drawn anew each time
    /// @param server what is made of a round's mean
    /// @param keepOptimizer whether a server's AdamW goes on where its last round ended
    /// @param personal whether each server keeps the output layers ([TrainableModel#outputLayers])
    ///   to itself
    /// @param globalLoss whether the loss of the global parameters is measured before each round,
    ///   which costs a third of a round
    public record Config(
            int rounds,
            int localEpochs,
            double participation,
            ServerRule server,
            boolean keepOptimizer,
            boolean personal,
            boolean globalLoss) {
        public Config {
            BadInputException.check(
                    rounds >= 1 && localEpochs >= 1,
                    rounds + " rounds of " + localEpochs + " local epochs",
                    "take 10 and 1.");
            BadInputException.check(
                    participation > 0 && participation <= 1,
                    "participation " + participation,
                    "take a share above 0, up to 1.");
        }

        /// FedAvg: everybody in each round, one local epoch, optimisers kept as [A]'s public
        /// neighbours have it.
        public static Config standard(int rounds) {
            return new Config(rounds, 1, 1, ServerRule.AVERAGE, true, false, true);
        }
    }

    /// Follows a run, and may stop it.
    public interface Listener {
        /// Nobody listens.
        Listener NONE = _ -> {};

        void round(RoundReport report);

        /// After each step of a server.
        ///
        /// @param done steps of all servers so far, since [Federation#run] began
        default void stepped(int done) {}

        /// Asked before each step; a round that it ends is not counted.
        default boolean stopRequested() {
            return false;
        }
    }

    /// What came of a round.
    ///
    /// @param round counted from 1
    /// @param globalLoss of the global parameters on the participants' tracks before their steps;
    ///   null if it is not measured
    /// @param localLoss the mean during their steps: what papers call training loss
    /// @param heldOutNmse of the new global parameters, against the held-out tracks' labels; the
    ///   mean over servers where heads are personal; null without any
    /// @param bytesUp what each participant sent, in 32-bit floats
    public record RoundReport(
            int round,
            @Nullable Double globalLoss,
            double localLoss,
            @Nullable Double heldOutNmse,
            long bytesUp) {}

    private static final String ROUND = "round";
    private static final String GLOBAL = "global.";

    private final TrainedPredictor<E> model;
    private final List<Trainer<E>> trainers = new ArrayList<>();
    private final List<String> heads;
    private final Examples<E> heldOut;
    private final Config config;
    private final long seed;
    private final ServerOptimizer optimizer;
    private SequencedMap<String, FloatTensor> global;
    private final Map<Integer, SequencedMap<String, FloatTensor>> own = new LinkedHashMap<>();
    private final Map<Integer, Integer> epochs = new LinkedHashMap<>(); // done by each server
    private int round;
    private int stepsDone;

    /// @param servers what each has to learn from
    /// @param heldOut to judge by; no tracks to go without
    /// @param training of a server; its epochs are not looked at
    public Federation(
            TrainedPredictor<E> model,
            List<Examples<E>> servers,
            Examples<E> heldOut,
            TrainingConfig training,
            Config config) {
        this.model = model;
        this.heldOut = heldOut;
        this.config = config;
        seed = training.seed();
        heads = config.personal() ? model.model().outputLayers() : List.of();
        optimizer = new ServerOptimizer(config.server());
        BadInputException.check(!servers.isEmpty(), "no servers", "take one or more.");
        for (int i = 0; i < servers.size(); i++) {
            trainers.add(
                    new Trainer<>(
                            model,
                            servers.get(i),
                            heldOut.some(List.of()),
                            training.withEpochs(config.rounds() * config.localEpochs())
                                    .withSeed(
                                            servers.size() == 1
                                                    ? seed
                                                    : Seeds.derive(seed, "server", i))));
        }
        global = model.parameters().snapshot();
    }

    /// Trains to the end, or until the listener asks to stop, and leaves the model with the global
    /// parameters.
    public List<RoundReport> run(Listener listener) {
        List<RoundReport> reports = new ArrayList<>();
        while (round < config.rounds() && !listener.stopRequested()) {
            @Nullable RoundReport report = round(listener);
            if (report == null) {
                break;
            }
            reports.add(report);
            listener.round(report);
        }
        model.parameters().assign(global);
        return reports;
    }

    /// Rounds done so far, those before [#restore(Map)] too.
    public int roundsDone() {
        return round;
    }

    /// How many steps the rounds to come have, if every server took part as often.
    public long stepsLeft() {
        long each = trainers.stream().mapToLong(Trainer::stepsOfEpoch).sum();
        return Math.round(
                config.participation() * each * config.localEpochs() * (config.rounds() - round));
    }

    /// Everything that the rounds to come depend on, for a checkpoint after a round.
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        state.put(ROUND, new FloatTensor(new long[0], new float[] {round}));
        global.forEach((name, tensor) -> state.put(GLOBAL + name, tensor));
        state.putAll(optimizer.state());
        own.forEach((server, parameters) ->
                parameters.forEach((name, tensor) -> state.put(own(server) + name, tensor)));
        epochs.forEach((server, done) -> {
            state.put(epochs(server), new FloatTensor(new long[0], new float[] {done}));
            trainers.get(server)
                    .state()
                    .forEach((name, tensor) -> state.put(trainer(server) + name, tensor));
        });
        return state;
    }

    /// Goes on where [#state()] was taken, with the same settings and tracks.
    ///
    /// @throws BadInputException if it is not a state of such a federation
    public void restore(Map<String, FloatTensor> state) {
        try {
            round = Math.round(Objects.requireNonNull(state.get(ROUND)).values()[0]);
            global.replaceAll((name, _) -> Objects.requireNonNull(state.get(GLOBAL + name)).copy());
            optimizer.restore(state);
            for (int server = 0; server < trainers.size(); server++) {
                @Nullable FloatTensor done = state.get(epochs(server));
                if (done != null) {
                    epochs.put(server, Math.round(done.values()[0]));
                    own.put(server, part(state, own(server)));
                    trainers.get(server)
                            .restore(part(state, trainer(server)), Math.round(done.values()[0]));
                }
            }
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new BadInputException(
                    "the saved state does not fit: " + e.getMessage(),
                    "the settings or the tracks are others than before.");
        }
    }

    private static String own(int server) {
        return "own." + server + ".";
    }

    private static String trainer(int server) {
        return "trainer." + server + ".";
    }

    private static String epochs(int server) {
        return "epochs." + server;
    }

    /// The entries whose names begin so, without that beginning.
    private static SequencedMap<String, FloatTensor> part(
            Map<String, FloatTensor> state, String prefix) {
        SequencedMap<String, FloatTensor> part = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
            }
        });
        return part;
    }

    /// Null if it was stopped on the way.
    private @Nullable RoundReport round(Listener listener) {
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        double globalLoss = 0;
        double localLoss = 0;
        long total = 0;
        for (int server : participants()) {
            Trainer<E> trainer = trainers.get(server);
            SequencedMap<String, FloatTensor> start = of(server);
            int examples = trainer.examples();
            if (config.globalLoss()) {
                trainer.assign(start);
                globalLoss += examples * trainer.trainingLoss();
            }
            List<EpochReport> passes =
                    trainer.local(
                            start,
                            config.localEpochs(),
                            config.keepOptimizer(),
                            new TrainingListener() {
                                @Override
                                public void stepped(int step, int steps, double loss) {
                                    listener.stepped(++stepsDone);
                                }

                                @Override
                                public boolean stopRequested() {
                                    return listener.stopRequested();
                                }
                            });
            if (passes.size() < config.localEpochs() || listener.stopRequested()) {
                return null;
            }
            localLoss += examples * passes.getLast().trainingLoss();
            total += examples;
            SequencedMap<String, FloatTensor> trained = trainer.parameters();
            own.put(server, only(trained, true));
            epochs.merge(server, config.localEpochs(), Integer::sum);
            contributions.add(new Aggregation.Contribution(examples, only(trained, false)));
        }
        SequencedMap<String, FloatTensor> shared = only(global, false);
        global.putAll(optimizer.next(shared, Aggregation.average(shared, contributions)));
        round++;
        long bytes = 4 * shared.values().stream().mapToLong(FloatTensor::size).sum();
        return new RoundReport(
                round,
                config.globalLoss() ? globalLoss / total : null,
                localLoss / total,
                heldOut.tracks() == 0 ? null : heldOutNmse(),
                bytes);
    }

    /// Whose turn it is, in order.
    private List<Integer> participants() {
        int count = Math.max(1, (int) Math.round(config.participation() * trainers.size()));
        List<Integer> all = new ArrayList<>();
        RandomGenerator random = Seeds.stream(seed, "participants", round);
        // each is taken with the share that is still wanted among those that are left
        for (int server = 0; server < trainers.size(); server++) {
            int wanted = count - all.size();
            if (random.nextInt(trainers.size() - server) < wanted) {
                all.add(server);
            }
        }
        return all;
    }

    /// The parameters that a server begins with: the global ones, but for heads of its own.
    private SequencedMap<String, FloatTensor> of(int server) {
        SequencedMap<String, FloatTensor> parameters = new LinkedHashMap<>(global);
        parameters.putAll(own.getOrDefault(server, new LinkedHashMap<>()));
        return parameters;
    }

    private SequencedMap<String, FloatTensor> only(
            SequencedMap<String, FloatTensor> parameters, boolean personal) {
        SequencedMap<String, FloatTensor> part = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> {
            if (heads.stream().anyMatch(name::startsWith) == personal) {
                part.put(name, tensor);
            }
        });
        return part;
    }

    /// Against the held-out tracks' labels.
    private double heldOutNmse() {
        if (heads.isEmpty()) {
            model.parameters().assign(global);
            return Trainer.nmse(model, heldOut);
        }
        double sum = 0;
        for (int server = 0; server < trainers.size(); server++) {
            model.parameters().assign(of(server));
            sum += Trainer.nmse(model, heldOut);
        }
        return sum / trainers.size();
    }
}
