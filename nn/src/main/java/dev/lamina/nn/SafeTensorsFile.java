package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A safetensors file, mapped into memory: of any size, opened in the time its header takes, and
/// with no more in the Java heap than what is read from it. All of the header is checked when the
/// file is opened; a file that opens can be read. Safe for several threads.
///
/// The file must not be shortened while it is open: the operating system then ends the access with
/// an `InternalError`. Files that [SafeTensorsWriter] replaces are replaced whole and do no such
/// harm.
///
/// Format: <https://github.com/huggingface/safetensors#format>.
public final class SafeTensorsFile implements AutoCloseable {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Largest array that every JVM gives.
    private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

    private final String file;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;
    private final MemorySegment data;
    private final @Nullable Arena arena;

    /// What the header says of one tensor.
    ///
    /// @param dtype element type
    /// @param shape dimensions, outermost first; none for a scalar
    /// @param begin first byte, counted from the end of the header
    /// @param end the byte after the last
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(SafeTensorsDtype dtype, long[] shape, long begin, long end) {
        public Entry {
            shape = shape.clone();
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        /// Number of elements.
        public long size() {
            return (end - begin) / dtype.bytes();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry e
                    && dtype == e.dtype
                    && Arrays.equals(shape, e.shape)
                    && begin == e.begin
                    && end == e.end;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(shape) + 31 * Long.hashCode(begin);
        }

        @Override
        public String toString() {
            return dtype + Arrays.toString(shape);
        }
    }

    private SafeTensorsFile(String file, MemorySegment bytes, @Nullable Arena arena) {
        this.file = file;
        SafeTensorsHeader header = SafeTensorsHeader.parse(bytes, file);
        this.entries = header.entries();
        this.metadata = header.metadata();
        this.data = bytes.asSlice(header.dataBegin()).asReadOnly();
        this.arena = arena;
    }

    /// Maps a file and checks its header.
    ///
    /// @throws BadInputException if there is no such file, or it is not a whole, well-formed one
    /// @throws UncheckedIOException if it cannot be read
    public static SafeTensorsFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BadInputException(
                    "no file " + path, "the name is mistyped, or the folder is not a model's.");
        }
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            SafeTensorsFile file = new SafeTensorsFile(path.toString(), bytes, arena);
            opened = true;
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /// Reads the content of a file that is in memory already.
    ///
    /// @param bytes the whole content; whoever made the segment keeps it alive
    /// @param nameForErrors what messages call it
    /// @throws BadInputException if it is not whole and well-formed
    public static SafeTensorsFile parse(MemorySegment bytes, String nameForErrors) {
        return new SafeTensorsFile(nameForErrors, bytes, null);
    }

    /// The tensors' names, in the order of the header.
    public Set<String> names() {
        return entries.keySet();
    }

    /// What the header says of this tensor.
    ///
    /// @throws BadInputException if there is no tensor of that name
    public Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new BadInputException(
                    file + " has no tensor " + Shown.quoted(name) + " among its " + entries.size(),
                    "the file is another model's, or its names have a prefix"
                            + names().stream()
                                    .findFirst()
                                    .map(first -> " (the first is " + Shown.quoted(first) + ").")
                                    .orElse("."));
        }
        return entry;
    }

    /// The free text that the writer attached; empty if there is none.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Bytes of one tensor as they stand in the file (little endian), read-only, valid until
    /// [#close].
    public MemorySegment raw(String name) {
        Entry entry = entry(name);
        return data.asSlice(entry.begin(), entry.end() - entry.begin());
    }

    /// One tensor as fp32. F32, F16 and BF16 are exact; F64 is rounded to nearest, beyond fp32 to
    /// infinity.
    ///
    /// @throws BadInputException if there is no such tensor, its dtype is none of these, or it is
    ///   too large for one Java array
    public FloatTensor read(String name) {
        Entry entry = entry(name);
        if (entry.size() > MAX_VALUES) {
            throw new BadInputException(
                    file
                            + ": tensor "
                            + Shown.quoted(name)
                            + " "
                            + entry
                            + " has "
                            + entry.size()
                            + " values, more than the "
                            + MAX_VALUES
                            + " of a Java array",
                    "read it in parts through raw().");
        }
        MemorySegment raw = raw(name);
        int size = (int) entry.size();
        return new FloatTensor(
                entry.shape(),
                switch (entry.dtype()) {
                    case F32 -> raw.toArray(FLOAT);
                    case F16 -> fromF16(raw, size);
                    case BF16 -> fromBf16(raw, size);
                    case F64 -> fromF64(raw, size);
                    case BOOL,
                            U8,
                            I8,
                            F8_E4M3,
                            F8_E5M2,
                            F8_E8M0,
                            U16,
                            I16,
                            U32,
                            I32,
                            U64,
                            I64,
                            C64 ->
                            throw new BadInputException(
                                    file
                                            + ": tensor "
                                            + Shown.quoted(name)
                                            + " is "
                                            + entry
                                            + ", not F32, F16, BF16 or F64",
                                    "it is an index or a mask, which no parameter is loaded from;"
                                            + " a quantised model must be converted first.");
                });
    }

    private static float[] fromF16(MemorySegment raw, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.float16ToFloat(raw.get(SHORT, 2L * i));
        }
        return values;
    }

    private static float[] fromBf16(MemorySegment raw, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.intBitsToFloat(raw.get(SHORT, 2L * i) << 16);
        }
        return values;
    }

    private static float[] fromF64(MemorySegment raw, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) raw.get(DOUBLE, 8L * i);
        }
        return values;
    }

    /// Unmaps the file. Tensors that were read stay valid; [#raw] segments do not.
    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
