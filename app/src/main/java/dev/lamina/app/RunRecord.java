package dev.lamina.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A line of the run store.
///
/// @param directory absolute
/// @param spec the flags and their values
/// @param metrics single numbers of the result; empty until there is one
record RunRecord(
        long id,
        String command,
        Instant started,
        @Nullable Instant ended,
        Path directory,
        Status status,
        Map<String, Object> spec,
        Map<String, Object> metrics) {

    /// What became of a run. `LOST`: its process has gone without a word.
    enum Status {
        RUNNING,
        DONE,
        FAILED,
        INTERRUPTED,
        LOST;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// The status as a list shows it.
    String state() {
        return Files.isDirectory(directory) ? status.toString() : status + ", directory deleted";
    }
}
