package dev.lamina.app;

import dev.lamina.air.Federation;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lamina predict train`: a predictor from files of channels, at one place or by federated rounds.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Train a channel predictor on files of channels [track, time, subcarrier, antenna]. With --servers, edge"
                    + " servers that each keep their tracks to themselves train it together; only adapters and small"
                    + " layers are sent."
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
            "  lamina predict eval --channels test.npz --model paths,my-lam"
        })
final class PredictTrainCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    private static final String NOTHING_SAVED =
            "stopped before the first round was over: nothing to save";

    private final Context context;

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

    @Mixin private CommonOptions common = new CommonOptions();

    PredictTrainCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        BadInputException.check(
                !Files.exists(to), "--to " + to + " exists", "take another name, or remove it.");
        int cores = Runtime.getRuntime().availableProcessors();
        BadInputException.check(
                threads >= 0 && threads <= 1024, "--threads " + threads, "take 0 for all cores.");
        Tensors.useThreads(threads == 0 ? cores : threads);
        PredictorCheckpoint checkpoint = new PredictorCheckpoint(to, options.fingerprint());
        checkpoint.check(goOn);
        try (StopSignal stop = StopSignal.install(context.err());
                TrainedPredictor<?> model = options.model()) {
            return train(model, checkpoint, stop);
        }
    }

    private <E> int train(
            TrainedPredictor<E> model, PredictorCheckpoint checkpoint, StopSignal stop) {
        TrainOptions.Data<E> data;
        try (CountProgress progress =
                new CountProgress(context, common.quiet, "tracks", options.tracks())) {
            data =
                    options.data(
                            model,
                            count -> {
                                progress.done(count);
                                if (stop.requested()) {
                                    throw new CancellationException();
                                }
                            });
        } catch (CancellationException e) {
            context.err().println(NOTHING_SAVED);
            return Failures.INTERRUPTED;
        }
        Federation<E> federation = options.federation(model, data);
        List<Federation.RoundReport> rounds = new ArrayList<>();
        if (goOn) {
            rounds.addAll(checkpoint.restore(federation));
        }
        try (CountProgress progress =
                new CountProgress(context, common.quiet, "steps", federation.stepsLeft())) {
            federation.run(
                    new Federation.Listener() {
                        @Override
                        public void round(Federation.RoundReport report) {
                            rounds.add(report);
                            checkpoint.save(federation, rounds);
                            say(report);
                        }

                        @Override
                        public void stepped(int done) {
                            progress.done(done);
                        }

                        @Override
                        public boolean stopRequested() {
                            return stop.requested();
                        }
                    });
        }
        if (federation.roundsDone() < options.rounds()) {
            context.err()
                    .println(
                            rounds.isEmpty()
                                    ? NOTHING_SAVED
                                    : "saved; to go on: the same command with --continue");
            return Failures.INTERRUPTED;
        }
        Map<String, Object> result = result(model, data, rounds);
        TrainedModels.save(to, model);
        AtomicFiles.writeString(to.resolve("training.json"), Json.pretty(result) + "\n");
        Pictures.write(to.resolve("training.png"), curve(rounds).image());
        checkpoint.remove();
        common.write(context, result);
        if (common.showsTable()) {
            context.out().print(table(model, data, rounds));
        }
        return Failures.DONE;
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

    private static LineChart curve(List<Federation.RoundReport> rounds) {
        List<LineChart.Series> series = new ArrayList<>();
        series.add(
                LineChart.Series.counted(
                        "training loss, during steps",
                        rounds.stream().map(Federation.RoundReport::localLoss).toList()));
        addTo(
                series,
                "of the global model, before them",
                rounds,
                Federation.RoundReport::globalLoss);
        addTo(series, "held-out tracks", rounds, Federation.RoundReport::heldOutNmse);
        return new LineChart("Training", "round", "NMSE", false, true, series, null);
    }

    /// What was measured, if it was.
    private static void addTo(
            List<LineChart.Series> series,
            String name,
            List<Federation.RoundReport> rounds,
            Function<Federation.RoundReport, @Nullable Double> value) {
        List<Double> values = new ArrayList<>();
        for (Federation.RoundReport round : rounds) {
            Double measured = value.apply(round);
            if (measured != null) {
                values.add(measured);
            }
        }
        if (!values.isEmpty()) {
            series.add(LineChart.Series.counted(name, values));
        }
    }

    private <E> Map<String, Object> result(
            TrainedPredictor<E> model,
            TrainOptions.Data<E> data,
            List<Federation.RoundReport> rounds) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.model());
        json.put("kind", model.name());
        json.put("parameters", model.parameters().count());
        json.put("tracks", data.trainingTracks());
        json.put("heldOutTracks", data.heldOut().tracks());
        json.put("servers", data.servers().size());
        json.put("settings", options.fingerprint());
        json.put("rounds", rounds);
        json.put("seeds", List.of(options.seed()));
        return json;
    }

    private static <E> Table table(
            TrainedPredictor<E> model,
            TrainOptions.Data<E> data,
            List<Federation.RoundReport> rounds) {
        Federation.RoundReport last = rounds.getLast();
        Table table =
                Table.plain()
                        .row("model", model.model())
                        .row("trained", "%,d parameters".formatted(model.parameters().count()))
                        .row(
                                "tracks",
                                "%d on %d server%s, %d held out"
                                        .formatted(
                                                data.trainingTracks(),
                                                data.servers().size(),
                                                data.servers().size() == 1 ? "" : "s",
                                                data.heldOut().tracks()))
                        .row("training loss", "%.4f".formatted(last.localLoss()));
        if (last.heldOutNmse() != null) {
            table.row("NMSE, held out", "%.4f, against noisy labels".formatted(last.heldOutNmse()));
        }
        return data.servers().size() == 1
                ? table
                : table.row("up a round", Bytes.text(last.bytesUp()) + " from each server");
    }
}
