package dev.lamina.app;

import dev.lamina.app.SpecFile.Entry;
import dev.lamina.base.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Makes the values of the run spec that a command line names (`SPEC.yaml`, or the `spec.yaml` of
/// `--resume DIR`) the defaults of that command's flags, so that flags given override it. A spec is
/// that of a run: a command that needs only part of it passes over the other keys.
final class SpecDefaults {
    /// The label that marks a command's parameter as a run spec.
    static final String LABEL = "SPEC.yaml";

    /// Flags that say how this call behaves, not what the run is: never in a spec.
    private static final List<String> NOT_IN_SPEC = List.of("resume", "help", "version", "debug");

    /// Keys of a spec that only a command that makes or resumes a run takes from it: for another
    /// they would say where a run's results go.
    private static final List<String> OF_A_RUN = List.of("out", "json", "quiet");

    private SpecDefaults() {}

    /// Reads the spec named in `args`, if any, and sets it as the defaults of its command. A
    /// command line that does not parse is left to be reported by the parse that follows.
    ///
    /// @throws BadInputException if the spec cannot be used, or a flag contradicts a run to be
    ///   resumed
    static void apply(CommandLine top, String[] args) {
        if (List.of(args).contains("--help")) {
            return; // nothing will run
        }
        ParseResult result;
        try {
            result = top.parseArgs(args);
        } catch (ParameterException e) {
            return;
        }
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        CommandLine command = result.commandSpec().commandLine();
        Set<String> known = new LinkedHashSet<>(keys(command));
        known.addAll(FinetuneOptions.keys());
        @Nullable Path named = specParameter(result);
        @Nullable Path resumed = resumed(result);
        if (named != null && resumed != null) {
            throw new BadInputException(
                    "--resume " + resumed + " is given together with the run spec " + named,
                    "leave the spec out: a run goes on with its own");
        }
        if (resumed != null) {
            SpecFile spec = SpecFile.read(specOf(resumed), known);
            checkNoContradiction(result, spec);
            setDefaults(command, spec);
        } else if (named != null) {
            setDefaults(command, SpecFile.read(named, known));
        }
    }

    private static void setDefaults(CommandLine command, SpecFile spec) {
        checkValues(command, spec);
        boolean run = command.getCommandSpec().findOption("--resume") != null;
        command.setDefaultValueProvider(argument -> {
            @Nullable Entry entry = entry(spec, argument);
            boolean taken = run || !(argument instanceof OptionSpec o && OF_A_RUN.contains(key(o)));
            return entry == null || !taken ? null : entry.value();
        });
    }

    /// The long flags of a command, without the dashes, that a run spec may hold.
    static List<String> keys(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .map(SpecDefaults::key)
                .filter(key -> !NOT_IN_SPEC.contains(key))
                .toList();
    }

    private static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--?", "");
    }

    private static @Nullable Entry entry(SpecFile spec, ArgSpec argument) {
        return argument instanceof OptionSpec option ? spec.entries().get(key(option)) : null;
    }

    private static @Nullable Path specParameter(ParseResult result) {
        for (PositionalParamSpec parameter : result.matchedPositionals()) {
            if (parameter.paramLabel().contains(LABEL)) {
                return parameter.getValue();
            }
        }
        return null;
    }

    private static @Nullable Path resumed(ParseResult result) {
        return result.hasMatchedOption("--resume")
                ? result.matchedOptionValue("--resume", Path.of("."))
                : null;
    }

    private static Path specOf(Path directory) {
        Path spec = directory.resolve("spec.yaml");
        if (!Files.isRegularFile(spec)) {
            throw new BadInputException(
                    "--resume " + directory + ": there is no spec.yaml in it",
                    "'lamina runs list' shows the directory you mean");
        }
        return spec;
    }

    private static void checkNoContradiction(ParseResult result, SpecFile spec) {
        for (OptionSpec option : result.matchedOptions()) {
            @Nullable Entry entry = entry(spec, option);
            List<String> given = option.originalStringValues();
            boolean free = key(option).equals("threads"); // what is computed stays the same
            if (!free
                    && entry != null
                    && !given.isEmpty()
                    && !same(given.getLast(), entry.value())) {
                throw new BadInputException(
                        "%s %s contradicts the run to be resumed, which has %s (%s, line %d)"
                                .formatted(
                                        option.longestName(),
                                        given.getLast(),
                                        entry.value(),
                                        spec.file(),
                                        entry.line()),
                        "leave the flag out, or start a new run from that spec");
            }
        }
    }

    private static boolean same(String given, String recorded) {
        if (given.equals(recorded)) {
            return true;
        }
        try {
            return Double.parseDouble(given) == Double.parseDouble(recorded);
        } catch (NumberFormatException e) {
            return Path.of(given)
                    .toAbsolutePath()
                    .normalize()
                    .equals(Path.of(recorded).toAbsolutePath().normalize());
        }
    }

    /// A value of a wrong type is reported with the file and line, which the parse to come does not
    /// know.
    private static void checkValues(CommandLine command, SpecFile spec) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            @Nullable Entry entry = entry(spec, option);
            if (entry == null) {
                continue;
            }
            CommandLine alone =
                    new CommandLine(
                            CommandLine.Model.CommandSpec.create()
                                    .addOption(OptionSpec.builder(option).required(false).build()));
            try {
                alone.parseArgs(option.longestName() + "=" + entry.value());
            } catch (ParameterException e) {
                throw new BadInputException(
                        "%s, line %d: %s".formatted(spec.file(), entry.line(), e.getMessage()),
                        "see '" + command.getCommandSpec().qualifiedName() + " --help'");
            }
        }
    }
}
