package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.SflExperiment;
import dev.lamina.bench.SflResult;
import dev.lamina.bench.SflSpecs;
import dev.lamina.data.Partition;
import dev.lamina.lam.Backbone;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina reproduce`: a paper's experiment with its baselines, side by side.
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "lamina reproduce sfl [FLAGS]",
            "       lamina reproduce sfl --resume DIR"
        },
        description = {
            "Run a paper's experiment and its baselines side by side.",
            "",
            "sfl: memory-efficient split federated learning ('shared') against split learning ('sequential'), split"
                    + " federated learning ('parallel') and all data in one place ('central'). Time, energy and memory"
                    + " at BERT-base's shape on the declared machines; accuracy by real training of a small pretrained"
                    + " model. 'shared+' has all improvements on: recomputation, int8, micro-batches, chosen cuts."
        },
        footer = {
            "",
            "DIR then holds: report.html (everything, with pictures), result.json, and the pictures as PNG.",
            "Ctrl-C saves; --resume goes on. What was measured or trained already is not done again.",
            "",
            "Examples:",
            "  lamina reproduce sfl --quick",
            "  lamina reproduce sfl --quick --measure --json -",
            "  lamina reproduce sfl --measure --data FOLDER --target 0.89",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
final class ReproduceCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final List<Path> CARER =
            List.of(Path.of("data", "carer"), Path.of("..", "shared", "data", "carer"));
    private static final int QUICK_STEPS = 60;

    private final Context context;

    @Spec private CommandSpec command;

    @Parameters(index = "0", paramLabel = "NAME", description = "Which experiment: sfl.")
    private String name = "";

    @Option(
            names = "--quick",
            description = "Minutes: timing and memory, and only a few steps of real training.")
    private boolean quick;

    @Option(
            names = "--measure",
            description =
                    "Measure too: each scheme's server in a process of its own (about 10 GB), what several server"
                            + " copies cost each other, and the latency model against this machine.")
    private boolean measure;

    @Option(
            names = "--devices",
            paramLabel = "N|FILE",
            defaultValue = "6",
            description = "How many devices, or a YAML file, as in 'lamina finetune'." + DEFAULT)
    private String devices = "6";

    @Option(
            names = "--shape",
            paramLabel = "MODEL",
            defaultValue = "shape:bert-base",
            description = "Model whose shape timing and memory are of." + DEFAULT)
    private String shape = "";

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            defaultValue = "minilm",
            description = "Model that is trained." + DEFAULT)
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "NAME|FILE|DIR",
            description =
                    "Labelled text to train on. Default: the CARER emotions where a folder data/carer is, else wordnet.")
    private @Nullable String data;

    @Option(
            names = "--partition",
            paramLabel = "HOW",
            split = ",",
            defaultValue = "iid,dirichlet:0.5",
            description =
                    "How samples lie on the devices: the first for all schemes, further ones for 'shared' and 'shared+'"
                            + " (left out in a quick run)."
                            + DEFAULT)
    private List<String> partitions = List.of();

    @Option(
            names = "--epochs",
            paramLabel = "X",
            defaultValue = "1",
            description = "Passes over the training data." + DEFAULT)
    private double epochs;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "6",
            description = "Rounds of a training run." + DEFAULT)
    private int rounds;

    @Option(
            names = "--target",
            paramLabel = "X",
            defaultValue = "0.89",
            description = "Accuracy whose time is told." + DEFAULT)
    private double target;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of each device in a timed round." + DEFAULT)
    private int steps;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all randomness." + DEFAULT)
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Processor cores to use. Default: all.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin(name = "Results")
    private final FinetuneOptions.Place place = new FinetuneOptions.Place();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    ReproduceCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        BadInputException.check(
                name.equals("sfl"),
                "experiment '" + name + "' is not known",
                "take sfl: 'lamina reproduce sfl --quick'");
        BadInputException.check(
                target > 0 && target < 1,
                "--target " + target + " is not between 0 and 1",
                "take --target 0.89");
        BadInputException.check(
                steps >= 1 && steps <= 10_000,
                "--steps " + steps + " is not from 1 to 10000",
                "take --steps 20");
        partitions.forEach(Partition::parse);
        SflExperiment.Plan plan = plan();
        Backbone.config(shape); // a shape that is none is told before anything is made
        RunDirectory directory =
                place.resume == null
                        ? RunDirectory.create(context, "reproduce", place.out)
                        : RunDirectory.resume(place.resume);
        return run(plan, directory);
    }

    private SflExperiment.Plan plan() {
        DevicesFile machines = FinetuneOptions.machines(devices);
        FinetuneSpec training =
                SflSpecs.training(
                        model,
                        data(),
                        machines.devices(),
                        machines.server(),
                        epochs,
                        quick ? 2 : rounds,
                        quick ? QUICK_STEPS : 0,
                        seed,
                        threads);
        return new SflExperiment.Plan(
                shape,
                128,
                steps,
                training,
                quick ? partitions.subList(0, 1) : partitions,
                measure,
                target);
    }

    private String data() {
        if (data != null) {
            return data;
        }
        return CARER.stream()
                .filter(Files::isDirectory)
                .map(Path::toString)
                .findFirst()
                .orElse("wordnet");
    }

    private int run(SflExperiment.Plan plan, RunDirectory directory) {
        Path path = directory.path();
        data = plan.training().data();
        Map<String, Object> flags = SpecWriter.values(command, FinetuneOptions.Edge::portable);
        if (place.resume == null) {
            SpecWriter.write(path.resolve("spec.yaml"), "reproduce sfl", flags);
        }
        RunSession session = new RunSession(context, "reproduce", path, flags);
        try (StopSignal stop = StopSignal.install(context.err())) {
            session.begin();
            SflExperiment experiment = new SflExperiment(plan, path, new Stages(stop));
            @Nullable SflResult result = experiment.run();
            if (result == null) {
                session.end(Status.INTERRUPTED, null);
                context.err()
                        .println(
                                "saved; to go on: ./lamina reproduce sfl --resume "
                                        + FinetuneOutput.shown(path));
                return Failures.INTERRUPTED;
            }
            new SflReport(result, experiment).write(path);
            AtomicFiles.writeString(path.resolve("result.json"), Json.pretty(result) + "\n");
            common.write(context, result);
            if (common.showsTable()) {
                context.out().print(SflReport.table(result));
                context.out()
                        .println(
                                "report           "
                                        + FinetuneOutput.shown(path.resolve("report.html")));
            }
            session.end(Status.DONE, result);
            return Failures.DONE;
        } catch (BadInputException e) {
            session.end(Status.FAILED, null);
            if (place.resume == null && !experimentBegun(path)) {
                directory.discard();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            session.end(Status.FAILED, null);
            throw e;
        }
    }

    /// Whether there is something that took time to make.
    private static boolean experimentBegun(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("training-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Stages implements SflExperiment.Listener {
        private final StopSignal stop;

        Stages(StopSignal stop) {
            this.stop = stop;
        }

        @Override
        public void stage(String what) {
            if (!common.quiet) {
                context.err().println(what);
            }
        }

        @Override
        public RunListener training(String run) {
            return new Progress(context, common.quiet, stop, () -> {});
        }
    }
}
