package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.util.Arrays;
import java.util.ResourceBundle;
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
            CommandLine commandLine = commandLine(context, failures);
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

    private static CommandLine commandLine(Context context, Failures failures) {
        CommandLine commandLine =
                new CommandLine(new Main())
                        .addSubcommand(new FinetuneCommand(context))
                        .addSubcommand(new DataCommand(context))
                        .addSubcommand(new RunsCommand(context))
                        .addSubcommand(new BenchCommand(context));
        HelpSections.install(commandLine);
        return commandLine
                .setOut(printer(context.out()))
                .setErr(printer(context.err()))
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> failures.report(e))
                .setExecutionExceptionHandler((e, line, result) -> failures.report(e));
    }

    private static java.io.PrintWriter printer(java.io.PrintStream stream) {
        return new java.io.PrintWriter(stream, true, stream.charset());
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
