package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.bench.ChannelBench;
import dev.lamina.bench.NetworkBench;
import dev.lamina.bench.SflSpecs;
import dev.lamina.bench.StepBench;
import dev.lamina.bench.WireBench;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lamina bench`: the side-by-side benchmarks of module `bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Run the side-by-side benchmarks.",
        synopsisSubcommandLabel = "step|wire|channels|serve|soak|sharing|infer")
final class BenchCommand extends ServingBench implements Runnable {
    @Spec private CommandSpec spec;

    BenchCommand(Context context) {
        super(context);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no benchmark is given");
    }

    /// One step split between device and server over the same step uncut.
    @Command(
            name = "step",
            mixinStandardHelpOptions = true,
            description =
                    "Time of one 'shared' step in one process over the same step uncut: same batches, same threads, in turn.")
    int step(
            @Option(
                            names = "--model",
                            paramLabel = "NAME|DIR",
                            defaultValue = "minilm",
                            description = "Model. Default: ${DEFAULT-VALUE}.")
                    String model,
            @Option(
                            names = "--cut",
                            paramLabel = "K",
                            defaultValue = "1",
                            description = "Blocks on the device. Default: ${DEFAULT-VALUE}.")
                    int cut,
            @Option(
                            names = "--codec",
                            paramLabel = "NAME",
                            defaultValue = "fp32",
                            description = "fp32, fp16 or int8. Default: ${DEFAULT-VALUE}.")
                    String codec,
            @Option(
                            names = "--batch",
                            paramLabel = "N",
                            defaultValue = "16",
                            description = "Samples in a step. Default: ${DEFAULT-VALUE}.")
                    int batch,
            @Option(
                            names = "--steps",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "Pairs of steps to time. Default: ${DEFAULT-VALUE}.")
                    int steps,
            @Option(
                            names = "--threads",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Cores for each operation. Default: ${DEFAULT-VALUE}.")
                    int threads,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        int warmup = Math.min(20, steps);
        FinetuneSpec shared =
                SflSpecs.steps(
                        model,
                        1,
                        cut,
                        FinetuneOptions.activationCodec(codec),
                        batch,
                        1,
                        steps + warmup + 1,
                        threads);
        StepBench.Report report =
                StepBench.run(shared.withScheme(Scheme.CENTRAL), shared, steps, warmup);
        common.write(context, report);
        if (common.showsTable()) {
            context.out()
                    .print(
                            Table.plain()
                                    .row(
                                            "uncut step",
                                            "%.1f ms".formatted(report.uncutMilliseconds()))
                                    .row(
                                            "shared step",
                                            "%.1f ms".formatted(report.sharedMilliseconds()))
                                    .row(
                                            "shared over uncut, median",
                                            "%.3f".formatted(report.ratio()))
                                    .row(
                                            "10th to 90th percentile",
                                            "%.3f to %.3f"
                                                    .formatted(
                                                            report.lowRatio(), report.highRatio()))
                                    .row(
                                            "resident memory before, after",
                                            "%s, %s"
                                                    .formatted(
                                                            Bytes.text(
                                                                    report.residentBytesBefore()),
                                                            Bytes.text(
                                                                    report.residentBytesAfter()))));
        }
        return Failures.DONE;
    }

    /// What `bench wire` has measured.
    record WireFigures(WireBench.Report echo, NetworkBench.@Nullable Report step) {}

    /// The line against plain gRPC, and a networked step against one in one process.
    @Command(
            name = "wire",
            mixinStandardHelpOptions = true,
            description = {
                "A tensor from device to server and back with mutual TLS on loopback, over the same echo through plain gRPC"
                        + " without TLS; and a 'shared' step over the network, over the same step in one process."
            })
    int wire(
            @Option(
                            names = "--mebibytes",
                            paramLabel = "N",
                            defaultValue = "16",
                            description = "Size of the tensor. Default: ${DEFAULT-VALUE}.")
                    int mebibytes,
            @Option(
                            names = "--pairs",
                            paramLabel = "N",
                            defaultValue = "60",
                            description = "Pairs of echoes to time. Default: ${DEFAULT-VALUE}.")
                    int pairs,
            @Option(
                            names = "--devices",
                            paramLabel = "N",
                            defaultValue = "4",
                            description =
                                    "Devices of the training runs. Default: ${DEFAULT-VALUE}.")
                    int devices,
            @Option(
                            names = "--runs",
                            paramLabel = "N",
                            defaultValue = "5",
                            description =
                                    "Pairs of training runs; 0 for the echo only. Default: ${DEFAULT-VALUE}.")
                    int runs,
            @Option(
                            names = "--steps",
                            paramLabel = "N",
                            defaultValue = "80",
                            description = "Steps of a training run. Default: ${DEFAULT-VALUE}.")
                    int steps,
            @Option(
                            names = "--model",
                            paramLabel = "NAME|DIR",
                            defaultValue = "minilm",
                            description = "Model. Default: ${DEFAULT-VALUE}.")
                    String model,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(
                mebibytes >= 1 && mebibytes <= 512,
                "--mebibytes " + mebibytes + " is not from 1 to 512",
                "take --mebibytes 16");
        BadInputException.check(pairs >= 1, "--pairs " + pairs + " is below 1", "take --pairs 60");
        BadInputException.check(runs >= 0, "--runs " + runs + " is below 0", "take --runs 5");
        BadInputException.check(
                devices >= 1 && steps >= devices,
                "--steps " + steps + " for --devices " + devices,
                "take --devices 4 --steps 80");
        NetworkOptions.quietLibrary();
        WireBench.Report echo = WireBench.run(mebibytes << 20, pairs, Math.min(20, pairs));
        NetworkBench.Report step =
                runs == 0
                        ? null
                        : NetworkBench.run(
                                SflSpecs.steps(
                                        model,
                                        devices,
                                        1,
                                        new TensorCodec.Fp32(),
                                        16,
                                        2,
                                        steps,
                                        Runtime.getRuntime().availableProcessors()),
                                runs);
        common.write(context, new WireFigures(echo, step));
        if (common.showsTable()) {
            Table table =
                    Table.plain()
                            .row("plain gRPC echo", "%.1f ms".formatted(echo.plainMilliseconds()))
                            .row(
                                    "echo with mutual TLS",
                                    "%.1f ms".formatted(echo.laminaMilliseconds()))
                            .row("over plain, median", "%.3f".formatted(echo.ratio()))
                            .row(
                                    "10th to 90th percentile",
                                    "%.3f to %.3f".formatted(echo.lowRatio(), echo.highRatio()));
            if (step != null) {
                table.row("step in one process", "%.1f ms".formatted(step.localMilliseconds()))
                        .row(
                                "step over the network",
                                "%.1f ms".formatted(step.networkMilliseconds()))
                        .row("over one process, median", "%.3f".formatted(step.ratio()));
            }
            context.out().print(table);
        }
        return Failures.DONE;
    }

    /// What `bench channels` has measured.
    record ChannelFigures(
            double tracksPerSecond, double tracksPerCoreSecond, List<ChannelBench.Point> points) {}

    /// How fast channels are generated.
    @Command(
            name = "channels",
            mixinStandardHelpOptions = true,
            description =
                    "Tracks that one core generates in a second, in LLM4CP's setting (32 ports, 20 steps, 96 bins) and with"
                            + " other antennas, steps and subcarriers.")
    int channels(
            @Option(
                            names = "--runs",
                            paramLabel = "N",
                            defaultValue = "5",
                            description =
                                    "Repetitions, of which the median counts. Default: ${DEFAULT-VALUE}.")
                    int runs,
            @Option(
                            names = "--seconds",
                            paramLabel = "X",
                            defaultValue = "0.5",
                            description =
                                    "Length of each repetition of each setting. Default: ${DEFAULT-VALUE}.")
                    double seconds,
            @Mixin(name = "Output") CommonOptions common) {
        common.check();
        BadInputException.check(runs >= 1, "--runs " + runs + " is below 1", "take --runs 5");
        BadInputException.check(
                seconds > 0 && seconds <= 600,
                "--seconds " + seconds + " is not above 0 and at most 600",
                "take --seconds 0.5");
        List<ChannelBench.Point> points = ChannelBench.run(runs, seconds);
        common.write(
                context,
                new ChannelFigures(
                        points.getFirst().tracksPerSecond(),
                        points.getFirst().tracksPerCoreSecond(),
                        points));
        if (common.showsTable()) {
            Table table =
                    new Table(
                            "varied",
                            "antennas",
                            "steps",
                            "subcarriers",
                            "tracks/s",
                            "of a core",
                            "channels/s");
            for (ChannelBench.Point point : points) {
                table.row(
                        point.varied(),
                        point.antennas(),
                        point.steps(),
                        point.subcarriers(),
                        "%.4g".formatted(point.tracksPerSecond()),
                        "%.4g".formatted(point.tracksPerCoreSecond()),
                        "%.3g".formatted(point.channelsPerSecond()));
            }
            context.out().print(table);
        }
        return Failures.DONE;
    }
}
