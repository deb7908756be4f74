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
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Federated training of a predictor ([A] IV-A, V): edge servers, each with tracks of its own that
/// never leave it, train in rounds from the global parameters; what is frozen is not sent. One
/// server alone is training at one place, with the optimiser's state kept.
///
/// This is the role that leads: it says whose turn it is, averages, and judges. What a server does
/// is [EdgeServer]; where the servers are is behind [EdgeServers].
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
    /// @param servers how many took part
    /// @param globalLoss of the global parameters on the participants' tracks before their steps;
    ///   null if it is not measured
    /// @param localLoss the mean during their steps: what papers call training loss
    /// @param heldOutNmse of the new global parameters, against the held-out tracks' labels; the
    ///   mean over servers where heads are personal; null without tracks, or where the servers'
    ///   heads are not known
    /// @param bytesUp what each participant sent, in 32-bit floats
    public record RoundReport(
            int round,
            int servers,
            @Nullable Double globalLoss,
            double localLoss,
            @Nullable Double heldOutNmse,
            long bytesUp) {}

    /// The round whose parameters are kept.
    ///
    /// @param round counted from 1; 0 for those it began with
    /// @param heldOutNmse of them
    public record Best(int round, float heldOutNmse) {}

    private static final String ROUND = "round";
    private static final String GLOBAL = "global.";
    private static final String BEST = "best.";
    private static final String BEST_ROUND = "best round";
    private static final String LOWEST = "lowest";

    private final TrainedPredictor<E> model;
    private final EdgeServers servers;
    private final PersonalLayers layers;
    private final Examples<E> heldOut;
    private final Config config;
    private final long seed;
    private final ServerOptimizer optimizer;
    private final SequencedMap<String, FloatTensor> global;
    private final SequencedMap<String, FloatTensor> bestGlobal = new LinkedHashMap<>();
    private int round;
    private boolean keepsBest;
    private @Nullable Best best;

    /// With servers in this process.
    ///
    /// @param servers what each has to learn from
    /// @param heldOut to judge by; no tracks to go without
    /// @param training of a server; its epochs are not looked at
    public Federation(
            TrainedPredictor<E> model,
            List<Examples<E>> servers,
            Examples<E> heldOut,
            TrainingConfig training,
            Config config) {
        this(
                model,
                new LocalServers<>(model, servers, training, config),
                heldOut,
                training.seed(),
                config);
    }

    /// With servers wherever they are.
    ///
    /// @param heldOut to judge by; no tracks to go without
    /// @param seed of the training
    public Federation(
            TrainedPredictor<E> model,
            EdgeServers servers,
            Examples<E> heldOut,
            long seed,
            Config config) {
        this.model = model;
        this.servers = servers;
        this.heldOut = heldOut;
        this.seed = seed;
        this.config = config;
        layers = PersonalLayers.of(model.model(), config);
        optimizer = new ServerOptimizer(config.server());
        BadInputException.check(servers.count() >= 1, "no servers", "take one or more.");
        global = model.parameters().snapshot();
    }

    /// From now on [#run] leaves the model with the parameters that did best on the held-out
    /// tracks, those it began with among them, and not with the last: few tracks can make a trained
    /// model worse. Without held-out tracks, or with personal heads, it stays with the last.
    public Federation<E> keepingBest() {
        keepsBest = heldOut.tracks() > 0 && layers.isNone();
        return this;
    }

    /// What is kept so far; null where that is the last round's.
    public @Nullable Best best() {
        return best;
    }

    private void judge(int after, double nmse) {
        if (keepsBest && (best == null || (float) nmse < best.heldOutNmse())) {
            best = new Best(after, (float) nmse);
            bestGlobal.putAll(global);
        }
    }

    /// Trains to the end, or until the listener asks to stop, and leaves the model with the global
    /// parameters.
    public List<RoundReport> run(Listener listener) {
        List<RoundReport> reports = new ArrayList<>();
        if (keepsBest && best == null) {
            judge(0, Objects.requireNonNull(heldOutNmse()));
        }
        while (round < config.rounds() && !listener.stopRequested()) {
            @Nullable RoundReport report = round(listener);
            if (report == null) {
                break;
            }
            reports.add(report);
            if (report.heldOutNmse() != null) {
                judge(round, report.heldOutNmse());
            }
            listener.round(report);
        }
        model.parameters().assign(best == null ? global : bestGlobal);
        return reports;
    }

    /// Rounds done so far, those before [#restore(Map)] too.
    public int roundsDone() {
        return round;
    }

    /// How many steps the rounds to come have, if every server took part as often; 0 where that is
    /// not known.
    public long stepsLeft() {
        return Math.round(
                config.participation()
                        * servers.steps()
                        * config.localEpochs()
                        * (config.rounds() - round));
    }

    /// Everything that the rounds to come depend on, for a checkpoint after a round.
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        state.put(ROUND, new FloatTensor(new long[0], new float[] {round}));
        global.forEach((name, tensor) -> state.put(GLOBAL + name, tensor));
        state.putAll(optimizer.state());
        state.putAll(servers.state());
        if (best != null) {
            state.put(BEST_ROUND, new FloatTensor(new long[0], new float[] {best.round()}));
            state.put(LOWEST, new FloatTensor(new long[0], new float[] {best.heldOutNmse()}));
            bestGlobal.forEach((name, tensor) -> state.put(BEST + name, tensor));
        }
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
            servers.restore(state);
            FloatTensor lowest = state.get(LOWEST);
            if (lowest != null) {
                FloatTensor after = Objects.requireNonNull(state.get(BEST_ROUND));
                best = new Best(Math.round(after.values()[0]), lowest.values()[0]);
                bestGlobal.putAll(EdgeServer.part(state, BEST));
            }
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new BadInputException(
                    "the saved state does not fit: " + e.getMessage(),
                    "the settings or the tracks are others than before.");
        }
    }

    /// Null if it was stopped on the way.
    private @Nullable RoundReport round(Listener listener) {
        SortedMap<Integer, EdgeServer.Update> updates =
                servers.round(round, global, participants(), listener);
        if (updates == null) {
            return null;
        }
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        double globalLoss = 0;
        double localLoss = 0;
        long total = 0;
        for (EdgeServer.Update update : updates.values()) {
            if (update.globalLoss() != null) {
                globalLoss += update.globalLoss();
            }
            localLoss += update.localLoss();
            total += update.examples();
            contributions.add(new Aggregation.Contribution(update.examples(), update.trained()));
        }
        SequencedMap<String, FloatTensor> shared = layers.shared(global);
        global.putAll(optimizer.next(shared, Aggregation.average(shared, contributions)));
        round++;
        long bytes = 4 * shared.values().stream().mapToLong(FloatTensor::size).sum();
        return new RoundReport(
                round,
                updates.size(),
                config.globalLoss() ? globalLoss / total : null,
                localLoss / total,
                heldOut.tracks() == 0 ? null : heldOutNmse(),
                bytes);
    }

    /// Whose turn it is, in order.
    private List<Integer> participants() {
        int count = Math.max(1, (int) Math.round(config.participation() * servers.count()));
        List<Integer> all = new ArrayList<>();
        RandomGenerator random = Seeds.stream(seed, "participants", round);
        // each is taken with the share that is still wanted among those that are left
        for (int server = 0; server < servers.count(); server++) {
            int wanted = count - all.size();
            if (random.nextInt(servers.count() - server) < wanted) {
                all.add(server);
            }
        }
        return all;
    }

    /// Against the held-out tracks' labels.
    private @Nullable Double heldOutNmse() {
        if (layers.isNone()) {
            model.parameters().assign(global);
            return Trainer.nmse(model, heldOut);
        }
        List<SequencedMap<String, FloatTensor>> kept = servers.kept();
        double sum = 0;
        for (SequencedMap<String, FloatTensor> own : kept) {
            SequencedMap<String, FloatTensor> parameters = new LinkedHashMap<>(global);
            parameters.putAll(own);
            model.parameters().assign(parameters);
            sum += Trainer.nmse(model, heldOut);
        }
        return kept.isEmpty() ? null : sum / kept.size();
    }
}
