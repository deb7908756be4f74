package dev.lamina.app;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.PredictionScores;
import dev.lamina.air.PredictionSetting;
import dev.lamina.air.PredictionTrial;
import dev.lamina.air.Predictors;
import dev.lamina.base.BadInputException;
import dev.lamina.csi.CsiFiles;
import dev.lamina.radio.Csi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lamina predict`: channel prediction.
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = "Predict channels from their past.",
        synopsisSubcommandLabel = "(train | join | eval | bench)",
        footer = {
            "",
            "Examples:",
            "  lamina predict train --channels train.npz --to my-lam",
            "  lamina predict eval --channels test.npz --model paths,lam,my-lam --snr 18",
            "  lamina predict eval --channels test.npy --model ar,paths --history 16 --horizon 4 --json -",
            "  lamina predict bench --model paths,lam,my-lam"
        })
final class PredictCommand implements Runnable {
    private static final List<String> DEFAULT_MODELS = Predictors.names();

    private final Context context;
    @Spec private CommandSpec spec;

    private PredictCommand(Context context) {
        this.context = context;
    }

    /// The command with its subcommands.
    static CommandLine commandLine(Context context) {
        return new CommandLine(new PredictCommand(context))
                .addSubcommand(new PredictTrainCommand(context))
                .addSubcommand(new PredictJoinCommand(context))
                .addSubcommand(new PredictBenchCommand(context));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no subcommand of 'predict' is given");
    }

    /// Tries predictors on a file of channels.
    @Command(
            name = "eval",
            mixinStandardHelpOptions = true,
            description = {
                "Normalised mean square error of predictors on a file of channels [track, time, subcarrier, antenna]: .npy, .npz,"
                        + " .safetensors, .h5, .mat. Nothing is trained on the file; each track is scaled by its own history."
            })
    int eval(
            @Option(
                            names = "--channels",
                            paramLabel = "FILE",
                            required = true,
                            description = "Channels without noise.")
                    Path file,
            @Option(
                            names = "--model",
                            paramLabel = "NAME",
                            split = ",",
                            description =
                                    "Predictors: persistence, prony, ar, kalman, paths (in closed form), lam (trained, comes with"
                                            + " Lamina), or directories that 'predict train' made. Default: those in closed form.")
                    @Nullable List<String> models,
            @Option(
                            names = "--history",
                            paramLabel = "N",
                            defaultValue = "16",
                            description = "Steps that are seen. Default: ${DEFAULT-VALUE}.")
                    int history,
            @Option(
                            names = "--horizon",
                            paramLabel = "N",
                            defaultValue = "4",
                            description = "Steps to predict. Default: ${DEFAULT-VALUE}.")
                    int horizon,
            @Option(
                            names = "--snr",
                            paramLabel = "DB|none",
                            defaultValue = "18",
                            description =
                                    "Noise that is added to the history, against each track's mean power. Default:"
                                            + " ${DEFAULT-VALUE}.")
                    String snr,
            @Option(
                            names = "--band",
                            paramLabel = "tdd|fdd",
                            defaultValue = "tdd",
                            description =
                                    "Predict the same band, or the upper half of the subcarriers from the lower half. Default:"
                                            + " ${DEFAULT-VALUE}.")
                    String band,
            @Option(
                            names = "--array",
                            paramLabel = "RxCxP",
                            description =
                                    "How the antennas are arranged: rows x columns x ports at each place, 4x4x2 for instance"
                                            + " (2:4x4 with the ports first). Default: found from the channels.")
                    @Nullable String array,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of the noise. Default: ${DEFAULT-VALUE}.")
                    long seed,
            @Option(
                            names = "--threads",
                            paramLabel = "N",
                            description = "Tracks side by side. Default: all cores.")
                    @Nullable Integer threads,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(
                band.equals("tdd") || band.equals("fdd"), "--band " + band, "take tdd or fdd.");
        int lanes = Quantities.threads(threads);
        PredictionSetting setting =
                new PredictionSetting(
                        history,
                        horizon,
                        band.equals("fdd"),
                        decibels(snr),
                        array == null ? null : ArrayLayout.parse(array),
                        seed);
        Csi channels = CsiFiles.read(file);
        PredictionTrial trial = new PredictionTrial(channels, setting);
        try (Predictors.Opened predictors =
                        Predictors.open(models == null ? DEFAULT_MODELS : models);
                StopSignal stop = StopSignal.install(context.err());
                CountProgress progress =
                        new CountProgress(context, common.quiet, "tracks", channels.tracks())) {
            @Nullable PredictionScores scores =
                    trial.run(predictors.all(), lanes, progress::done, stop::requested);
            if (scores == null) {
                return Failures.INTERRUPTED;
            }
            List<String> names = models == null ? DEFAULT_MODELS : models;
            common.write(context, json(file, channels, setting, names, scores));
            if (common.showsTable()) {
                context.out().print(table(setting, names, scores));
            }
        }
        return Failures.DONE;
    }

    private static double decibels(String text) {
        return text.equals("none") ? Double.POSITIVE_INFINITY : Quantities.number("--snr", text);
    }

    /// @param models as they were asked for
    private static Table table(
            PredictionSetting setting, List<String> models, PredictionScores scores) {
        TreeSet<Integer> speeds = new TreeSet<>();
        scores.models().forEach(model -> speeds.addAll(model.bySpeed().keySet()));
        List<String> names = new ArrayList<>(List.of("model", "NMSE", "noisy labels"));
        speeds.forEach(speed -> names.add(speed + " km/h"));
        names.add("ms a track");
        Table table = new Table(names.toArray(String[]::new));
        for (int i = 0; i < models.size(); i++) {
            PredictionScores.Model model = scores.models().get(i);
            List<Object> row = new ArrayList<>();
            row.add(models.get(i));
            row.add(text(model.nmse().clean()));
            row.add(text(model.nmse().noisy()));
            for (int speed : speeds) {
                PredictionScores.@Nullable Score nmse = model.bySpeed().get(speed);
                row.add(nmse == null ? "-" : text(nmse.clean()));
            }
            row.add("%.1f".formatted(1e3 * model.secondsPerTrack()));
            table.row(row.toArray());
        }
        List<Object> floor = new ArrayList<>(List.of("floor", text(0), text(setting.noisyFloor())));
        speeds.forEach(speed -> floor.add(text(0)));
        return table.row(floor.toArray());
    }

    private static String text(double nmse) {
        return "%.4f".formatted(nmse);
    }

    private static Map<String, Object> json(
            Path file,
            Csi channels,
            PredictionSetting setting,
            List<String> models,
            PredictionScores scores) {
        Map<String, Object> nmse = new LinkedHashMap<>();
        for (int i = 0; i < models.size(); i++) {
            PredictionScores.Model model = scores.models().get(i);
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("clean", model.nmse().clean());
            of.put("noisy", model.nmse().noisy());
            of.put("bySpeed", model.bySpeed());
            of.put("secondsPerTrack", model.secondsPerTrack());
            nmse.put(models.get(i), of);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("channels", file.toString());
        json.put("tracks", scores.tracks());
        json.put("subcarriers", channels.shape().subcarriers());
        json.put("antennas", channels.shape().antennas());
        json.put("layout", scores.layout().toString());
        json.put("protocol", setting.otherBand() ? "fdd" : "tdd");
        json.put("history", setting.history());
        json.put("horizon", setting.horizon());
        if (!Double.isInfinite(setting.snrDecibels())) {
            json.put("snrDecibels", setting.snrDecibels());
        }
        json.put("nmse", nmse);
        json.put("floor", Map.of("clean", 0.0, "noisy", setting.noisyFloor()));
        json.put("seeds", List.of(setting.seed()));
        return json;
    }
}
