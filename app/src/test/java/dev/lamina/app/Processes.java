package dev.lamina.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts real processes for the integration tests.
final class Processes {
    private static final long LONGEST_MINUTES = 5;

    private Processes() {}

    /// The project's root, where `./lamina` is.
    static Path root() {
        String root = System.getProperty("lamina.root");
        return Path.of(root == null ? ".." : root).toAbsolutePath().normalize();
    }

    /// What a process came to.
    record Outcome(int exitCode, String out, String err) {}

    /// A process whose output goes to files.
    record Running(Process process, Path out, Path err) {
        /// Waits until standard error holds this text.
        void awaitError(String text) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
            while (!Files.readString(err).contains(text)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("no '" + text + "' in: " + Files.readString(err));
                }
                Thread.sleep(50);
            }
        }

        /// Sends a signal by its name, as Ctrl-C sends INT.
        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
        }

        Outcome await() {
            try {
                if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            "still running after "
                                    + LONGEST_MINUTES
                                    + " min: "
                                    + Files.readString(err));
                }
                return new Outcome(
                        process.exitValue(), Files.readString(out), Files.readString(err));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    static Running start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = Files.createTempFile("lamina", ".out");
        Path err = Files.createTempFile("lamina", ".err");
        out.toFile().deleteOnExit();
        err.toFile().deleteOnExit();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return new Running(builder.start(), out, err);
    }

    /// `./lamina` with these arguments, in a directory of its own.
    static Running lamina(Path directory, Object... args) throws IOException {
        List<String> command =
                new java.util.ArrayList<>(List.of(root().resolve("lamina").toString()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return start(directory, Map.of(), command);
    }
}
