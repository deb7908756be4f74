package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `lamina`: parses, runs a subcommand, and turns what goes wrong into a message and an
/// exit code ([Failures]).
@Command(
        name = "lamina",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Large AI models at the wireless network edge.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "'lamina COMMAND --help' explains a command with all its flags.",
            "Runs are kept in the folder 'runs', or where the environment variable LAMINA_RUNS says.",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        if (Arrays.asList(args).contains("--debug")) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
        System.exit(run(Context.ofProcess(), args));
    }

    /// Runs one command and returns its exit code.
    static int run(Context context, String... args) {
        Failures failures = new Failures(context.err(), Arrays.asList(args).contains("--debug"));
        try {
            CommandLine commandLine = commandLine(context, failures, args);
            SpecDefaults.apply(commandLine, args);
            return commandLine.execute(args);
        } catch (BadInputException e) {
            return failures.report(e);
        } catch (Error e) { // memory, native libraries: picocli passes them through
            return failures.report(e);
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    /// A subcommand. Its flags are looked up only if it is the one to run: that is what takes time
    /// at start.
    private record Subcommand(String name, String description, Function<Context, Object> create) {
        CommandLine commandLine(Context context, boolean wanted) {
            if (wanted) {
                Object command = create.apply(context);
                return command instanceof CommandLine line ? line : new CommandLine(command);
            }
            CommandSpec listed = CommandSpec.create().name(name);
            listed.usageMessage().description(description);
            return new CommandLine(listed);
        }
    }

    private static final List<Subcommand> SUBCOMMANDS =
            List.of(
                    new Subcommand(
                            "finetune",
                            "Fine-tune a pretrained model across devices and an edge server.",
                            FinetuneCommand::new),
                    new Subcommand(
                            "server",
                            "Fine-tune with devices on other machines.",
                            ServerCommand::new),
                    new Subcommand(
                            "device",
                            "Take part in a server's run with data of one's own.",
                            DeviceCommand::new),
                    new Subcommand(
                            "reproduce",
                            "Run a paper's experiment and its baselines side by side.",
                            ReproduceCommand::commandLine),
                    new Subcommand(
                            "serve",
                            "Serve flows of shared model services over HTTP and gRPC.",
                            ServeCommand::new),
                    new Subcommand(
                            "node",
                            "Host services for a gateway on another machine.",
                            NodeCommand::new),
                    new Subcommand(
                            "infer",
                            "Run a flow here, alone or together with a node.",
                            InferCommand::new),
                    new Subcommand(
                            "predict",
                            "Predict channels from their past.",
                            PredictCommand::commandLine),
                    new Subcommand(
                            "data",
                            "List, inspect, convert and split data sets of labelled text.",
                            DataCommand::new),
                    new Subcommand(
                            "channels",
                            "Generate, inspect and check radio channels after 3GPP TR 38.901.",
                            ChannelsCommand::commandLine),
                    new Subcommand(
                            "certs",
                            "Make the certificates of the edge server and the devices.",
                            CertsCommand::new),
                    new Subcommand(
                            "profiles",
                            "List the known kinds of devices and servers, with the sources of their figures.",
                            ProfilesCommand::new),
                    new Subcommand("runs", "List, show and compare past runs.", RunsCommand::new),
                    new Subcommand("bench", "Run the side-by-side benchmarks.", BenchCommand::new));

    private static CommandLine commandLine(Context context, Failures failures, String[] args) {
        CommandLine commandLine = new CommandLine(new Main());
        for (Subcommand subcommand : SUBCOMMANDS) {
            boolean wanted = Arrays.asList(args).contains(subcommand.name());
            commandLine.addSubcommand(subcommand.name(), subcommand.commandLine(context, wanted));
        }
        HelpSections.install(commandLine);
        return commandLine
                .setOut(printer(context.out()))
                .setErr(printer(context.err()))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, given) -> failures.report(e))
                .setExecutionExceptionHandler((e, line, result) -> failures.report(e));
    }

    private static PrintWriter printer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    /// No command was named.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command is given");
    }

    /// Reads the version that the build wrote.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "lamina " + ResourceBundle.getBundle("dev.lamina.app.version").getString("version")
            };
        }
    }
}
