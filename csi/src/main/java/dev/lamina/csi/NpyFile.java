package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.csi.Scatter.Part;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One NumPy array in a file of its own.
final class NpyFile {
    private static final int MAX_HEADER_BYTES = 1 << 17;

    private NpyFile() {}

    /// The array of a file that is there whole.
    ///
    /// @param bytes where the data begin
    private record Array(MemorySegment bytes, NpyHeader header, ElementType type)
            implements Variable {
        @Override
        public String name() {
            return "h";
        }

        @Override
        public List<Long> shape() {
            return header.shape();
        }

        @Override
        public boolean firstAxisFastest() {
            return header.fortranOrder();
        }

        @Override
        public void check() {
            // Done before it was made.
        }

        @Override
        public void read(Sink sink) {
            sink.put(bytes, 0, 0, bytes.byteSize() / type.bytes());
        }
    }

    /// @param file its name, for messages
    /// @throws BadInputException if the bytes are not a whole complex array
    static Csi read(MemorySegment bytes, String file) {
        NpyHeader header = header(bytes, file);
        @Nullable ElementType type = header.type();
        if (type == null || !type.isComplex()) {
            throw new BadInputException(
                    file + " has the type " + Shown.quoted(header.descr()),
                    "convert the array with .astype('<c8'); complex64 ('<c8') and complex128"
                            + " ('<c16') are read.");
        }
        long data = bytes.byteSize() - header.bytes();
        BadInputException.check(
                header.dataBytes(type) == data,
                file
                        + " has "
                        + data
                        + " bytes of data, and its shape "
                        + header.shape()
                        + " of "
                        + header.descr()
                        + " takes "
                        + header.dataBytes(type),
                "the file was cut short, or more than one array was saved to it.");
        CsiAxes axes = CsiAxes.of(file, header.shape(), 1);
        float[][] tracks = CsiInMemory.allocate(file, axes.shape(), axes.tracks());
        Variables.fill(
                tracks, 0, axes, new Array(bytes.asSlice(header.bytes()), header, type), Part.BOTH);
        return new CsiInMemory(axes.shape(), tracks, Map.of());
    }

    private static NpyHeader header(MemorySegment bytes, String file) {
        byte[] begin =
                bytes.asSlice(0, Math.min(bytes.byteSize(), MAX_HEADER_BYTES))
                        .toArray(ValueLayout.JAVA_BYTE);
        try {
            return NpyHeader.read(new ByteArrayInputStream(begin), file);
        } catch (IOException e) {
            throw new UncheckedIOException("reading an array of bytes", e);
        }
    }

    static void write(Path temporary, Csi csi) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(out, csi);
        }
    }

    /// Header and channels, complex64.
    static void write(WritableByteChannel out, Csi csi) throws IOException {
        CsiShape shape = csi.shape();
        byte[] header =
                NpyHeader.bytes(
                        "<c8",
                        List.of(
                                (long) csi.tracks(),
                                (long) shape.steps(),
                                (long) shape.subcarriers(),
                                (long) shape.antennas()));
        Floats.drain(ByteBuffer.wrap(header), out);
        Floats floats = new Floats();
        for (int i = 0; i < csi.tracks(); i++) {
            floats.write(csi.track(i), out);
        }
    }
}
