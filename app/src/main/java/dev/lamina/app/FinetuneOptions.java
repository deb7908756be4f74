package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Joining;
import dev.lamina.train.RankAggregation;
import dev.lamina.train.Scheme;
import dev.lamina.train.Wireless;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The flags of `finetune` that say what the run is, in the groups of its help. Each is a key of a
/// run spec as well.
final class FinetuneOptions {
    static final List<String> MODELS = List.of("minilm", "bge-small");
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    private FinetuneOptions() {}

    static final class Input {
        @Option(
                names = "--model",
                paramLabel = "NAME|DIR",
                defaultValue = "minilm",
                description =
                        "Pretrained model: minilm (6 blocks of 384), bge-small (12 blocks of 384), or a directory with"
                                + " config.json, model.safetensors and tokenizer.json (BERT)."
                                + DEFAULT)
        String model;

        @Option(
                names = "--data",
                paramLabel = "NAME|FILE|DIR",
                defaultValue = "wordnet",
                description =
                        "Labelled text: wordnet, a file (.csv, .tsv, .jsonl, .txt of 'text;label' lines), or a folder"
                                + " with train.*, val.*, test.*. A file is split 80/10/10, by --seed."
                                + DEFAULT)
        String data;

        @Option(
                names = "--text-column",
                paramLabel = "NAME",
                description =
                        "Column or key that holds the text, if it has no usual name. Example: review.")
        @Nullable String textColumn;

        @Option(
                names = "--label-column",
                paramLabel = "NAME",
                description =
                        "Column or key that holds the label, if it has no usual name. Example: stars.")
        @Nullable String labelColumn;

        @Option(
                names = "--seq-len",
                paramLabel = "N",
                defaultValue = "64",
                description =
                        "Longest text in tokens; the rest is cut off. Time grows with it."
                                + DEFAULT)
        int seqLen;
    }

    static final class Adapter {
        @Option(
                names = "--rank",
                paramLabel = "R",
                split = ",",
                defaultValue = "16",
                description =
                        "Rank of the LoRA adapters; 4 to 32 is usual. A list has one for each device (4,8,16) and"
                                + " needs an --aggregation that can join them."
                                + DEFAULT)
        List<Integer> rank;

        @Option(
                names = "--aggregation",
                paramLabel = "NAME",
                defaultValue = "average",
                description =
                        "How the devices' adapters become one: average (equal ranks only), zero-pad, svd (the mean"
                                + " product, factored again), stack (the mean product, frozen beside the layer), ffa (A"
                                + " frozen); all but average take different ranks. Example: svd."
                                + DEFAULT)
        String aggregation;

        @Option(
                names = "--alpha",
                paramLabel = "A",
                defaultValue = "32",
                description =
                        "LoRA's scaling: the adapter's output is multiplied by alpha/rank, the greatest rank."
                                + DEFAULT)
        double alpha;

        @Option(
                names = "--dropout",
                paramLabel = "P",
                defaultValue = "0",
                description = "Chance of dropping an input of an adapter, 0 to 1." + DEFAULT)
        double dropout;

        @Option(
                names = "--targets",
                paramLabel = "NAMES",
                split = ",",
                defaultValue = "query,value",
                description =
                        "Which dense layers get an adapter: query, key, value,"
                                + " attention-output, intermediate, output."
                                + DEFAULT)
        List<String> targets;
    }

    static final class Training {
        @Option(
                names = "--batch",
                paramLabel = "N",
                defaultValue = "16",
                description = "Samples in a step." + DEFAULT)
        int batch;

        @Option(
                names = "--lr",
                paramLabel = "X",
                defaultValue = "0.003",
                description = "Highest learning rate of AdamW. Example: 5e-4." + DEFAULT)
        double learningRate;

        @Option(
                names = "--schedule",
                paramLabel = "NAME",
                defaultValue = "linear",
                description =
                        "How the learning rate falls after the warm-up: linear, cosine, constant."
                                + DEFAULT)
        String schedule;

        @Option(
                names = "--warmup",
                paramLabel = "FRACTION",
                defaultValue = "0.1",
                description =
                        "Share of the steps in which the learning rate rises from 0, 0 to 1."
                                + DEFAULT)
        double warmup;

        @Option(
                names = "--weight-decay",
                paramLabel = "X",
                defaultValue = "0.01",
                description = "Decoupled weight decay of AdamW." + DEFAULT)
        double weightDecay;

        @Option(
                names = "--clip",
                paramLabel = "NORM",
                defaultValue = "1",
                description =
                        "Gradients with a larger norm are scaled down to it; 0 for never."
                                + DEFAULT)
        double clip;

        @Option(
                names = "--epochs",
                paramLabel = "X",
                defaultValue = "1",
                description =
                        "How often all training data is gone through; may be a fraction." + DEFAULT)
        double epochs;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "5",
                description =
                        "How many times adapters are averaged and evaluated on the validation data."
                                + DEFAULT)
        int rounds;

        @Option(
                names = "--max-steps",
                paramLabel = "N",
                defaultValue = "800",
                description =
                        "Stop after so many steps, even if --epochs asks for more; 0 for no limit."
                                + DEFAULT)
        int maxSteps;
    }

    static final class Run {
        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "Seed of all randomness: the same spec and seed give the same result, to the bit."
                                + DEFAULT)
        long seed;

        @Option(
                names = "--threads",
                paramLabel = "N",
                description =
                        "Processor cores to use. Default: all. Another number may change the result in its last bits.")
        int threads = Runtime.getRuntime().availableProcessors();

        /// So many seeds from this one upwards.
        ///
        /// @param usual number of them
        List<Long> seeds(int count, int usual) {
            BadInputException.check(
                    count >= 1 && count <= 1000,
                    "--seeds " + count + " is not from 1 to 1000",
                    "take --seeds " + usual);
            return LongStream.range(seed, seed + count).boxed().toList();
        }
    }

    /// Where a run in one process keeps its results.
    static final class Place {
        @Option(
                names = "--out",
                paramLabel = "DIR",
                description =
                        "Directory for the results, new or empty. Default: runs/finetune-<time>.")
        @Nullable Path out;

        @Option(
                names = "--resume",
                paramLabel = "DIR",
                description =
                        "Go on with the interrupted run in DIR; its result is that of an uninterrupted run, to the bit.")
        @Nullable Path resume;
    }

    /// The spec that the flags make.
    ///
    /// @throws BadInputException if a value cannot be used
    static FinetuneSpec spec(
            Input input,
            EdgeOptions edge,
            @Nullable Wireless wireless,
            Adapter adapter,
            Training training,
            Run run) {
        DevicesFile machines = machines(edge.devices);
        Scheme scheme = Scheme.of(edge.scheme);
        return new FinetuneSpec(
                scheme,
                input.model,
                input.data,
                input.textColumn,
                input.labelColumn,
                machines.devices(),
                machines.server(),
                edge.partition,
                edge.cuts(scheme),
                new Lora(
                        adapter.rank.stream().mapToInt(Integer::intValue).max().orElse(0),
                        adapter.alpha,
                        adapter.dropout,
                        adapter.targets.stream().map(Lora.Target::of).toList()),
                Joining.of(adapter.rank, RankAggregation.of(adapter.aggregation)),
                training.batch,
                training.learningRate,
                decay(training.schedule),
                training.warmup,
                training.weightDecay,
                training.clip,
                training.epochs,
                training.rounds,
                training.maxSteps,
                input.seqLen,
                ServerOrder.parse(edge.order, run.seed),
                activationCodec(edge.codec),
                TensorCodec.of(edge.updateCodec),
                edge.execution(scheme),
                edge.personalHead(),
                wireless,
                run.seed,
                run.threads);
    }

    /// The devices and the server that `--devices` names.
    static DevicesFile machines(String devices) {
        return devices.matches("[+-]?[0-9]+")
                ? DevicesFile.nominal(number("devices", devices))
                : DevicesFile.read(Path.of(devices));
    }

    /// The codec that `--codec` names, which is that of activations and their gradients.
    static TensorCodec activationCodec(String name) {
        TensorCodec codec = TensorCodec.of(name);
        BadInputException.check(
                !(codec instanceof TensorCodec.TopK),
                "--codec "
                        + name
                        + " is for activations, and top-k for adapter updates only: what it leaves out of one batch"
                        + " no later batch makes up for",
                "take --codec int8: a quarter of the bytes");
        return codec;
    }

    /// Every key that a run spec may hold.
    static List<String> keys() {
        CommandSpec all = CommandSpec.create();
        List.of(
                        new Input(),
                        new EdgeOptions(),
                        new CellOptions(),
                        new Adapter(),
                        new Training(),
                        new Run(),
                        new CommonOptions())
                .forEach(group ->
                        CommandSpec.forAnnotatedObject(group).options().forEach(all::addOption));
        return SpecDefaults.keys(new CommandLine(all));
    }

    static int number(String flag, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "--" + flag + " " + value + " is not a whole number",
                    "see 'lamina finetune --help'");
        }
    }

    private static LearningRate.Decay decay(String name) {
        for (LearningRate.Decay decay : LearningRate.Decay.values()) {
            if (decay.name().toLowerCase(Locale.ROOT).equals(name)) {
                return decay;
            }
        }
        List<String> names =
                Stream.of(LearningRate.Decay.values())
                        .map(d -> d.name().toLowerCase(Locale.ROOT))
                        .toList();
        throw new BadInputException(
                "--schedule " + name + " is not known", "take one of " + String.join(", ", names));
    }
}
