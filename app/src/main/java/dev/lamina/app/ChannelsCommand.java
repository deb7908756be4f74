package dev.lamina.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `lamina channels`: radio channels after 3GPP TR 38.901.
@Command(
        name = "channels",
        mixinStandardHelpOptions = true,
        description = "Generate, inspect and check radio channels after 3GPP TR 38.901.",
        synopsisSubcommandLabel = "generate|inspect|check",
        footer = {
            "",
            "Examples:",
            "  lamina channels generate --preset umi --tracks 1000 --to umi.npz",
            "  lamina channels inspect umi.npz --spacing 180kHz --step-seconds 0.5ms --out umi",
            "  lamina channels check --quick",
            "",
            "'lamina channels NAME --help' explains a command with all its flags."
        })
final class ChannelsCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    private ChannelsCommand() {}

    /// The command with its subcommands.
    static CommandLine commandLine(Context context) {
        return new CommandLine(new ChannelsCommand())
                .addSubcommand(new ChannelsGenerateCommand(context))
                .addSubcommand(new ChannelsInspectCommand(context))
                .addSubcommand(new ChannelsCheckCommand(context));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "no subcommand of 'channels' is given");
        }
    }
}
