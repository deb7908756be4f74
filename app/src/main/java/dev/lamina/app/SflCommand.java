package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.bench.SflExperiment;
import dev.lamina.bench.SflResult;
import dev.lamina.bench.SflSpecs;
import dev.lamina.data.Partition;
import dev.lamina.lam.Backbone;
import dev.lamina.train.FinetuneSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lamina reproduce sfl`: paper [B]'s experiment with its baselines, side by side.
@Command(
        name = "sfl",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "lamina reproduce sfl [FLAGS]",
            "       lamina reproduce sfl --resume DIR"
        },
        description = {
            "Paper [B]'s experiment: memory-efficient split federated learning ('shared') against split learning ('sequential'), split"
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
final class SflCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final List<Path> CARER =
            List.of(Path.of("data", "carer"), Path.of("..", "shared", "data", "carer"));
    private static final int QUICK_STEPS = 60;

    private final Context context;

    @Spec private CommandSpec command;

    @Option(
            names = "--quick",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
            description = "Minutes: timing and memory, and only a few steps of real training.")
    private boolean quick;

    @Option(
            names = "--measure",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
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

    @Mixin(name = "Run")
    private final FinetuneOptions.Run run = new FinetuneOptions.Run();

    @Mixin(name = "Results")
    private final FinetuneOptions.Place place = new FinetuneOptions.Place();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    SflCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
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
        data = plan.training().data(); // for the spec that is written
        return new ExperimentRun(context, command, "sfl", place, common).run(new Sfl(plan));
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
                        run.seed,
                        run.threads);
        return new SflExperiment.Plan(
                shape,
                128,
                steps,
                training,
                quick ? partitions.subList(0, 1) : partitions,
                measure,
                target);
    }

    /// The experiment, whose timelines the report draws.
    private static final class Sfl implements ExperimentRun.Experiment<SflResult> {
        private final SflExperiment.Plan plan;
        private @Nullable SflExperiment experiment;

        Sfl(SflExperiment.Plan plan) {
            this.plan = plan;
        }

        @Override
        public @Nullable SflResult run(Path directory, SflExperiment.Listener listener) {
            SflExperiment prepared = new SflExperiment(plan, directory, listener);
            experiment = prepared;
            return prepared.run();
        }

        @Override
        public void report(SflResult result, Path directory) {
            new SflReport(result, Objects.requireNonNull(experiment)).write(directory);
        }

        @Override
        public Table table(SflResult result) {
            return SflReport.table(result);
        }
    }

    private String data() {
        return data == null ? carer() : data;
    }

    /// The CARER emotions where they are, else WordNet.
    static String carer() {
        return CARER.stream()
                .filter(Files::isDirectory)
                .map(Path::toString)
                .findFirst()
                .orElse("wordnet");
    }
}
