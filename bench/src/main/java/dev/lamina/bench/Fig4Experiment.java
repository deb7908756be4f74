package dev.lamina.bench;

import dev.lamina.air.Federation;
import dev.lamina.air.Nmse;
import dev.lamina.air.PathModel;
import dev.lamina.air.PathPredictor;
import dev.lamina.air.Predictor;
import dev.lamina.air.Predictors;
import dev.lamina.air.Recurrent;
import dev.lamina.air.Sequence;
import dev.lamina.air.SequencePredictor;
import dev.lamina.air.SequenceShape;
import dev.lamina.air.ServerRule;
import dev.lamina.air.Track;
import dev.lamina.air.TrainingConfig;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.Tensors;
import dev.lamina.train.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Paper [A]'s case study (V, Fig. 4) remade: channel prediction by a large model that edge servers
/// train together, against the same model on one server's tracks and on all at one place, recurrent
/// networks on one server's tracks, and predictors in closed form. A loss is told in both readings,
/// during local steps and of the global model at a round's start; what counts is the error on
/// held-out tracks. What is done is kept in the run's directory, run by run.
public final class Fig4Experiment {
    /// Every server has tracks of all speeds.
    public static final String IID = "iid";

    /// Every server has a range of speeds of its own.
    public static final String SPEED = "speed";

    /// The large model as it begins: with its parameters at random it predicts by autoregression.
    public static final String UNTRAINED = "lam untrained";

    /// The large model on one server's tracks.
    public static final String LOCAL = "lam local";

    /// The same on all servers' tracks at one place.
    public static final String CENTRAL = "lam central";

    /// Those in closed form.
    public static final List<String> CLOSED_FORM = List.of("persistence", "ar", "paths");

    private static final String RNN = "rnn";
    private static final String GRU = "gru";

    private final Plan plan;
    private final Kept kept;
    private final SflExperiment.Listener listener;

    /// What is to be done.
    ///
    /// @param lam the large model
    /// @param servers of each federation, ever more; the last is how many there are
    /// @param tracksPerServer to learn from
    /// @param usersPerSpeed held-out tracks at each of ten speeds
    /// @param partition of the tracks over servers: `iid` or `speed`
    /// @param federation of the servers; runs on one server have its rounds and local epochs only
    /// @param batch tracks in a step of the large model
    /// @param federatedBatch the same in federations: a round averages over servers, and batches
    ///   may be smaller for the sake of more steps
    /// @param learningRate the highest, of the large model: it begins near its best, and high rates
    ///   throw it far off in the few steps that there are
    /// @param federatedRate the same in federations, whose means of servers are less noisy than a
    ///   server's own steps and reach less far
    /// @param warmup share of the steps in which it rises
    /// @param threads cores for a step
    public record Plan(
            PathModel lam,
            List<Integer> servers,
            int tracksPerServer,
            int usersPerSpeed,
            String partition,
            Federation.Config federation,
            int batch,
            int federatedBatch,
            double learningRate,
            double federatedRate,
            double warmup,
            List<Long> seeds,
            int threads) {
        public Plan {
            servers = List.copyOf(servers);
            seeds = List.copyOf(seeds);
            List<Integer> given = servers;
            BadInputException.check(
                    !given.isEmpty()
                            && given.getFirst() >= 2
                            && IntStream.range(1, given.size())
                                    .allMatch(i -> given.get(i) > given.get(i - 1)),
                    "federations of " + given + " servers",
                    "take ever more, from 2 on: 2,5,10.");
            BadInputException.check(
                    tracksPerServer >= 1
                            && (long) tracksPerServer * given.getLast() <= Fig4Data.POOL,
                    given.getLast() + " servers of " + tracksPerServer + " tracks",
                    "take 40; there are " + Fig4Data.POOL + " tracks to share out.");
            BadInputException.check(
                    usersPerSpeed >= 1 && usersPerSpeed <= 1000,
                    usersPerSpeed + " held-out users at each speed",
                    "take 10.");
            BadInputException.check(
                    partition.equals(IID) || partition.equals(SPEED),
                    "partition '" + partition + "'",
                    "take iid or speed.");
            BadInputException.check(!seeds.isEmpty(), "no seeds", "take 3.");
        }

        /// Name of a federation of so many servers.
        static String federated(int servers) {
            return "lam " + servers;
        }
    }

    /// Prepares the experiment.
    ///
    /// @param directory where results are kept as they come
    public Fig4Experiment(Plan plan, Path directory, SflExperiment.Listener listener) {
        this.plan = plan;
        this.kept = new Kept(directory);
        this.listener = listener;
    }

    /// Runs all of it. Call it on a platform thread.
    ///
    /// @return null if the listener asked to stop before the end
    public @Nullable Fig4Result run() {
        Tensors.useThreads(plan.threads());
        List<Fig4Result.Run> runs = new ArrayList<>();
        try {
            for (long seed : plan.seeds()) {
                try (Seeded seeded = new Seeded(seed)) {
                    runs.addAll(seeded.runs());
                }
            }
            return Fig4Summary.of(plan, runs, kept.get("weights", Long.class, this::weights));
        } catch (CancellationException e) {
            return null;
        }
    }

    private long weights() {
        try (PathPredictor lam = plan.lam().fresh(0)) {
            return lam.weights();
        }
    }

    /// All runs of a seed. Channels and examples are made when the first run needs them.
    private final class Seeded implements AutoCloseable {
        private final long seed;
        private final Fig4Data data;
        private @Nullable Fig4Kind<Sequence> rnn;
        private @Nullable Fig4Kind<Sequence> gru;
        private @Nullable Fig4Kind<?> lam;

        Seeded(long seed) {
            this.seed = seed;
            data = Fig4Data.of(plan, seed);
        }

        /// @throws CancellationException if the listener asked to stop before the end
        List<Fig4Result.Run> runs() {
            List<Fig4Result.Run> runs = new ArrayList<>();
            for (String name : CLOSED_FORM) {
                runs.add(kept(name, () -> closedForm(name)));
            }
            Federation.Config alone =
                    new Federation.Config(
                            plan.federation().rounds(),
                            plan.federation().localEpochs(),
                            1,
                            ServerRule.AVERAGE,
                            true,
                            false,
                            true);
            int most = plan.servers().getLast();
            int each = plan.tracksPerServer();
            TrainingConfig recurrent = standard();
            TrainingConfig large = large(plan.batch(), plan.learningRate());
            TrainingConfig federated = large(plan.federatedBatch(), plan.federatedRate());
            runs.add(kept(RNN, () -> trained(RNN, rnn(), 1, each, recurrent, alone)));
            runs.add(kept(GRU, () -> trained(GRU, gru(), 1, each, recurrent, alone)));
            runs.add(kept(UNTRAINED, this::untrained));
            runs.add(kept(LOCAL, () -> trained(LOCAL, lam(), 1, each, large, alone)));
            for (int servers : plan.servers()) {
                String arm = Plan.federated(servers);
                runs.add(
                        kept(
                                arm,
                                () ->
                                        trained(
                                                arm,
                                                lam(),
                                                servers,
                                                each,
                                                federated,
                                                plan.federation())));
            }
            runs.add(kept(CENTRAL, () -> trained(CENTRAL, lam(), 1, most * each, large, alone)));
            return runs;
        }

        private Fig4Result.Run kept(String arm, Supplier<Fig4Result.Run> make) {
            return kept.get("run-" + named(arm), Fig4Result.Run.class, make);
        }

        private String named(String what) {
            return what + ", seed " + seed;
        }

        /// Of the recurrent networks: batches of 64 antennas, a rate of 1e-3.
        private TrainingConfig standard() {
            return TrainingConfig.standard(1, Seeds.derive(seed, "training"));
        }

        private TrainingConfig large(int batch, double rate) {
            return standard()
                    .withBatch(batch)
                    .withLearningRate(rate, LearningRate.Decay.COSINE)
                    .withWarmup(plan.warmup());
        }

        private Fig4Kind<Sequence> rnn() {
            if (rnn == null) {
                rnn =
                        Fig4Kind.of(
                                recurrent(Recurrent.Cell.RNN),
                                data.training().subList(0, plan.tracksPerServer()),
                                data.heldOut(),
                                making("sequences"));
            }
            return rnn;
        }

        private Fig4Kind<Sequence> gru() {
            if (gru == null) {
                gru = rnn().with(recurrent(Recurrent.Cell.GRU));
            }
            return gru;
        }

        private SequencePredictor recurrent(Recurrent.Cell cell) {
            SequenceShape shape =
                    new SequenceShape(
                            Fig4Data.HISTORY_STEPS, Fig4Data.SUBCARRIERS, Fig4Data.TARGET);
            return Recurrent.standard(shape, cell).fresh(Seeds.derive(seed, "weights"));
        }

        private Fig4Kind<?> lam() {
            if (lam == null) {
                lam =
                        Fig4Kind.of(
                                plan.lam().fresh(Seeds.derive(seed, "weights")),
                                data.training(),
                                data.heldOut(),
                                making("paths"));
            }
            return lam;
        }

        /// Who is told of examples that are made, and ends it when it is to stop.
        private IntConsumer making(String what) {
            listener.stage(named("finding " + what + " in the tracks"));
            RunListener shown = listener.training(what);
            return _ -> {
                if (shown.stopRequested()) {
                    throw new CancellationException();
                }
            };
        }

        private Fig4Result.Run trained(
                String arm,
                Fig4Kind<?> kind,
                int servers,
                int tracksEach,
                TrainingConfig training,
                Federation.Config config) {
            listener.stage("training: " + named(arm));
            RunListener shown = listener.training(arm);
            shown.planned(config.rounds(), 0);
            long began = System.nanoTime();
            Fig4Kind.@Nullable Outcome outcome =
                    kind.run(
                            servers,
                            tracksEach,
                            training,
                            config,
                            new Federation.Listener() {
                                @Override
                                public void round(Federation.RoundReport report) {
                                    shown.stepped(report.round(), report.localLoss());
                                }

                                @Override
                                public boolean stopRequested() {
                                    return shown.stopRequested();
                                }
                            });
            if (outcome == null) {
                throw new CancellationException();
            }
            List<Federation.RoundReport> reports = outcome.reports();
            List<Double> heldOut =
                    reports.stream()
                            .map(report -> Objects.requireNonNull(report.heldOutNmse()))
                            .toList();
            return new Fig4Result.Run(
                    arm,
                    seed,
                    servers,
                    reports.stream().map(Federation.RoundReport::localLoss).toList(),
                    reports.stream()
                            .map(report -> Objects.requireNonNull(report.globalLoss()))
                            .toList(),
                    heldOut,
                    heldOut.getLast(),
                    config.personal() ? Map.of() : bySpeed(outcome.nmseByTrack()),
                    servers == 1 ? 0 : reports.getLast().bytesUp(),
                    (System.nanoTime() - began) / 1e9);
        }

        private Fig4Result.Run closedForm(String name) {
            listener.stage("predicting: " + named(name));
            RunListener shown = listener.training(name);
            Predictor predictor = Predictors.named(name);
            long began = System.nanoTime();
            List<Double> nmse =
                    IntStream.range(0, data.heldOut().size())
                            .parallel()
                            .mapToObj(i -> nmse(predictor, data.heldOut().get(i), shown))
                            .toList();
            return still(name, nmse, began);
        }

        private Fig4Result.Run untrained() {
            Fig4Kind<?> kind = lam();
            long began = System.nanoTime();
            return still(UNTRAINED, kind.untrained(), began);
        }

        /// A run without any rounds.
        private Fig4Result.Run still(String arm, List<Double> nmse, long began) {
            return new Fig4Result.Run(
                    arm,
                    seed,
                    0,
                    List.of(),
                    List.of(),
                    List.of(),
                    nmse.stream().mapToDouble(e -> e).average().orElseThrow(),
                    bySpeed(nmse),
                    0,
                    (System.nanoTime() - began) / 1e9);
        }

        private static double nmse(Predictor predictor, Track track, RunListener shown) {
            if (shown.stopRequested()) {
                throw new CancellationException();
            }
            return Nmse.of(predictor.predict(track.history(), track.target()), track.clean());
        }

        private Map<Integer, Double> bySpeed(List<Double> nmse) {
            Map<Integer, Double> means = new TreeMap<>();
            for (int i = 0; i < nmse.size(); i++) {
                means.merge(
                        data.speedsKmh().get(i), nmse.get(i) / plan.usersPerSpeed(), Double::sum);
            }
            return means;
        }

        @Override
        public void close() {
            if (rnn != null) {
                rnn.close();
            }
            if (gru != null) {
                gru.close();
            }
            if (lam != null) {
                lam.close();
            }
        }
    }
}
