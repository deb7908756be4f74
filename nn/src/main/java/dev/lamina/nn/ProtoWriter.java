package dev.lamina.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes the fields of one message in protobuf's wire format: the other half of [ProtoReader].
final class ProtoWriter {
    private byte[] bytes = new byte[64];
    private int size;

    /// A field that is a number.
    ProtoWriter number(int field, long value) {
        tag(field, ProtoReader.VARINT);
        varint(value);
        return this;
    }

    /// A field that is an fp32 number.
    ProtoWriter fixed32(int field, float value) {
        tag(field, ProtoReader.FIXED32);
        ensure(Float.BYTES);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(size, value);
        size += Float.BYTES;
        return this;
    }

    /// A field that is text.
    ProtoWriter text(int field, String value) {
        return bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /// A field that is a message.
    ProtoWriter message(int field, ProtoWriter message) {
        return bytes(field, ByteBuffer.wrap(message.bytes, 0, message.size));
    }

    /// A field that is bytes, or an encoded message: what remains of the buffer.
    ProtoWriter bytes(int field, ByteBuffer value) {
        int length = value.remaining();
        header(field, length);
        ensure(length);
        value.duplicate().get(bytes, size, length);
        size += length;
        return this;
    }

    /// The beginning of a field of so many bytes; whoever writes it puts them behind it.
    ProtoWriter header(int field, int length) {
        tag(field, ProtoReader.BYTES);
        varint(length);
        return this;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// Writes what there is into a buffer.
    void to(ByteBuffer out) {
        out.put(bytes, 0, size);
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
        }
    }
}
