package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.data.TextDatasets;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.Execution;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Joining;
import dev.lamina.train.RankAggregation;
import dev.lamina.train.Scheme;
import dev.lamina.train.Wireless;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The flags of `finetune` that say what the run is, in the groups of its help. Each is a key of a
/// run spec as well.
final class FinetuneOptions {
    private static final List<String> MODELS = List.of("minilm", "bge-small");
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

    static final class Edge {
        /// Paths become absolute in a written spec, so that it can be run from anywhere.
        static Object portable(String key, Object value) {
            List<String> names =
                    switch (key) {
                        case "model" -> MODELS;
                        case "data" -> TextDatasets.NAMES;
                        case "devices" ->
                                List.of(value.toString().matches("[0-9]+") ? value.toString() : "");
                        case "certs" -> List.of();
                        default -> List.of(value.toString());
                    };
            Path path = names.contains(value.toString()) ? Path.of("") : Path.of(value.toString());
            boolean isPath = !path.toString().isEmpty() && Files.exists(path);
            return isPath ? path.toAbsolutePath().normalize().toString() : value;
        }

        @Option(
                names = "--scheme",
                paramLabel = "NAME",
                defaultValue = "shared",
                description =
                        "Who computes what: central (all data in one place), federated (whole model on each device,"
                                + " adapters averaged), shared (device part on each device; the server keeps one"
                                + " frozen model and an adapter set for each device), parallel (a server model for"
                                + " each device), sequential (one device after another), ushape (embedding, head and"
                                + " labels on each device; gradients of one adapter on the server are averaged)."
                                + DEFAULT)
        String scheme;

        @Option(
                names = "--devices",
                paramLabel = "N|FILE",
                defaultValue = "6",
                description =
                        "How many devices, of nominal kinds, or a YAML file of devices and server (example below)."
                                + DEFAULT)
        String devices;

        @Option(
                names = "--partition",
                paramLabel = "HOW",
                defaultValue = "iid",
                description =
                        "How the training data lies on the devices: iid (alike), dirichlet:ALPHA (the smaller, the"
                                + " more they differ), label:K (K classes each), quantity:ALPHA (alike, of unequal"
                                + " sizes). Example: dirichlet:0.5."
                                + DEFAULT)
        String partition;

        @Option(
                names = "--cut",
                paramLabel = "auto|K",
                split = ",",
                description =
                        "Blocks that stay on a device: a number for all, a list with one for each device (1,1,2), or"
                                + " auto, which makes a round as short as the devices' memory and speed allow."
                                + " Default: 1; under ushape 0.")
        @Nullable List<String> cut;

        @Option(
                names = "--order",
                paramLabel = "NAME",
                defaultValue = "longest-tail",
                description =
                        "Whose arrived activations the server takes next: longest-tail (what the device has still to do),"
                                + " fifo, strict-longest-tail (waits for it), shortest-first, random, optimal (the shortest step;"
                                + " waits), or one of a library on the class path."
                                + DEFAULT)
        String order;

        @Option(
                names = "--codec",
                paramLabel = "NAME",
                defaultValue = "fp32",
                description =
                        "How tensors cross the link: fp32 (exact), fp16, int8 (a scale for each row)."
                                + DEFAULT)
        String codec;

        @Option(
                names = "--update-codec",
                paramLabel = "NAME",
                defaultValue = "fp32",
                description =
                        "How a device sends its adapter at a round's end: fp32, or what was added to the global one as"
                                + " fp16, int8 or topk:SHARE (the largest ones), with what is lost kept for the next"
                                + " round. Example: topk:0.1."
                                + DEFAULT)
        String updateCodec;

        @Option(
                names = "--labels",
                paramLabel = "WHERE",
                description =
                        "Where head and labels are: server, or device (the U shape: labels never leave it, for one more"
                                + " exchange a step). Default: server; under ushape device.")
        @Nullable String labels;

        @Option(
                names = "--head",
                paramLabel = "WHOSE",
                defaultValue = "shared",
                description =
                        "Under ushape: one shared head for all devices, or a personal one on each that is never sent."
                                + DEFAULT)
        String head;

        @Option(
                names = "--micro-batches",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "Cut each batch into N, so that upload, computing and download overlap; the server's activations"
                                + " shrink to 1/N."
                                + DEFAULT)
        int microBatches;

        @Option(
                names = "--recompute",
                fallbackValue =
                        "true", // or else a flag given twice, here and in a spec, would be off
                description =
                        "Let the server keep only each block's input and compute the rest again: far less memory, half"
                                + " as much computing again.")
        boolean recompute;

        @Option(
                names = "--together",
                paramLabel = "N",
                description =
                        "Let the server take up to N arrived devices with equal cuts through the frozen weights in one"
                                + " pass. Default: 1; under ushape 4.")
        @Nullable Integer together;

        /// How steps are carried out.
        Execution execution(Scheme of) {
            boolean gradients = of.averagesGradients();
            String where = labels == null ? gradients ? "device" : "server" : labels;
            BadInputException.check(
                    where.equals("server") || where.equals("device"),
                    "--labels " + where + " is neither server nor device",
                    "take --labels device to keep them there");
            boolean alone = !gradients || microBatches > 1 || recompute;
            int most = together == null ? alone ? 1 : 4 : together;
            return new Execution(where.equals("device"), microBatches, recompute, most);
        }

        /// Whether heads are the devices' own.
        boolean personalHead() {
            BadInputException.check(
                    head.equals("shared") || head.equals("personal"),
                    "--head " + head + " is neither shared nor personal",
                    "take --head personal to keep each device's own");
            return head.equals("personal");
        }

        /// Blocks on each device.
        List<Integer> cuts(Scheme of) {
            if (cut == null) {
                return List.of(of.averagesGradients() ? 0 : 1);
            }
            return cut.equals(List.of("auto"))
                    ? List.of()
                    : cut.stream().map(each -> number("cut", each)).toList();
        }
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
            Edge edge,
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
                        new Edge(),
                        new CellOptions(),
                        new Adapter(),
                        new Training(),
                        new Run(),
                        new CommonOptions())
                .forEach(group ->
                        CommandSpec.forAnnotatedObject(group).options().forEach(all::addOption));
        return SpecDefaults.keys(new CommandLine(all));
    }

    private static int number(String flag, String value) {
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
