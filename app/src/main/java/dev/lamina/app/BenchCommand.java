package dev.lamina.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lamina bench`: the side-by-side benchmarks of module `bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Run the side-by-side benchmarks.",
        synopsisSubcommandLabel = "step")
final class BenchCommand implements Runnable {
    @SuppressWarnings("unused") // the benchmarks print through it
    private final Context context;

    @Spec private CommandSpec spec;

    BenchCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no benchmark is given");
    }
}
