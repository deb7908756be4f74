package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The header of a `.npy` file, versions 1 to 3: the magic bytes, version, length, and a Python
/// dictionary as text.
///
/// Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
///
/// @param bytes of the header, after which the data begin
/// @param descr the element type in NumPy's notation
/// @param fortranOrder whether the first axis is the fastest
/// @param shape lengths of the axes
record NpyHeader(int bytes, String descr, boolean fortranOrder, List<Long> shape) {
    /// Longest text of a header; NumPy itself refuses more than 10,000.
    private static final int MAX_TEXT_BYTES = 65_535;

    private static final int ALIGNMENT = 64;
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final String NOT_NPY =
            "it is not a .npy file, or was cut short: save it again with numpy.save.";

    /// Reads as much of the stream as the header takes.
    ///
    /// @param file its name, for messages
    /// @throws BadInputException on any defect
    static NpyHeader read(InputStream in, String file) throws IOException {
        byte[] begin = in.readNBytes(MAGIC.length + 2);
        BadInputException.check(
                begin.length == MAGIC.length + 2
                        && Arrays.equals(begin, 0, MAGIC.length, MAGIC, 0, MAGIC.length),
                file + " does not begin as a .npy file does, with \\x93NUMPY and a version",
                NOT_NPY);
        int version = begin[MAGIC.length];
        BadInputException.check(
                version >= 1 && version <= 3,
                file + ": version " + version + " of the .npy format",
                "save it with a newer NumPy; versions 1 to 3 are read.");
        int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
        byte[] lengthField = Arrays.copyOf(in.readNBytes(lengthBytes), Integer.BYTES);
        int length = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getInt();
        BadInputException.check(
                length >= 0 && length <= MAX_TEXT_BYTES,
                file
                        + ": a header of "
                        + Integer.toUnsignedString(length)
                        + " bytes, above the limit of "
                        + MAX_TEXT_BYTES,
                NOT_NPY);
        byte[] text = in.readNBytes(length);
        BadInputException.check(
                text.length == length,
                file + ": a header of " + length + " bytes, of which " + text.length + " are there",
                NOT_NPY);
        return new PythonDict(
                        new String(
                                text,
                                version == 3
                                        ? StandardCharsets.UTF_8
                                        : StandardCharsets.ISO_8859_1),
                        file)
                .header(begin.length + lengthBytes + length);
    }

    /// The header that NumPy writes for an array of this type in C order: version 1, filled up with
    /// blanks to a multiple of 64 bytes.
    static byte[] bytes(String descr, List<Long> shape) {
        String tuple =
                shape.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + (shape.size() == 1 ? "," : "");
        String dict =
                "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
        int before = MAGIC.length + 2 + Short.BYTES;
        int all = (before + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(all).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (all - before));
        header.put(dict.getBytes(StandardCharsets.ISO_8859_1));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }

    /// The elements' type; null for one that is not read.
    @Nullable ElementType type() {
        return switch (descr) {
            case "<c8" -> ElementType.complex(NumberKind.F32);
            case "<c16" -> ElementType.complex(NumberKind.F64);
            case "<f2" -> ElementType.real(NumberKind.F16);
            case "<f4" -> ElementType.real(NumberKind.F32);
            case "<f8" -> ElementType.real(NumberKind.F64);
            case "|i1" -> ElementType.real(NumberKind.I8);
            case "<i2" -> ElementType.real(NumberKind.I16);
            case "<i4" -> ElementType.real(NumberKind.I32);
            case "<i8" -> ElementType.real(NumberKind.I64);
            case "|u1" -> ElementType.real(NumberKind.U8);
            case "<u2" -> ElementType.real(NumberKind.U16);
            case "<u4" -> ElementType.real(NumberKind.U32);
            default -> null;
        };
    }

    /// Bytes of the data of an array of this type, or the largest long if they are more.
    long dataBytes(ElementType type) {
        long elements = shape.contains(0L) ? 0 : CsiAxes.product(shape);
        return elements > Long.MAX_VALUE / type.bytes() ? Long.MAX_VALUE : elements * type.bytes();
    }
}
