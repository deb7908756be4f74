package dev.lamina.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// Where a command writes and what it finds around it. A test passes its own.
///
/// @param out results
/// @param err progress and errors
/// @param terminal whether `err` is a terminal, so that a progress bar can be drawn
/// @param runs the folder of run directories and of the run store
/// @param clock the time of day
record Context(PrintStream out, PrintStream err, boolean terminal, Path runs, Clock clock) {
    /// The process's own streams; the runs folder is `LAMINA_RUNS`, or `runs` in the current
    /// directory.
    static Context ofProcess() {
        @Nullable String runs = System.getenv("LAMINA_RUNS");
        return new Context(
                System.out,
                System.err,
                Boolean.getBoolean("lamina.terminal"),
                Path.of(runs == null || runs.isBlank() ? "runs" : runs),
                Clock.system(ZoneId.systemDefault()));
    }
}
