package dev.lamina.csi;

import dev.lamina.base.Shown;
import dev.lamina.nn.SafeTensorsDtype;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Channels as two tensors `re` and `im`, and labels as further tensors.
final class SafeTensorsCsi {
    private static final int ALIGNMENT = 8;

    private SafeTensorsCsi() {}

    private record Tensor(SafeTensorsFile file, String name) implements Variable {
        @Override
        public @Nullable ElementType type() {
            return elementType(file.entry(name).dtype());
        }

        @Override
        public List<Long> shape() {
            return Arrays.stream(file.entry(name).shape()).boxed().toList();
        }

        @Override
        public boolean firstAxisFastest() {
            return false;
        }

        @Override
        public void check() {
            // Done when the file was opened.
        }

        @Override
        public void read(Sink sink) {
            MemorySegment raw = file.raw(name);
            sink.put(raw, 0, 0, raw.byteSize() / Objects.requireNonNull(type()).bytes());
        }

        @Override
        public String shown() {
            return Shown.quoted(name) + " " + file.entry(name).dtype() + " " + shape();
        }
    }

    private static @Nullable ElementType elementType(SafeTensorsDtype dtype) {
        return switch (dtype) {
            case F16 -> ElementType.real(NumberKind.F16);
            case F32 -> ElementType.real(NumberKind.F32);
            case F64 -> ElementType.real(NumberKind.F64);
            case I8 -> ElementType.real(NumberKind.I8);
            case I16 -> ElementType.real(NumberKind.I16);
            case I32 -> ElementType.real(NumberKind.I32);
            case I64 -> ElementType.real(NumberKind.I64);
            case U8 -> ElementType.real(NumberKind.U8);
            case U16 -> ElementType.real(NumberKind.U16);
            case U32 -> ElementType.real(NumberKind.U32);
            case C64 -> ElementType.complex(NumberKind.F32);
            case BOOL, F8_E4M3, F8_E5M2, F8_E8M0, BF16, U64 -> null;
        };
    }

    /// @throws dev.lamina.base.BadInputException if it is not a whole file with channels in it
    static Csi read(Path path) {
        try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
            List<Variable> tensors = new ArrayList<>();
            for (String name : file.names()) {
                tensors.add(new Tensor(file, name));
            }
            return Variables.read(path.toString(), tensors);
        }
    }

    /// Labels (F64) stand before the channels (F32), so that all are aligned.
    static void write(Path temporary, Csi csi) throws IOException {
        Map<String, double[]> labels = new TreeMap<>(csi.labels());
        long partBytes = (long) Float.BYTES * csi.shape().size() * csi.tracks();
        byte[] header = header(csi, labels, partBytes);
        try (FileChannel real = open(temporary, StandardOpenOption.CREATE_NEW);
                FileChannel imaginary = open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            Floats.drain(length.putLong(header.length).flip(), real);
            Floats.drain(ByteBuffer.wrap(header), real);
            for (double[] values : labels.values()) {
                Floats.drain(ByteBuffer.wrap(Floats.bytes(values)), real);
            }
            imaginary.position(real.position() + partBytes);
            Floats floats = new Floats();
            for (int i = 0; i < csi.tracks(); i++) {
                float[] track = csi.track(i);
                floats.writePart(track, 0, real);
                floats.writePart(track, 1, imaginary);
            }
        }
    }

    private static FileChannel open(Path temporary, StandardOpenOption option) throws IOException {
        return FileChannel.open(temporary, option, StandardOpenOption.WRITE);
    }

    /// Names need no escapes: [Labels#checkNames] has seen them.
    private static byte[] header(Csi csi, Map<String, double[]> labels, long partBytes) {
        CsiShape shape = csi.shape();
        StringBuilder json = new StringBuilder("{");
        long at = 0;
        for (Map.Entry<String, double[]> label : labels.entrySet()) {
            int n = label.getValue().length;
            at = tensor(json, label.getKey(), "F64", "" + n, at, (long) Double.BYTES * n);
            json.append(',');
        }
        String axes =
                csi.tracks()
                        + ","
                        + shape.steps()
                        + ","
                        + shape.subcarriers()
                        + ","
                        + shape.antennas();
        at = tensor(json, "re", "F32", axes, at, partBytes);
        json.append(',');
        tensor(json, "im", "F32", axes, at, partBytes);
        json.append('}');
        while (json.length() % ALIGNMENT != 0) {
            json.append(' ');
        }
        return json.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static long tensor(
            StringBuilder json, String name, String dtype, String shape, long at, long bytes) {
        long end = at + bytes;
        json.append('"').append(name).append("\":{\"dtype\":\"").append(dtype);
        json.append("\",\"shape\":[").append(shape).append("],\"data_offsets\":[");
        json.append(at).append(',').append(end).append("]}");
        return end;
    }
}
