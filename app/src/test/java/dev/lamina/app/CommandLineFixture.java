package dev.lamina.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Stream;

/// Runs the command line in this process and keeps what it printed.
final class CommandLineFixture {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Path runs;

    CommandLineFixture(Path runs) {
        this.runs = runs;
    }

    /// What a command came to.
    record Outcome(int exitCode, String out, String err) {
        /// The two lines of an error.
        String problem() {
            return err.lines()
                    .filter(line -> !line.startsWith("preparing "))
                    .findFirst()
                    .orElse("");
        }
    }

    /// Runs a line of words with single blanks between them, and more words that may have blanks.
    Outcome line(String words, Object... more) {
        return run(
                Stream.concat(Arrays.stream(words.strip().split(" ", -1)), Stream.of(more))
                        .toArray());
    }

    Outcome run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Context context =
                new Context(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        runs,
                        Clock.fixed(NOW, ZoneOffset.UTC));
        String[] words = Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
        int exitCode = Main.run(context, words);
        return new Outcome(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }
}
