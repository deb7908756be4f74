package dev.lamina.csi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How a file stores a real number.
enum NumberKind {
    F16(2),
    F32(4),
    F64(8),
    I8(1),
    I16(2),
    I32(4),
    I64(8),
    U8(1),
    U16(2),
    U32(4);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    NumberKind(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    boolean real() {
        return this == F16 || this == F32 || this == F64;
    }

    /// The number at this byte; 64-bit integers beyond 2^53 are rounded.
    double read(MemorySegment data, long at, boolean bigEndian) {
        return switch (this) {
            case F16 -> Float.float16ToFloat(bits16(data, at, bigEndian));
            case F32 -> Float.intBitsToFloat(bits32(data, at, bigEndian));
            case F64 -> Double.longBitsToDouble(bits64(data, at, bigEndian));
            case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
            case I16 -> bits16(data, at, bigEndian);
            case I32 -> bits32(data, at, bigEndian);
            case I64 -> bits64(data, at, bigEndian);
            case U8 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            case U16 -> bits16(data, at, bigEndian) & 0xffff;
            case U32 -> Integer.toUnsignedLong(bits32(data, at, bigEndian));
        };
    }

    private static short bits16(MemorySegment data, long at, boolean bigEndian) {
        short bits = data.get(SHORT, at);
        return bigEndian ? Short.reverseBytes(bits) : bits;
    }

    private static int bits32(MemorySegment data, long at, boolean bigEndian) {
        int bits = data.get(INT, at);
        return bigEndian ? Integer.reverseBytes(bits) : bits;
    }

    private static long bits64(MemorySegment data, long at, boolean bigEndian) {
        long bits = data.get(LONG, at);
        return bigEndian ? Long.reverseBytes(bits) : bits;
    }
}
