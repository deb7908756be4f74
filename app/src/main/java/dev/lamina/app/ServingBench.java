package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.CoInferenceBench;
import dev.lamina.bench.QuantisedBench;
import dev.lamina.bench.ServeBench;
import dev.lamina.bench.ServeSharing;
import dev.lamina.bench.ServeSoak;
import dev.lamina.gateway.Gateway;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.FlowFile;
import dev.lamina.serve.ServiceKinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The benchmarks of serving, which [BenchCommand] inherits: picocli makes subcommands of public
/// methods.
class ServingBench {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    final Context context;

    ServingBench(Context context) {
        this.context = context;
    }

    @Command(
            name = "serve",
            mixinStandardHelpOptions = true,
            description =
                    "/v1/embeddings over HTTP on loopback against ONNX Runtime called directly in this process, with the same"
                            + " model and threads, in turn: throughput and times at several concurrencies.")
    public int serve(
            @Option(
                            names = "--concurrency",
                            paramLabel = "N",
                            split = ",",
                            defaultValue = "1,8,32",
                            description = "Requests at a time." + DEFAULT)
                    List<Integer> concurrency,
            @Option(
                            names = "--seconds",
                            paramLabel = "X",
                            defaultValue = "4",
                            description = "Length of a block of one side." + DEFAULT)
                    double seconds,
            @Option(
                            names = "--pairs",
                            paramLabel = "N",
                            defaultValue = "7",
                            description = "Pairs of blocks." + DEFAULT)
                    int pairs,
            @Option(
                            names = "--words",
                            paramLabel = "N",
                            defaultValue = "8",
                            description = "Words in a text." + DEFAULT)
                    int words,
            @Option(
                            names = "--flows",
                            paramLabel = "FILE",
                            defaultValue = "recipes/flows.yaml",
                            description = "A file with the flow 'embed'." + DEFAULT)
                    Path flows,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(
                seconds > 0 && seconds <= 600, "--seconds " + seconds, "take --seconds 4");
        BadInputException.check(pairs >= 1, "--pairs " + pairs, "take --pairs 7");
        BadInputException.check(words >= 1 && words <= 100, "--words " + words, "take --words 8");
        BadInputException.check(
                concurrency.stream().allMatch(c -> c >= 1 && c <= 1024),
                "--concurrency " + concurrency,
                "take --concurrency 1,8,32");
        NetworkOptions.quietLibrary();
        ServiceKinds kinds = ServiceKinds.installed();
        try (Gateway gateway =
                Gateway.embedded(
                        Gateway.Config.local(),
                        kinds,
                        FlowFile.read(flows, kinds).only(List.of("embed")))) {
            ServeBench.Report report =
                    ServeBench.run(
                            gateway.port(),
                            "embed",
                            concurrency,
                            seconds,
                            pairs,
                            Runtime.getRuntime().availableProcessors(),
                            words);
            common.write(context, report);
            if (common.showsTable()) {
                context.out().print(table(report));
            }
        }
        return Failures.DONE;
    }

    private static Table table(ServeBench.Report report) {
        Table table =
                new Table(
                        "at a time",
                        "direct/s",
                        "served/s",
                        "ratio",
                        "direct p50 ms",
                        "served p50 ms",
                        "ratio p50",
                        "direct p99 ms",
                        "served p99 ms");
        for (ServeBench.Row row : report.rows()) {
            table.row(
                    row.concurrency(),
                    "%.0f".formatted(row.directPerSecond()),
                    "%.0f".formatted(row.servedPerSecond()),
                    "%.2f".formatted(row.ratioPerSecond()),
                    "%.2f".formatted(row.directP50Milliseconds()),
                    "%.2f".formatted(row.servedP50Milliseconds()),
                    "%.2f".formatted(row.ratioP50()),
                    "%.2f".formatted(row.directP99Milliseconds()),
                    "%.2f".formatted(row.servedP99Milliseconds()));
        }
        return table;
    }

    /// The command line's own command, for processes of its own: its arguments are in a file, since
    /// ONNX Runtime cannot bear long command lines.
    static List<String> lamina() {
        String java = ProcessHandle.current().info().command().orElse("java");
        try {
            Path arguments = Files.createTempFile("lamina", ".args");
            arguments.toFile().deleteOnExit();
            Files.writeString(
                    arguments,
                    """
                    --enable-native-access=ALL-UNNAMED
                    --sun-misc-unsafe-memory-access=allow
                    -cp "%s"
                    %s
                    """
                            .formatted(
                                    System.getProperty("java.class.path").replace("\\", "\\\\"),
                                    Main.class.getName()));
            return List.of(java, "@" + arguments);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a temporary file: " + e.getMessage(), e);
        }
    }

    @Command(
            name = "soak",
            mixinStandardHelpOptions = true,
            description =
                    "A gateway over nodes as real processes, at a share of their capacity, while nodes are killed and started"
                            + " again: failed requests, wrong answers, memory.")
    public int soak(
            @Option(
                            names = "--seconds",
                            paramLabel = "X",
                            defaultValue = "600",
                            description = "How long." + DEFAULT)
                    double seconds,
            @Option(
                            names = "--kill",
                            paramLabel = "SECONDS",
                            defaultValue = "60",
                            description = "From one killing to the next." + DEFAULT)
                    double kill,
            @Option(
                            names = "--share",
                            paramLabel = "X",
                            defaultValue = "0.7",
                            description = "Of the capacity that is measured first." + DEFAULT)
                    double share,
            @Option(
                            names = "--nodes",
                            paramLabel = "N",
                            defaultValue = "3",
                            description = "Nodes." + DEFAULT)
                    int nodes,
            @Option(
                            names = "--flows",
                            paramLabel = "FILE",
                            defaultValue = "recipes/flows.yaml",
                            description = "A file with the flows 'embed' and 'label'." + DEFAULT)
                    Path flows,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(
                seconds >= 4 && seconds <= 86_400, "--seconds " + seconds, "take --seconds 600");
        BadInputException.check(kill >= 4, "--kill " + kill + " is below 4", "take --kill 60");
        BadInputException.check(
                share > 0 && share <= 1,
                "--share " + share + " is not in 0..1",
                "take --share 0.7");
        BadInputException.check(nodes >= 2, "--nodes " + nodes + " is below 2", "take --nodes 3");
        FlowFile.read(flows, ServiceKinds.installed());
        try {
            Path logs = Files.createTempDirectory("lamina-soak");
            try {
                ServeSoak.Report report =
                        ServeSoak.run(
                                new ServeSoak.Config(
                                        lamina(), flows, nodes, seconds, kill, kill / 10, share),
                                logs,
                                this::progress);
                common.write(context, report);
                if (common.showsTable()) {
                    context.out().print(table(report));
                }
                return report.failed() + report.wrong() == 0 ? Failures.DONE : Failures.FAILED;
            } finally {
                AtomicFiles.deleteTree(logs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    private void progress(String line) {
        context.err().println(line);
    }

    private static Table table(ServeSoak.Report report) {
        Table table =
                Table.plain()
                        .row("capacity", "%.0f requests/s".formatted(report.capacityPerSecond()))
                        .row("load", "%.0f requests/s".formatted(report.offeredPerSecond()))
                        .row("requests", report.requests())
                        .row("failed", report.failed())
                        .row("wrong", report.wrong())
                        .row("nodes killed", report.kills())
                        .row("slowest return", "%.1f s".formatted(report.slowestReturnSeconds()))
                        .row(
                                "p50, p99",
                                "%.1f, %.1f ms"
                                        .formatted(
                                                report.p50Milliseconds(), report.p99Milliseconds()))
                        .row(
                                "gateway's memory, a quarter in and at the end",
                                "%.0f, %.0f MB"
                                        .formatted(
                                                report.memoryMegabytes().getFirst(),
                                                report.memoryMegabytes().getLast()));
        report.failures().forEach(failure -> table.row("failure", failure));
        return table;
    }

    @Command(
            name = "sharing",
            mixinStandardHelpOptions = true,
            description =
                    "Resident memory of one process with all flows, which share their services, against a process for each flow.")
    public int sharing(
            @Option(
                            names = "--flows",
                            paramLabel = "FILE",
                            defaultValue = "recipes/flows.yaml",
                            description = "The file with the shipped flows." + DEFAULT)
                    Path flows,
            @Option(
                            names = "--samples",
                            paramLabel = "DIR",
                            defaultValue = "recipes/samples",
                            description = "Folder with sign.png and command.wav." + DEFAULT)
                    Path samples,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        FlowFile.read(flows, ServiceKinds.installed());
        ServeSharing.Report report =
                ServeSharing.run(lamina(), flows, samples(samples), this::progress);
        common.write(context, report);
        if (common.showsTable()) {
            Table table = Table.plain();
            report.megabytesByFlow()
                    .forEach((flow, megabytes) ->
                            table.row(flow + " alone", "%.0f MB".formatted(megabytes)));
            context.out()
                    .print(
                            table.row("all, shared", "%.0f MB".formatted(report.sharedMegabytes()))
                                    .row("saved", "%.1f %%".formatted(100 * report.saving())));
        }
        return Failures.DONE;
    }

    private static List<ServeSharing.Sample> samples(Path directory) {
        try {
            byte[] text =
                    "{\"input\": \"a large wild animal\"}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            byte[] picture = Files.readAllBytes(directory.resolve("sign.png"));
            byte[] sound = Files.readAllBytes(directory.resolve("command.wav"));
            byte[] both =
                    ("{\"inputs\": {\"text\": \"a large wild animal\", \"image\": \""
                                    + Base64.getEncoder().encodeToString(picture)
                                    + "\"}}")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return List.of(
                    new ServeSharing.Sample("embed", "application/json", text),
                    new ServeSharing.Sample("label", "application/json", text),
                    new ServeSharing.Sample("read-label", "image/png", picture),
                    new ServeSharing.Sample("read-search", "image/png", picture),
                    new ServeSharing.Sample("listen-label", "audio/wav", sound),
                    new ServeSharing.Sample("match", "application/json", both));
        } catch (IOException e) {
            throw new BadInputException(
                    "samples " + directory + ": cannot read " + e.getMessage(),
                    "take --samples recipes/samples");
        }
    }

    @Command(
            name = "infer",
            mixinStandardHelpOptions = true,
            description = {
                "Co-inference over three kinds of links (throttled, real gRPC): time and bytes for each cut, and the cut that"
                        + " 'auto' takes; and int8 models against fp32 ones."
            })
    public int infer(
            @Option(
                            names = "--model",
                            paramLabel = "NAME",
                            defaultValue = "bge-small",
                            description = "minilm or bge-small." + DEFAULT)
                    String model,
            @Option(
                            names = "--codec",
                            paramLabel = "NAME",
                            defaultValue = "fp16",
                            description = "How a hidden state is sent: fp32, fp16, int8." + DEFAULT)
                    String codec,
            @Option(
                            names = "--slower",
                            paramLabel = "X",
                            defaultValue = "4",
                            description =
                                    "How many times as slow the device is as the node." + DEFAULT)
                    double slower,
            @Option(
                            names = "--runs",
                            paramLabel = "N",
                            defaultValue = "15",
                            description = "Runs of each cut." + DEFAULT)
                    int runs,
            @Option(
                            names = "--texts",
                            paramLabel = "N",
                            defaultValue = "400",
                            description =
                                    "Definitions for the int8 models; 0 to leave them out."
                                            + DEFAULT)
                    int texts,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(
                model.equals("minilm") || model.equals("bge-small"),
                "--model " + model,
                "take minilm or bge-small: they have int8 variants");
        BadInputException.check(
                slower >= 1 && slower <= 1000, "--slower " + slower, "take --slower 4");
        BadInputException.check(runs >= 1, "--runs " + runs, "take --runs 15");
        NetworkOptions.quietLibrary();
        List<CoInferenceBench.Report> links = new ArrayList<>();
        for (CoInferenceBench.Link link : CoInferenceBench.Link.ALL) {
            links.add(
                    CoInferenceBench.run(
                            model, link, slower, TensorCodec.of(codec), runs, this::progress));
        }
        QuantisedBench.Report quantised = texts == 0 ? null : QuantisedBench.run(model, texts);
        common.write(context, new InferFigures(links, quantised));
        if (common.showsTable()) {
            for (CoInferenceBench.Report report : links) {
                context.out().print(table(report));
            }
            if (quantised != null) {
                context.out().print(table(quantised));
            }
        }
        return Failures.DONE;
    }

    /// What `bench infer` has measured.
    record InferFigures(
            List<CoInferenceBench.Report> links,
            QuantisedBench.@org.jspecify.annotations.Nullable Report quantised) {}

    private static Table table(CoInferenceBench.Report report) {
        Table table =
                new Table(
                        report.link().name() + ", cut",
                        "ms",
                        "bytes up",
                        "bytes down",
                        "difference");
        for (CoInferenceBench.Row row : report.rows()) {
            table.row(
                    row.cut() + (row.cut() == report.chosen() ? " (auto)" : ""),
                    "%.1f".formatted(row.milliseconds()),
                    row.bytesUp(),
                    row.bytesDown(),
                    "%.1e".formatted(row.difference()));
        }
        return table.row("auto over best", "%.3f".formatted(report.overBest()), "", "", "");
    }

    private static Table table(QuantisedBench.Report report) {
        return new Table(report.model(), "fp32", "int8")
                .row(
                        "memory declared, MB",
                        "%.0f".formatted(report.megabytesFp32()),
                        "%.0f".formatted(report.megabytesInt8()))
                .row(
                        "a text, ms",
                        "%.2f".formatted(report.millisecondsFp32()),
                        "%.2f (ratio %.2f)".formatted(report.millisecondsInt8(), report.ratio()))
                .row(
                        "accuracy by centroids",
                        "%.4f".formatted(report.accuracyFp32()),
                        "%.4f".formatted(report.accuracyInt8()))
                .row("same label", "", "%.4f".formatted(report.agreement()))
                .row(
                        "cosine, mean and least",
                        "",
                        "%.4f, %.4f".formatted(report.cosine(), report.least()));
    }
}
