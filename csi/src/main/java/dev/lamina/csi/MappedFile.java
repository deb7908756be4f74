package dev.lamina.csi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiFunction;

/// A file as one segment of memory, of any size and outside the heap.
final class MappedFile {
    private MappedFile() {}

    /// Maps the file while `reader` is at work on its bytes and its name.
    ///
    /// @throws UncheckedIOException if it cannot be read
    static <T> T read(Path path, BiFunction<MemorySegment, String, T> reader) {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return reader.apply(bytes, path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
