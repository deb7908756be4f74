package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Flags that every command takes.
final class CommonOptions {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the result as JSON to FILE; '-' is standard output, and the table is left out.")
    @Nullable String json;

    @Option(
            names = "--quiet",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
            description = "Print nothing but errors (and the JSON, if asked for).")
    boolean quiet;

    @Option(names = "--debug", description = "Show stack traces and the libraries' own messages.")
    boolean debug;

    /// Whether the result's table goes to standard output.
    boolean showsTable() {
        return !quiet && !STANDARD_OUTPUT.equals(json);
    }

    /// Fails now, before any work, if the JSON could not be written in the end.
    void check() {
        if (json == null || json.equals(STANDARD_OUTPUT)) {
            return;
        }
        Path file = Path.of(json).toAbsolutePath();
        Path folder = file.getParent();
        BadInputException.check(
                !Files.isDirectory(file)
                        && folder != null
                        && Files.isDirectory(folder)
                        && Files.isWritable(folder),
                "--json " + json + ": not a file that can be written",
                "its folder does not exist yet, or it is a folder itself");
    }

    /// Writes the result where `--json` says, if it was given.
    void write(Context context, Object result) {
        if (json == null) {
            return;
        }
        String text = Json.pretty(result) + "\n";
        if (json.equals(STANDARD_OUTPUT)) {
            context.out().print(text);
        } else {
            AtomicFiles.writeString(Path.of(json), text);
        }
    }
}
