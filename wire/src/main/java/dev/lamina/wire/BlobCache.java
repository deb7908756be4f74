package dev.lamina.wire;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What a device has fetched, in one folder, each content in a file named by its SHA-256. A
/// download grows in `.part-SHA256`; if it is interrupted, the next one goes on where it stopped,
/// and only what has the right hash gets its name. Nothing is ever removed but what is damaged.
///
/// Safe for several threads and for several processes on one machine that share the folder: of
/// those that want the same content one downloads it, under a lock on `.lock-SHA256`, and the
/// others wait.
public final class BlobCache {
    private static final int BUFFER_BYTES = 1 << 16;

    /// The operating system's file locks belong to the process, so threads need a lock of their own
    /// that belongs to it too.
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final Path directory;
    private final Set<String> verified = ConcurrentHashMap.newKeySet();

    /// Where bytes come from.
    @FunctionalInterface
    public interface Source {
        /// Gives `sink` the content's bytes from `offset` to its end, in order.
        ///
        /// @throws IOException if they stop before the end
        void read(String sha256, long offset, Sink sink) throws IOException;
    }

    /// Where bytes go.
    @FunctionalInterface
    public interface Sink {
        /// Takes the next bytes, all of them.
        void write(ByteBuffer bytes) throws IOException;
    }

    /// Keeps its files in this folder, which is made when the first one comes.
    public BlobCache(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /// The user's folder for it: `$XDG_CACHE_HOME/lamina`, or `~/.cache/lamina`.
    public static Path defaultDirectory() {
        return defaultDirectory(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    }

    static Path defaultDirectory(@Nullable String cacheHome, String userHome) {
        boolean usable = cacheHome != null && Path.of(cacheHome).isAbsolute();
        return (usable ? Path.of(cacheHome) : Path.of(userHome, ".cache")).resolve("lamina");
    }

    /// The file with this content, or null if there is none. The first time in this process its
    /// hash is checked; a damaged file is deleted and counts as none.
    ///
    /// @throws UncheckedIOException if it cannot be read
    public @Nullable Path get(BlobId id) {
        Path file = file(id);
        if (verified.contains(id.sha256()) && length(file) == id.bytes()) {
            return file;
        }
        return length(file) < 0 ? null : locked(id, () -> verify(id));
    }

    /// How many of the content's bytes are here, in whole or in part: where a download goes on.
    public long held(BlobId id) {
        if (length(file(id)) == id.bytes()) {
            return id.bytes();
        }
        long part = length(part(id));
        return part > id.bytes() ? 0 : Math.max(0, part);
    }

    /// The file with this content; what of it is not here is taken from `source`. No more than the
    /// content's bytes are ever written.
    ///
    /// @throws BadInputException if what came is longer or has another hash; it is removed
    /// @throws UncheckedIOException if the source or the disk fails, or the source ends too early;
    ///   what came is kept for the next call
    public Path put(BlobId id, Source source) {
        return locked(
                id,
                () -> {
                    Path present = verify(id);
                    if (present != null) {
                        return present;
                    }
                    boolean resumed = held(id) > 0;
                    if (!download(id, source) && !(resumed && download(id, source))) {
                        throw new BadInputException(
                                "what came for " + id + " has another SHA-256",
                                "the server's file has changed since the server was started.");
                    }
                    move(part(id), file(id));
                    verified.add(id.sha256());
                    return file(id);
                });
    }

    /// Under the lock: the file if it is whole.
    private @Nullable Path verify(BlobId id) throws IOException {
        Path file = file(id);
        if (length(file) < 0) {
            return null;
        }
        if (length(file) == id.bytes() && BlobId.of(file).equals(id)) {
            verified.add(id.sha256());
            return file;
        }
        verified.remove(id.sha256());
        Files.delete(file);
        return null;
    }

    /// Under the lock: completes the part. False, with the part deleted, if it has another hash;
    /// what was there before may be to blame (a machine that lost power leaves zeros).
    private boolean download(BlobId id, Source source) throws IOException {
        Path part = part(id);
        Download download;
        try (FileChannel channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            download = new Download(id, channel);
            download.readHeld();
            if (download.length < id.bytes()) {
                try {
                    source.read(id.sha256(), download.length, download);
                } finally {
                    if (download.tooLong) {
                        Files.delete(part);
                    }
                }
            }
            if (download.length < id.bytes()) {
                throw new IOException(
                        "the download ended after " + download.length + " of " + id.bytes());
            }
            channel.force(true);
        }
        if (download.tooLong || !BlobId.hex(download.digest).equals(id.sha256())) {
            Files.deleteIfExists(part);
            return false;
        }
        return true;
    }

    /// Appends to a part and hashes what it holds.
    private static final class Download implements Sink {
        private final BlobId id;
        private final FileChannel channel;
        private final MessageDigest digest = BlobId.newDigest();
        private long length;
        private boolean tooLong;

        Download(BlobId id, FileChannel channel) {
            this.id = id;
            this.channel = channel;
        }

        void readHeld() throws IOException {
            if (channel.size() > id.bytes()) {
                channel.truncate(0);
            }
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (channel.read(buffer) >= 0) {
                length += buffer.flip().remaining();
                digest.update(buffer);
                buffer.clear();
            }
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (tooLong || bytes.remaining() > id.bytes() - length) {
                tooLong = true;
                throw new BadInputException(
                        "more bytes came than the " + id.bytes() + " of " + id,
                        "the server's file has changed since the server was started.");
            }
            ByteBuffer hashed = bytes.duplicate();
            while (bytes.hasRemaining()) {
                channel.write(bytes, length + (bytes.position() - hashed.position()));
            }
            length += hashed.remaining();
            digest.update(hashed);
        }
    }

    private interface Work<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private <T extends @Nullable Object> T locked(BlobId id, Work<T> work) {
        Path lockFile = directory.resolve(".lock-" + id.sha256());
        ReentrantLock threads = THREADS.computeIfAbsent(lockFile, f -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                            FileChannel.open(
                                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                return work.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot fetch " + id + " into " + directory + ": " + e.getMessage(), e);
        } finally {
            threads.unlock();
        }
    }

    private Path file(BlobId id) {
        return directory.resolve(id.sha256());
    }

    private Path part(BlobId id) {
        return directory.resolve(".part-" + id.sha256());
    }

    /// -1 if there is no such file.
    private static long length(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : -1;
        } catch (IOException e) {
            return -1; // it has gone in between
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
