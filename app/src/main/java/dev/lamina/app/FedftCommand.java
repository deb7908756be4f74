package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.bench.FedftExperiment;
import dev.lamina.bench.FedftResult;
import dev.lamina.bench.FedftSpecs;
import dev.lamina.bench.SflExperiment;
import dev.lamina.data.Partition;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.train.FinetuneSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `lamina reproduce fedft`: paper [A]'s experiment with its baselines, side by side.
@Command(
        name = "fedft",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "lamina reproduce fedft [FLAGS]",
            "       lamina reproduce fedft --resume DIR"
        },
        description = {
            "Paper [A]'s experiment: split federated fine-tuning ('ushape') in a wireless cell. Time to a target accuracy"
                    + " under online scheduling and bandwidth allocation against simpler policies, on the same data,"
                    + " places and channels; the trade-off of V; traffic and accuracy against other schemes."
        },
        footer = {
            "",
            "DIR then holds: report.html (everything, with pictures), result.json, and the pictures as PNG.",
            "Ctrl-C saves; --resume goes on. What was trained already is not done again.",
            "",
            "Examples:",
            "  lamina reproduce fedft --quick",
            "  lamina reproduce fedft --seeds 5 --json -",
            "  lamina reproduce fedft --cell recipes/cell.yaml --policy random:3,best-channel:3",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
final class FedftCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final int EVERYBODY = 6;
    private static final int QUICK_STEPS = 240;

    private final Context context;

    @Spec private CommandSpec command;

    @Option(
            names = "--quick",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
            description =
                    "Minutes: one seed, a low target, three baselines, and only a few steps of the other schemes.")
    private boolean quick;

    @Option(
            names = "--devices",
            paramLabel = "N|FILE",
            defaultValue = "20",
            description =
                    "How many devices are in the cell, of unequal speeds, or a YAML file, as in 'lamina finetune'; its"
                            + " links are those of the cell."
                            + DEFAULT)
    private String devices = "20";

    @Option(
            names = "--cell",
            paramLabel = "FILE.yaml",
            description =
                    "The cell (recipes/cell.yaml has all keys). Default: 250 m, urban micro, 5 MHz each way.")
    private @Nullable Path cell;

    @Option(
            names = "--delay-budget",
            paramLabel = "SECONDS",
            description =
                    "Mean length of a round. Default: what the quickest devices with two batches take in the mean, with the"
                            + " best shares.")
    private @Nullable Double delayBudget;

    @Option(
            names = "--queue-rounds",
            paramLabel = "V",
            defaultValue = "10",
            description = "V, as the number of budgets that the queue settles at." + DEFAULT)
    private double queueRounds;

    @Option(
            names = "--contraction",
            paramLabel = "RHO",
            defaultValue = "0.98",
            description =
                    "Rounds are weighted by RHO to the power of the rounds that follow (the bound on convergence)."
                            + DEFAULT)
    private double contraction;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Policies besides 'online', as in 'lamina finetune --allocation'. Default: all-equal, all-optimal,"
                            + " random:5, round-robin:5, best-channel:5, best-channel:2, greedy-deadline.")
    private @Nullable List<String> policies;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            defaultValue = "minilm",
            description = "Model that is trained." + DEFAULT)
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "NAME|FILE|DIR",
            defaultValue = "wordnet",
            description = "Labelled text to train on in the cell." + DEFAULT)
    private String data = "";

    @Option(
            names = "--partition",
            paramLabel = "HOW",
            defaultValue = "quantity:1",
            description = "How samples lie on the devices of the cell." + DEFAULT)
    private String partition = "";

    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "0.002",
            description = "Learning rate in the cell." + DEFAULT)
    private double learningRate;

    @Option(
            names = "--target",
            paramLabel = "X",
            description = "Accuracy whose time is told. Default: 0.8; in a quick run 0.6.")
    private @Nullable Double target;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Most rounds of a run in the cell. Default: 80.")
    private @Nullable Integer rounds;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Seeds, from --seed upwards. Default: 5; in a quick run 1.")
    private @Nullable Integer seeds;

    @Mixin(name = "Run")
    private final FinetuneOptions.Run run = new FinetuneOptions.Run();

    @Mixin(name = "Results")
    private final FinetuneOptions.Place place = new FinetuneOptions.Place();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    FedftCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        FedftExperiment.Plan plan = plan();
        return new ExperimentRun(context, command, "fedft", place, common).run(new Fedft(plan));
    }

    private FedftExperiment.Plan plan() {
        double goal = target == null ? quick ? 0.6 : 0.8 : target;
        BadInputException.check(
                goal > 0 && goal < 1, "--target " + goal + " is not between 0 and 1", "take 0.8");
        int most = rounds == null ? 80 : rounds;
        BadInputException.check(most >= 1, "--rounds " + most + " is below 1", "take 80");
        List<Long> all = run.seeds(seeds == null ? quick ? 1 : 5 : seeds, 5);
        BadInputException.check(
                contraction > 0 && contraction < 1,
                "--contraction " + contraction + " is not between 0 and 1",
                "take 0.98: later rounds count more");
        Partition.parse(partition);
        CellFile file =
                cell == null ? new CellFile(FedftSpecs.CELL, List.of()) : CellFile.read(cell);
        List<DeviceProfile> profiles =
                devices.matches("[0-9]+")
                        ? FedftSpecs.devices(FinetuneOptions.machines(devices).devices().size())
                        : FinetuneOptions.machines(devices).devices();
        FinetuneSpec training =
                FedftSpecs.inCell(
                        model,
                        data,
                        profiles,
                        partition,
                        learningRate,
                        new FedftSpecs.InCell(
                                file.spec(),
                                file.positions(),
                                delayBudget == null ? 0 : delayBudget,
                                queueRounds,
                                most,
                                320),
                        run.seed,
                        run.threads);
        return new FedftExperiment.Plan(
                training,
                accuracies(),
                all,
                named(),
                contraction,
                quick ? 400 : 1000,
                goal,
                quick ? List.of(2.0, 4.0, 8.0, 16.0) : List.of(2.0, 4.0, 8.0, 16.0, 32.0, 64.0),
                quick ? List.of() : List.of(4, 64),
                quick ? List.of() : List.of(125.0, 500.0));
    }

    private List<String> named() {
        if (policies != null) {
            return policies;
        }
        return quick
                ? List.of("random:5", "round-robin:5", "best-channel:5", "best-channel:2")
                : List.of(
                        "all-equal",
                        "all-optimal",
                        "random:5",
                        "round-robin:5",
                        "best-channel:5",
                        "best-channel:2",
                        "greedy-deadline");
    }

    /// The data sets on which schemes are held against each other.
    private Map<String, FinetuneSpec> accuracies() {
        Map<String, FinetuneSpec> specs = new LinkedHashMap<>();
        List<String> sets =
                quick || SflCommand.carer().equals("wordnet") || !data.equals("wordnet")
                        ? List.of(data)
                        : List.of(data, SflCommand.carer());
        for (String set : sets) {
            String name = set.replaceFirst(".*/", "");
            specs.put(
                    name,
                    FedftSpecs.everybody(
                            model,
                            set,
                            EVERYBODY,
                            1e-3,
                            quick ? QUICK_STEPS : 0,
                            run.seed,
                            run.threads));
        }
        return specs;
    }

    private record Fedft(FedftExperiment.Plan plan)
            implements ExperimentRun.Experiment<FedftResult> {
        @Override
        public @Nullable FedftResult run(Path directory, SflExperiment.Listener listener) {
            return new FedftExperiment(plan, directory, listener).run();
        }

        @Override
        public void report(FedftResult result, Path directory) {
            new FedftReport(result).write(directory);
        }

        @Override
        public Table table(FedftResult result) {
            return FedftReport.table(result);
        }
    }
}
