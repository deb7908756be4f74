package dev.lamina.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/// Writes files and directories under a temporary name beside the final one, and renames them when
/// they are complete and on disk: a reader sees the old content or the new, never a part.
public final class AtomicFiles {
    private AtomicFiles() {}

    /// What fills the temporary file or directory.
    @FunctionalInterface
    public interface Filler {
        void fill(Path temporary) throws IOException;
    }

    /// Writes a file through `filler`, forces it to disk and renames it to `target`, replacing what
    /// was there.
    ///
    /// @throws UncheckedIOException if it cannot be written; `target` is then as it was
    public static void write(Path target, Filler filler) {
        Path temporary = temporaryBeside(target);
        try {
            Files.createDirectories(temporary.getParent());
            filler.fill(temporary);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            move(temporary, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
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
            deleteTree(target);
            move(temporary, target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            deleteTree(temporary);
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
                "." + absolute.getFileName() + ".tmp-" + ProcessHandle.current().pid());
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
