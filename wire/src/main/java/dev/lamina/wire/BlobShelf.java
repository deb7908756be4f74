package dev.lamina.wire;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The files that a server gives out, by the SHA-256 of their content; what was not put here cannot
/// be read. The files must stay as they are: who fetches one checks it. Safe for several threads.
public final class BlobShelf {
    private final Map<String, Shelved> shelf = new ConcurrentHashMap<>();

    private record Shelved(BlobId id, Path file) {}

    /// Puts a file on the shelf.
    ///
    /// @return what it can be fetched by
    /// @throws UncheckedIOException if it cannot be read
    public BlobId add(Path file) {
        Path absolute = file.toAbsolutePath();
        try {
            BlobId id = BlobId.of(absolute);
            shelf.put(id.sha256(), new Shelved(id, absolute));
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// The id of a file on the shelf; null if there is none of this content.
    public @Nullable BlobId find(String sha256) {
        Shelved shelved = shelf.get(sha256);
        return shelved == null ? null : shelved.id();
    }

    /// Opens a file on the shelf for reading from `offset`, which may be its end. The caller closes
    /// it.
    ///
    /// @throws IllegalArgumentException if there is no such offset
    /// @throws IOException if there is no such file on the shelf, or it has changed since it was
    ///   put there
    public FileChannel open(String sha256, long offset) throws IOException {
        Shelved shelved = shelf.get(sha256);
        if (shelved == null) {
            throw new FileNotFoundException("not on the shelf");
        }
        long bytes = shelved.id().bytes();
        if (offset < 0 || offset > bytes) {
            throw new IllegalArgumentException(
                    "offset " + Long.toUnsignedString(offset) + " is outside 0.." + bytes);
        }
        FileChannel channel = FileChannel.open(shelved.file(), StandardOpenOption.READ);
        try {
            if (channel.size() != bytes) {
                throw new IOException(shelved.file() + " has changed since it was put here");
            }
            return channel.position(offset);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
