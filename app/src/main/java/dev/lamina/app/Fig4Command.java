package dev.lamina.app;

import dev.lamina.air.Federation;
import dev.lamina.air.PathModel;
import dev.lamina.air.ServerRule;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.Fig4Experiment;
import dev.lamina.bench.Fig4Result;
import dev.lamina.bench.SflExperiment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina reproduce fig4`: paper [A]'s federated channel prediction, side by side.
@Command(
        name = "fig4",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "lamina reproduce fig4 [SPEC.yaml] [FLAGS]",
            "       lamina reproduce fig4 --resume DIR"
        },
        description = {
            "Paper [A]'s case study (Fig. 4): channel prediction by a large model that edge servers train together ('lam 2',"
                    + " 'lam 5', 'lam 10'), against the same model on one server's tracks ('lam local') and on all tracks"
                    + " at one place ('lam central'), RNN and GRU on one server's tracks, the model before any training, and predictors in closed form."
                    + " Loss during local steps, loss of the global model at a round's start, and what counts: the"
                    + " error on held-out tracks against clean channels. Setting and noise are LLM4CP's."
        },
        footer = {
            "",
            "DIR then holds: report.html (everything, with pictures), result.json, and the pictures as PNG.",
            "Ctrl-C saves; --resume goes on. What was trained to the end already is not done again.",
            "",
            "Examples:",
            "  lamina reproduce fig4 --quick",
            "  lamina reproduce fig4 --seeds 3 --json -",
            "  lamina reproduce fig4 --partition speed --participation 0.5 --server-rule momentum",
            "  lamina reproduce fig4 recipes/fig4.yaml --out runs/fig4",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
final class Fig4Command implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final int HISTORY_STEPS = 16;
    private static final int HORIZON = 4;

    private final Context context;

    @Spec private CommandSpec command;

    @SuppressWarnings("unused") // SpecDefaults reads it
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = SpecDefaults.LABEL,
            description =
                    "A run spec: YAML whose keys are the flags below without dashes (local-epochs: 1). Flags override it.")
    private @Nullable Path specFile;

    @Option(
            names = "--quick",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
            description =
                    "Minutes: one seed, 10 tracks a server, 3 rounds, 2 held-out users at each speed, unless they are given.")
    private boolean quick;

    @Option(
            names = "--servers",
            paramLabel = "N",
            split = ",",
            defaultValue = "2,5,10",
            description =
                    "How many servers each federation has; the last is how many there are in all."
                            + DEFAULT)
    private List<Integer> servers = List.of();

    @Option(
            names = "--tracks",
            paramLabel = "N",
            description =
                    "Tracks of a server to learn from; the paper's 5 %% are 405. Default: 40; in a quick run 10.")
    private @Nullable Integer tracks;

    @Option(
            names = "--test-users",
            paramLabel = "N",
            description =
                    "Held-out tracks at each of 10, 20, ..., 100 km/h. Default: 10; in a quick run 2.")
    private @Nullable Integer testUsers;

    @Option(
            names = "--partition",
            paramLabel = "iid|speed",
            defaultValue = Fig4Experiment.IID,
            description =
                    "How tracks lie on the servers: at random, or each server has a range of speeds of its own."
                            + DEFAULT)
    private String partition = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of training. Default: 20; in a quick run 3.")
    private @Nullable Integer rounds;

    @Option(
            names = "--local-epochs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Passes over a server's tracks in a round." + DEFAULT)
    private int localEpochs;

    @Option(
            names = "--participation",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Share of the servers that take part in a round." + DEFAULT)
    private double participation;

    @Option(
            names = "--server-rule",
            paramLabel = "average|momentum|adam",
            defaultValue = "average",
            description = "What is made of a round's mean." + DEFAULT)
    private String serverRule = "";

    @Option(
            names = "--server-lr",
            paramLabel = "X",
            description = "Learning rate of the server's rule. Default: 1; with adam 0.01.")
    private @Nullable Double serverRate;

    @Option(
            names = "--fresh-optimizers",
            fallbackValue = "true",
            description =
                    "A server's AdamW begins anew in each round. Default: it goes on where its last round ended.")
    private boolean freshOptimizers;

    @Option(
            names = "--personal-heads",
            fallbackValue = "true",
            description =
                    "Each server keeps the output layers to itself; held-out error is then the mean over servers.")
    private boolean personalHeads;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            defaultValue = "minilm",
            description =
                    "Pretrained model of the LAM: minilm, bge-small, a directory with a BERT or a GPT-2,"
                            + " shape:LAYERSxHIDDENxHEADS; or fresh:WIDTHxHEADS for blocks that are trained whole."
                            + DEFAULT)
    private String backbone = "";

    @Option(
            names = "--blocks",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many of its blocks, the first ones." + DEFAULT)
    private int blocks;

    @Option(
            names = "--rank",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Rank of the pairs beside query, key and value; 0 trains norms and places instead."
                            + DEFAULT)
    private int rank;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "Tracks in a step of the LAM; few, for the sake of more steps. Recurrent networks take 64 antennas."
                            + DEFAULT)
    private int batch;

    @Option(
            names = "--federated-batch",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "The same in federations: a mean of servers is less noisy, and bears more and smaller steps."
                            + DEFAULT)
    private int federatedBatch;

    @Option(
            names = "--lr",
            paramLabel = "X",
            defaultValue = "0.0003",
            description =
                    "Highest learning rate of the LAM's AdamW, with cosine decay; that of recurrent networks is 0.001."
                            + DEFAULT)
    private double learningRate;

    @Option(
            names = "--federated-lr",
            paramLabel = "X",
            defaultValue = "0.001",
            description =
                    "The same in federations: a mean of servers is less noisy, and reaches less far."
                            + DEFAULT)
    private double federatedRate;

    @Option(
            names = "--warmup",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description =
                    "Share of the LAM's steps in which the learning rate rises: it begins near its best, and first"
                            + " steps at the full rate throw it far off."
                            + DEFAULT)
    private double warmup;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Seeds, from --seed upwards. Default: 3; in a quick run 1.")
    private @Nullable Integer seeds;

    @Mixin(name = "Run")
    private final FinetuneOptions.Run run = new FinetuneOptions.Run();

    @Mixin(name = "Results")
    private final FinetuneOptions.Place place = new FinetuneOptions.Place();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    Fig4Command(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        Fig4Experiment.Plan plan = plan();
        return new ExperimentRun(context, command, "fig4", place, common).run(new Fig4(plan));
    }

    private Fig4Experiment.Plan plan() {
        BadInputException.check(batch >= 1, "--batch " + batch + " is below 1", "take --batch 4");
        BadInputException.check(
                federatedBatch >= 1,
                "--federated-batch " + federatedBatch + " is below 1",
                "take --federated-batch 4");
        checkRate("--lr", learningRate);
        checkRate("--federated-lr", federatedRate);
        BadInputException.check(
                warmup >= 0 && warmup <= 1,
                "--warmup " + warmup + " is not from 0 to 1",
                "take --warmup 0.2");
        return new Fig4Experiment.Plan(
                new PathModel(HISTORY_STEPS, HORIZON, backbone, blocks, rank),
                servers,
                orElse(tracks, 40, 10),
                orElse(testUsers, 10, 2),
                partition,
                new Federation.Config(
                        orElse(rounds, 20, 3),
                        localEpochs,
                        participation,
                        serverRule(),
                        !freshOptimizers,
                        personalHeads,
                        true),
                batch,
                federatedBatch,
                learningRate,
                federatedRate,
                warmup,
                run.seeds(orElse(seeds, 3, 1), 3),
                run.threads);
    }

    private static void checkRate(String flag, double rate) {
        BadInputException.check(
                rate > 0 && rate < Double.POSITIVE_INFINITY,
                flag + " " + rate + " is not above 0",
                "take " + flag + " 0.0003");
    }

    private ServerRule serverRule() {
        ServerRule rule = ServerRule.named(serverRule, serverRate);
        if (rule == null) {
            throw new BadInputException(
                    "--server-rule " + serverRule, "take average, momentum or adam.");
        }
        return rule;
    }

    private int orElse(@Nullable Integer given, int usual, int inQuickRun) {
        return given == null ? quick ? inQuickRun : usual : given;
    }

    private record Fig4(Fig4Experiment.Plan plan) implements ExperimentRun.Experiment<Fig4Result> {
        @Override
        public @Nullable Fig4Result run(Path directory, SflExperiment.Listener listener) {
            return new Fig4Experiment(plan, directory, listener).run();
        }

        @Override
        public void report(Fig4Result result, Path directory) {
            new Fig4Report(result).write(directory);
        }

        @Override
        public Table table(Fig4Result result) {
            return Fig4Report.table(result);
        }
    }
}
