package dev.lamina.app;

import dev.lamina.air.Predictor;
import dev.lamina.air.Predictors;
import dev.lamina.air.TrainedModels;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.PredictionBench;
import dev.lamina.bench.PredictionCase;
import dev.lamina.bench.PredictionResult;
import dev.lamina.bench.PredictionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lamina predict bench`: tables of what channel predictors reach.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Compare channel predictors on generated channels, in LLM4CP's setting (UMa without"
                    + " line of sight, 2.4 GHz, 32 ports, 16 steps seen, 4 predicted) and in others."
                    + " Nothing is trained.",
            "",
            "Parts:",
            "  speed      error at 10, 20, ..., 100 km/h, TDD with noise of 18 dB, and FDD without"
                    + " noise",
            "  snr        error by signal-to-noise ratio, TDD",
            "  zero-shot  error in other scenarios, at other carriers, with other arrays, TDD",
            "  rate       spectral efficiency of one user with the predicted channel",
            "  time       milliseconds per user and slot, time for 1,000 users, share of the"
                    + " machine's limit"
        },
        footer = {
            "",
            "DIR then holds report.html with the pictures, and result.json.",
            "",
            "Examples:",
            "  lamina predict bench --quick",
            "  lamina predict bench --model paths,lam --part zero-shot --users 20",
            "  lamina predict bench --model lam,my-gru,my-llm4cp --part speed,rate --out tables"
        })
final class PredictBenchCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final List<String> REFERENCES =
            List.of(PredictionCase.PERSISTENCE, PredictionCase.AUTOREGRESSION);

    private final Context context;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Predictors: persistence, prony, ar, kalman, paths (in closed form), lam"
                            + " (trained, comes with Lamina), or directories that 'predict train' made."
                            + " persistence and ar are always there: they say what is weak. Default:"
                            + " all with a name.")
    private @Nullable List<String> models;

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "Tracks of each speed, 1 to 10000. Default: 5; 1 with --quick.")
    private @Nullable Integer users;

    @Option(
            names = "--part",
            paramLabel = "PART",
            split = ",",
            description = "Some of speed, snr, zero-shot, rate, time. Default: all.")
    private @Nullable List<String> parts;

    @Option(
            names = "--quick",
            fallbackValue = "true",
            description = "Three speeds, three ratios, few users: not to quote.")
    private boolean quick;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "2025",
            description =
                    "Of channels and noise; take one that no model was trained with." + DEFAULT)
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Tracks side by side. Default: all cores.")
    private @Nullable Integer threads;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory for the report, new or empty. Default: runs/predict-<time>.")
    private @Nullable Path out;

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    PredictBenchCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        PredictionSettings settings = settings();
        List<String> names = names();
        try (StopSignal stop = StopSignal.install(context.err());
                Predictors.Opened predictors = Predictors.open(names)) {
            RunDirectory directory = RunDirectory.create(context, "predict", out);
            PredictionResult result;
            try {
                result = run(settings, named(names, predictors.all()), stop);
            } catch (RuntimeException | Error e) {
                directory.discard();
                throw e;
            }
            if (result == null) {
                directory.discard();
                return Failures.INTERRUPTED;
            }
            write(new PredictBenchReport(result), directory.path());
        }
        return Failures.DONE;
    }

    private PredictionSettings settings() {
        int lanes = Quantities.threads(threads);
        BadInputException.check(
                users == null || (users >= 1 && users <= 10_000),
                "--users " + users,
                "take between 1 and 10000, say 5.");
        PredictionSettings settings =
                quick
                        ? PredictionSettings.quick(users == null ? 1 : users, lanes, seed)
                        : PredictionSettings.full(users == null ? 5 : users, lanes, seed);
        if (parts == null) {
            return settings;
        }
        Set<PredictionSettings.Part> some = EnumSet.noneOf(PredictionSettings.Part.class);
        parts.forEach(part -> some.add(PredictionSettings.Part.parse(part)));
        return settings.with(some);
    }

    /// Each once, the references first.
    private List<String> names() {
        Set<String> names = new LinkedHashSet<>(REFERENCES);
        if (models == null) {
            names.addAll(Predictors.names());
            names.add(TrainedModels.SHIPPED);
        } else {
            names.addAll(models);
        }
        return List.copyOf(names);
    }

    private static SequencedMap<String, Predictor> named(
            List<String> names, List<Predictor> predictors) {
        SequencedMap<String, Predictor> named = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), predictors.get(i));
        }
        return named;
    }

    private @Nullable PredictionResult run(
            PredictionSettings settings, SequencedMap<String, Predictor> named, StopSignal stop) {
        int tracks = PredictionBench.tracks(settings);
        try (CountProgress progress = new CountProgress(context, common.quiet, "tracks", tracks)) {
            return new PredictionBench(settings, named, progress::done, stop::requested).run();
        }
    }

    private void write(PredictBenchReport report, Path directory) {
        Map<String, Object> json = report.json();
        Path page = directory.resolve("report.html");
        report.html().write(page);
        AtomicFiles.writeString(directory.resolve("result.json"), Json.pretty(json) + "\n");
        common.write(context, json);
        if (common.showsTable()) {
            List<String> texts = new ArrayList<>();
            report.sections().forEach(section -> texts.add(section.text()));
            context.out().print(String.join(System.lineSeparator(), texts));
            context.out().printf("%nreport %s%n", FinetuneOutput.shown(page));
        }
    }
}
