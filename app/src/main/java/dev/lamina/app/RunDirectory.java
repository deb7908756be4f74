package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory that a run writes its results into.
final class RunDirectory {
    private final Path path;
    private final boolean created;

    private RunDirectory(Path path, boolean created) {
        this.path = path;
        this.created = created;
    }

    /// Makes `out`, or `runs/COMMAND-TIME` if it is null, and tries whether it can be written to.
    ///
    /// @throws BadInputException if it exists and is not empty, or cannot be written to
    static RunDirectory create(Context context, String command, @Nullable Path out) {
        if (out == null) {
            return createDefault(context, command);
        }
        boolean exists = Files.exists(out);
        if (exists) {
            checkEmpty(out);
        }
        try {
            Files.createDirectories(out);
            tryWriting(out);
        } catch (IOException e) {
            throw unwritable("--out " + out, e);
        }
        return new RunDirectory(out.toAbsolutePath().normalize(), !exists);
    }

    /// The directory of a run that goes on.
    static RunDirectory resume(Path directory) {
        try {
            tryWriting(directory);
        } catch (IOException e) {
            throw unwritable("--resume " + directory, e);
        }
        return new RunDirectory(directory.toAbsolutePath().normalize(), false);
    }

    /// Absolute.
    Path path() {
        return path;
    }

    /// Takes everything away again: the run could not even begin.
    void discard() {
        try (Stream<Path> entries = Files.list(path)) {
            entries.toList().forEach(AtomicFiles::deleteTree);
            if (created) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear " + path + ": " + e.getMessage(), e);
        }
    }

    private static RunDirectory createDefault(Context context, String command) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
        String name = command + "-" + LocalDateTime.now(context.clock()).format(format);
        try {
            Files.createDirectories(context.runs());
            for (int n = 1; ; n++) {
                Path path = context.runs().resolve(n == 1 ? name : name + "-" + n);
                try {
                    Files.createDirectory(path);
                    tryWriting(path);
                    return new RunDirectory(path.toAbsolutePath().normalize(), true);
                } catch (FileAlreadyExistsException e) {
                    // another run began in the same second: try the next name
                }
            }
        } catch (IOException e) {
            throw unwritable("run folder " + context.runs(), e);
        }
    }

    private static void checkEmpty(Path out) {
        BadInputException.check(
                Files.isDirectory(out),
                "--out " + out + " is a file, not a directory",
                "give a directory that does not exist yet");
        try (Stream<Path> entries = Files.list(out)) {
            BadInputException.check(
                    entries.findAny().isEmpty(),
                    "--out " + out + " exists and is not empty",
                    "give another directory, or go on with the run in it: --resume " + out);
        } catch (IOException e) {
            throw unwritable("--out " + out, e);
        }
    }

    private static void tryWriting(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".probe", "");
        try {
            Files.write(probe, new byte[4096]);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /// A full disk is the machine's fault (exit code 1), all else the caller's.
    private static RuntimeException unwritable(String what, IOException e) {
        if (String.valueOf(e.getMessage()).contains("No space left")) {
            return new UncheckedIOException(what + " cannot be written: " + e.getMessage(), e);
        }
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        return new BadInputException(
                what + " cannot be written (" + kind + ": " + e.getMessage() + ")",
                "give a directory of your own with --out");
    }
}
