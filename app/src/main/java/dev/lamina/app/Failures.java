package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what was thrown into one message on standard error and an exit code: 2 for bad input, 1
/// for a run that failed. A stack trace only with `--debug`.
final class Failures {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int INTERRUPTED = 130;

    private final PrintStream err;
    private final boolean debug;

    Failures(PrintStream err, boolean debug) {
        this.err = err;
        this.debug = debug;
    }

    int report(Throwable thrown) {
        if (debug) {
            thrown.printStackTrace(err);
        }
        return switch (thrown) {
            case BadInputException e -> {
                err.println(e.getMessage());
                yield BAD_INPUT;
            }
            case ParameterException e -> {
                if (e.getCause() instanceof BadInputException bad) {
                    err.println(bad.getMessage());
                } else {
                    err.println(problem(e));
                    err.println("Maybe " + maybe(e));
                }
                yield BAD_INPUT;
            }
            case Throwable e -> {
                err.println("lamina: failed: " + describe(e));
                yield FAILED;
            }
        };
    }

    private String describe(Throwable thrown) {
        String message = oneLine(thrown);
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (oneLine(cause).contains("No space left on device")) {
                return "the disk is full (" + message + ")";
            }
            if (cause instanceof OutOfMemoryError) {
                return "out of memory (" + message + "); a smaller --batch or --seq-len needs less";
            }
        }
        boolean expected = thrown instanceof java.io.UncheckedIOException;
        String hint = debug ? "" : " (--debug shows the stack trace)";
        return expected ? message : thrown.getClass().getSimpleName() + ": " + message + hint;
    }

    private static String oneLine(Throwable thrown) {
        @Nullable String message = thrown.getMessage();
        return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String problem(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String argument = unmatched.getUnmatched().getFirst();
            return e.getCommandLine().getSubcommands().isEmpty()
                    ? "unexpected argument '" + argument + "'"
                    : "unknown command '" + argument + "'";
        }
        String message = oneLine(e);
        int solution = message.indexOf("; Possible solutions");
        return solution < 0 ? message : message.substring(0, solution);
    }

    private static String maybe(ParameterException e) {
        CommandLine line = e.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String wrong = unmatched.getUnmatched().getFirst();
            List<String> known =
                    unmatched.isUnknownOption()
                            ? List.copyOf(line.getCommandSpec().optionsMap().keySet())
                            : List.copyOf(line.getSubcommands().keySet());
            @Nullable String nearest = Nearest.of(wrong.split("=", 2)[0], known);
            if (nearest != null) {
                return "you meant '" + nearest + "'; '" + name + " --help' lists all";
            }
        }
        if (!line.getSubcommands().isEmpty()) {
            return "give one of " + String.join(", ", line.getSubcommands().keySet());
        }
        return "see '" + name + " --help'";
    }
}
