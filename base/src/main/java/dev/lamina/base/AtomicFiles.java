package dev.lamina.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes files and directories under a temporary name beside the final one, and renames them when
/// they are complete and on disk: a reader sees the old content or the new, never a part, and after
/// a loss of power too.
public final class AtomicFiles {
    /// Temporary names: what is written, the process and a number of its own, so that two writers
    /// of one target do not meet.
    private static final Pattern TEMPORARY = Pattern.compile("\\.(.+)\\.tmp-([0-9]{1,18})-[0-9]+");

    private static final AtomicLong CALLS = new AtomicLong();

    private AtomicFiles() {}

    /// What fills the temporary file or directory.
    @FunctionalInterface
    public interface Filler {
        void fill(Path temporary) throws IOException;
    }

    /// What names a file when it is complete.
    @FunctionalInterface
    public interface Namer {
        String name(Path complete) throws IOException;
    }

    /// Writes a file through `filler`, forces it to disk and renames it to `target`, replacing what
    /// was there.
    ///
    /// @throws UncheckedIOException if it cannot be written; `target` is then as it was
    public static void write(Path target, Filler filler) {
        Path absolute = target.toAbsolutePath().normalize();
        String name = String.valueOf(absolute.getFileName());
        writeNamed(absolute.resolveSibling(name), filler, _ -> name);
    }

    /// Writes a file as [#write(Path, Filler)] does, but under the name that `namer` gives it once
    /// its content is on disk: for names that follow from the content.
    ///
    /// @param draft the name that the temporary name is made of, for [#deleteAbandoned]
    /// @return the file, beside `draft`
    /// @throws UncheckedIOException if it cannot be written
    public static Path writeNamed(Path draft, Filler filler, Namer namer) {
        Path temporary = temporaryBeside(draft);
        try {
            Files.createDirectories(temporary.getParent());
            filler.fill(temporary);
            force(temporary);
            Path target = temporary.resolveSibling(namer.name(temporary));
            move(temporary, target);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + draft + ": " + e.getMessage(), e);
        } finally {
            deleteTree(temporary);
        }
    }

    /// Writes text (UTF-8) as [#write(Path, Filler)] does.
    public static void writeString(Path target, String text) {
        write(target, temporary -> Files.writeString(temporary, text));
    }

    /// Fills a new directory and renames it to `target`; a directory that was there is replaced.
    ///
    /// @throws UncheckedIOException if it cannot be written; nothing is left under the final name
    ///   then but what was there before
    public static void writeDirectory(Path target, Filler filler) {
        Path temporary = temporaryBeside(target);
        try {
            Files.createDirectories(temporary);
            filler.fill(temporary);
            forceTree(temporary);
            deleteTree(target);
            move(temporary, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            deleteTree(temporary);
        }
    }

    /// Deletes the temporary files and directories in a directory that killed processes have left.
    ///
    /// @param draft tells by the final name (the draft's name of [#writeNamed]) which ones
    /// @throws UncheckedIOException if the directory cannot be listed or a file not be deleted
    public static void deleteAbandoned(Path directory, Predicate<String> draft) {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Matcher name = TEMPORARY.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()
                        && draft.test(name.group(1))
                        && isAbandoned(entry, Long.parseLong(name.group(2)))) {
                    deleteTree(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear " + directory + ": " + e.getMessage(), e);
        }
    }

    /// Whether the process that wrote it is gone. One of the same number that began later is
    /// another: in containers numbers come again soon.
    private static boolean isAbandoned(Path temporary, long process) throws IOException {
        @Nullable ProcessHandle owner = ProcessHandle.of(process).orElse(null);
        if (owner == null || !owner.isAlive()) {
            return true;
        }
        try {
            Instant written = Files.getLastModifiedTime(temporary).toInstant();
            return owner.info().startInstant().map(written::isBefore).orElse(false);
        } catch (NoSuchFileException e) {
            return false; // its process is at work
        }
    }

    /// Deletes a file or directory with all that is in it; nothing happens where there is none.
    public static void deleteTree(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path p : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path + ": " + e.getMessage(), e);
        }
    }

    private static Path temporaryBeside(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        return absolute.resolveSibling(
                "."
                        + absolute.getFileName()
                        + ".tmp-"
                        + ProcessHandle.current().pid()
                        + "-"
                        + CALLS.incrementAndGet());
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
        Path parent = to.getParent();
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// The rename itself: without it a loss of power may bring the old directory back.
    private static void forceDirectory(Path directory) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (IOException e) {
            return; // Windows opens no directories; its renames are logged by the file system
        }
        try (FileChannel channel = opened) {
            channel.force(true);
        }
    }

    private static void forceTree(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.toList()) {
                if (Files.isDirectory(path)) {
                    forceDirectory(path);
                } else {
                    force(path);
                }
            }
        }
    }
}
