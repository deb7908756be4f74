package dev.lamina.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line's entry.
@Command(name = "lamina", mixinStandardHelpOptions = true, version = "0.1", description = "x")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
