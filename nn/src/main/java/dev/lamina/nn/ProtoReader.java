package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Walks the fields of one message in protobuf's wire format
/// (<https://protobuf.dev/programming-guides/encoding/>). It allocates nothing but the strings that
/// are asked for, and never looks outside its part of the array.
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] bytes;
    private final ByteBuffer littleEndian;
    private final int end;
    private final String file;
    private int position;
    private int wireType;

    ProtoReader(byte[] bytes, String file) {
        this(bytes, 0, bytes.length, file);
    }

    private ProtoReader(byte[] bytes, int begin, int end, String file) {
        this.bytes = bytes;
        this.littleEndian = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.position = begin;
        this.end = end;
        this.file = file;
    }

    /// The same message from its beginning onwards again is `reader.copy()` taken before reading.
    ProtoReader copy() {
        return new ProtoReader(bytes, position, end, file);
    }

    String file() {
        return file;
    }

    boolean hasMore() {
        return position < end;
    }

    int remaining() {
        return end - position;
    }

    /// Reads a tag and returns the field's number; [#wireType] then says how its value is encoded.
    int nextField() {
        long tag = varint();
        long number = tag >>> 3;
        wireType = (int) (tag & 7);
        if (number == 0 || number > 0x1fffffff) {
            throw defect("field number " + Long.toUnsignedString(number) + " does not exist");
        }
        if (wireType != VARINT && wireType != FIXED64 && wireType != BYTES && wireType != FIXED32) {
            throw defect(
                    "field "
                            + number
                            + " has the wire type "
                            + wireType
                            + ", which ONNX does not use");
        }
        return (int) number;
    }

    int wireType() {
        return wireType;
    }

    /// Throws unless the field just begun is encoded in this way.
    void require(int expected, String what) {
        if (wireType != expected) {
            throw defect(
                    what + " has the wire type " + wireType + " where " + expected + " should be");
        }
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw defect("the message ends inside a number");
            }
            byte b = bytes[position++];
            if (shift == 63 && (b & 0xfe) != 0) {
                break;
            }
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw defect("a number has more than 64 bits");
    }

    float fixed32() {
        need(Float.BYTES);
        float value = littleEndian.getFloat(position);
        position += Float.BYTES;
        return value;
    }

    /// The value of a length-delimited field, as a message or a packed list.
    ProtoReader message() {
        int length = length();
        ProtoReader part = new ProtoReader(bytes, position, position + length, file);
        position += length;
        return part;
    }

    String string(String what) {
        require(BYTES, what);
        int length = length();
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, position, length))
                            .toString();
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw defect(what + " is not UTF-8");
        }
    }

    /// The rest of this message, little endian.
    ByteBuffer rest() {
        return littleEndian.slice(position, end - position).order(ByteOrder.LITTLE_ENDIAN);
    }

    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case FIXED32 -> advance(4);
            default -> advance(length());
        }
    }

    BadInputException defect(String problem) {
        return new BadInputException(
                file + ": at byte " + position + " " + problem,
                "the file was cut short, or it is not an ONNX model.");
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw defect(
                    "a length of "
                            + Long.toUnsignedString(length)
                            + " bytes is more than the "
                            + (end - position)
                            + " that are left");
        }
        return (int) length;
    }

    private void advance(int n) {
        need(n);
        position += n;
    }

    private void need(int n) {
        if (n > end - position) {
            throw defect("the message ends inside a value of " + n + " bytes");
        }
    }
}
