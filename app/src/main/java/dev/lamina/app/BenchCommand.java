package dev.lamina.app;

import dev.lamina.bench.StepBench;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.lam.Lora;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.TensorCodec;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import java.util.List;
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
        synopsisSubcommandLabel = "step")
final class BenchCommand implements Runnable {
    private final Context context;

    @Spec private CommandSpec spec;

    BenchCommand(Context context) {
        this.context = context;
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
                new FinetuneSpec(
                        Scheme.SHARED,
                        model,
                        "wordnet",
                        null,
                        null,
                        Profiles.devices(1),
                        Profiles.GPU_SERVER,
                        "iid",
                        List.of(cut),
                        new Lora(16, 32, 0, List.of(Lora.Target.QUERY, Lora.Target.VALUE)),
                        batch,
                        1e-3,
                        LearningRate.Decay.CONSTANT,
                        0,
                        0.01,
                        1,
                        100,
                        1,
                        steps + warmup + 1,
                        64,
                        new ServerOrder.LongestTail(),
                        FinetuneOptions.activationCodec(codec),
                        new TensorCodec.Fp32(),
                        1,
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
}
