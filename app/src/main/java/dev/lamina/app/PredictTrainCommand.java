package dev.lamina.app;

import dev.lamina.air.Examples;
import dev.lamina.air.Federation;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.fed.FederationNetwork;
import dev.lamina.fed.FederationSettings;
import dev.lamina.fed.RemoteServers;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lamina predict train`: a predictor from files of channels, at one place or by federated rounds.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Train a channel predictor on files of channels [track, time, subcarrier, antenna]. With --servers, edge"
                    + " servers that each keep their tracks to themselves train it together; only adapters and small"
                    + " layers are sent. With --listen, the servers are 'lamina predict join' processes with files of their own,"
                    + " and this one leads."
        },
        footer = {
            "",
            "DIR then holds model.json, model.safetensors, training.json and training.png. 'lamina predict eval' and"
                    + " 'bench' take DIR as a model. Ctrl-C saves; the same command with --continue goes on.",
            "",
            "Examples:",
            "  lamina channels generate --preset llm4cp --tracks 1000 --to train.npz",
            "  lamina predict train --channels train.npz --to my-lam",
            "  lamina predict train --channels train.npz --servers 10 --rounds 20 --to federated",
            "  lamina predict train --channels uma.npz,umi.npz --servers files --personal-heads --to both",
            "  lamina predict train --listen 0.0.0.0:7070 --servers 4 --rounds 20 --round-deadline 600 --to federated",
            "  lamina predict eval --channels test.npz --model paths,my-lam"
        })
final class PredictTrainCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    private static final String NOTHING_SAVED =
            "stopped before the first round was over: nothing to save";

    private final Context context;

    @Spec private CommandSpec command;

    @Mixin private TrainOptions options = new TrainOptions();

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "Where the trained predictor goes; must not exist.")
    private Path to = Path.of("");

    @Option(names = "--continue", description = "Go on with what Ctrl-C has saved beside --to.")
    private boolean goOn;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the tensor engine; 0 is all cores." + DEFAULT)
    private int threads;

    @Mixin(name = "Servers as processes")
    private final FederationOptions network = new FederationOptions();

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Mixin(name = "Output")
    private CommonOptions common = new CommonOptions();

    PredictTrainCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        network.check(command);
        BadInputException.check(
                !Files.exists(to), "--to " + to + " exists", "take another name, or remove it.");
        int cores = Runtime.getRuntime().availableProcessors();
        BadInputException.check(
                threads >= 0 && threads <= 1024, "--threads " + threads, "take 0 for all cores.");
        int lanes = threads == 0 ? cores : threads;
        return network.leads() ? lead(lanes) : train(lanes);
    }

    /// With servers in this process.
    private int train(int lanes) {
        options.checkFiles();
        Tensors.useThreads(lanes);
        PredictorCheckpoint checkpoint = new PredictorCheckpoint(to, options.fingerprint());
        checkpoint.check(goOn);
        try (StopSignal stop = StopSignal.install(context.err());
                TrainedPredictor<?> model = options.model(options.subcarriers())) {
            return train(model, checkpoint, stop);
        }
    }

    private <E> int train(
            TrainedPredictor<E> model, PredictorCheckpoint checkpoint, StopSignal stop) {
        TrainOptions.Data<E> data;
        try {
            data = prepared(stop, made -> options.data(model, made));
        } catch (CancellationException e) {
            context.err().println(NOTHING_SAVED);
            return Failures.INTERRUPTED;
        }
        Federation<E> federation =
                new Federation<>(
                        model,
                        data.servers(),
                        data.heldOut(),
                        options.training(model.model()),
                        options.federation(data.servers().size()));
        if (options.keepsBest()) {
            federation.keepingBest();
        }
        List<Federation.RoundReport> rounds = new ArrayList<>();
        if (goOn) {
            rounds.addAll(checkpoint.restore(federation));
        }
        try (CountProgress progress =
                new CountProgress(context, common.quiet, "steps", federation.stepsLeft())) {
            run(
                    federation,
                    rounds,
                    stop,
                    progress::done,
                    report -> {
                        checkpoint.save(federation, rounds, null);
                        say(report);
                    });
        }
        if (federation.roundsDone() < options.rounds()) {
            return interrupted(rounds);
        }
        write(
                new PredictTrainReport(
                        model,
                        data.trainingTracks(),
                        data.heldOut().tracks(),
                        data.servers().size(),
                        options.fingerprint(),
                        options.seed(),
                        rounds,
                        federation.best()));
        checkpoint.remove();
        return Failures.DONE;
    }

    /// With servers that are other processes.
    private int lead(int lanes) {
        NetworkOptions.quietLibrary();
        EventLog log = logging.open(context, common.quiet);
        int count = options.checkJoined();
        FederationNetwork reached = network.network(security);
        Tensors.useThreads(lanes);
        PredictorCheckpoint checkpoint =
                new PredictorCheckpoint(to, options.fingerprint() + " over a network");
        checkpoint.check(goOn);
        try (StopSignal stop = StopSignal.install(context.err());
                TrainedPredictor<?> model =
                        options.model(network.subcarriers(options.subcarriers()))) {
            return lead(model, count, reached, checkpoint, new FederationEvents(log), stop);
        }
    }

    private <E> int lead(
            TrainedPredictor<E> model,
            int count,
            FederationNetwork reached,
            PredictorCheckpoint checkpoint,
            FederationEvents events,
            StopSignal stop) {
        Examples<E> judged;
        try {
            judged = prepared(stop, made -> options.examples(model, made));
        } catch (CancellationException e) {
            context.err().println(NOTHING_SAVED);
            return Failures.INTERRUPTED;
        }
        FederationSettings settings =
                new FederationSettings(
                        model.model(),
                        options.training(model.model()),
                        options.federation(count),
                        options.view());
        try (RemoteServers servers =
                new RemoteServers(
                        count,
                        settings,
                        model.parameters().snapshot(),
                        reached,
                        events,
                        goOn ? checkpoint.roster() : null)) {
            Federation<E> federation =
                    new Federation<>(model, servers, judged, options.seed(), settings.federation());
            if (options.keepsBest()) {
                federation.keepingBest();
            }
            List<Federation.RoundReport> rounds = new ArrayList<>();
            if (goOn) {
                rounds.addAll(checkpoint.restore(federation));
            }
            servers.open();
            run(
                    federation,
                    rounds,
                    stop,
                    _ -> {},
                    report -> {
                        checkpoint.save(federation, rounds, servers.roster());
                        events.round(report);
                    });
            if (federation.roundsDone() < options.rounds()) {
                return interrupted(rounds);
            }
            write(
                    new PredictTrainReport(
                            model,
                            servers.roster().tracks(),
                            judged.tracks(),
                            count,
                            options.fingerprint(),
                            options.seed(),
                            rounds,
                            federation.best()));
            checkpoint.remove();
            servers.finish(model.parameters().values());
        }
        return Failures.DONE;
    }

    /// Makes examples.
    ///
    /// @throws CancellationException if it was interrupted
    private <T> T prepared(StopSignal stop, Function<IntConsumer, T> making) {
        if (options.tracks() == 0) {
            return making.apply(_ -> {});
        }
        try (CountProgress progress =
                new CountProgress(context, common.quiet, "tracks", options.tracks())) {
            return making.apply(count -> {
                progress.done(count);
                if (stop.requested()) {
                    throw new CancellationException();
                }
            });
        }
    }

    private static void run(
            Federation<?> federation,
            List<Federation.RoundReport> rounds,
            StopSignal stop,
            IntConsumer stepped,
            Consumer<Federation.RoundReport> ended) {
        federation.run(
                new Federation.Listener() {
                    @Override
                    public void round(Federation.RoundReport report) {
                        rounds.add(report);
                        ended.accept(report);
                    }

                    @Override
                    public void stepped(int done) {
                        stepped.accept(done);
                    }

                    @Override
                    public boolean stopRequested() {
                        return stop.requested();
                    }
                });
    }

    private int interrupted(List<Federation.RoundReport> rounds) {
        context.err()
                .println(
                        rounds.isEmpty()
                                ? NOTHING_SAVED
                                : "saved; to go on: the same command with --continue");
        return Failures.INTERRUPTED;
    }

    private void write(PredictTrainReport report) {
        Map<String, Object> json = report.json();
        TrainedModels.save(to, report.model());
        AtomicFiles.writeString(to.resolve("training.json"), Json.pretty(json) + "\n");
        Pictures.write(to.resolve("training.png"), report.curve().image());
        common.write(context, json);
        if (common.showsTable()) {
            context.out().print(report.table());
        }
    }

    private void say(Federation.RoundReport report) {
        if (!common.quiet && !context.terminal()) {
            context.err()
                    .println(
                            "round %d: training loss %.4f%s"
                                    .formatted(
                                            report.round(),
                                            report.localLoss(),
                                            report.heldOutNmse() == null
                                                    ? ""
                                                    : ", NMSE of held-out tracks %.4f"
                                                            .formatted(report.heldOutNmse())));
        }
    }
}
