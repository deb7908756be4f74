package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `lamina reproduce`: a paper's experiment with its baselines, side by side.
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        description = "Run a paper's experiment and its baselines side by side.",
        synopsisSubcommandLabel = "NAME",
        footer = {
            "",
            "Examples:",
            "  lamina reproduce sfl --quick",
            "  lamina reproduce fedft --quick",
            "  lamina reproduce fig4 --quick",
            "",
            "'lamina reproduce NAME --help' explains an experiment with all its flags."
        })
final class ReproduceCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> others = List.of();

    private ReproduceCommand() {}

    /// The command with its experiments.
    static CommandLine commandLine(Context context) {
        return new CommandLine(new ReproduceCommand())
                .addSubcommand(new SflCommand(context))
                .addSubcommand(new FedftCommand(context))
                .addSubcommand(new Fig4Command(context));
    }

    @Override
    public Integer call() {
        throw new BadInputException(
                others.isEmpty()
                        ? "no experiment is named"
                        : "experiment '" + others.getFirst() + "' is not known",
                "take sfl, fedft or fig4: 'lamina reproduce sfl --quick'");
    }
}
