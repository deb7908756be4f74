package dev.lamina.csi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Builds an object header of HDF5, version 1, and the messages that stand in it.
final class Hdf5Bytes {
    static final int DATASPACE = 0x1;
    static final int LINK_INFO = 0x2;
    static final int DATATYPE = 0x3;
    static final int FILL_VALUE = 0x5;
    static final int LINK = 0x6;
    static final int LAYOUT = 0x8;
    static final int GROUP_INFO = 0xa;
    static final int ATTRIBUTE = 0xc;

    private static final int ALIGNMENT = 8;
    private static final long UNDEFINED = -1;
    private static final int CONSTANT = 1; // flag of a datatype message

    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private int count;

    void message(int type, ByteBuffer data) {
        byte[] bytes = padded(data);
        ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        prefix.putShort((short) type).putShort((short) bytes.length);
        prefix.put((byte) (type == DATATYPE ? CONSTANT : 0));
        messages.writeBytes(prefix.array());
        messages.writeBytes(bytes);
        count++;
    }

    byte[] objectHeader() {
        ByteBuffer header =
                ByteBuffer.allocate(16 + messages.size()).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 1).put((byte) 0).putShort((short) count);
        header.putInt(1).putInt(messages.size()).putInt(0); // links to it, bytes, filling
        header.put(messages.toByteArray());
        return header.array();
    }

    /// No lengths for a single value.
    static ByteBuffer dataspace(List<Long> shape) {
        ByteBuffer space = buffer(8 + 8 * shape.size());
        space.put((byte) 1).put((byte) shape.size()).putShort((short) 0).putInt(0);
        shape.forEach(space::putLong);
        return space.flip();
    }

    static ByteBuffer float32() {
        return ieee(Float.BYTES, 23, 8);
    }

    static ByteBuffer float64() {
        return ieee(Double.BYTES, 52, 11);
    }

    private static ByteBuffer ieee(int bytes, int mantissaBits, int exponentBits) {
        ByteBuffer type = buffer(20);
        int sign = 8 * bytes - 1;
        type.put((byte) 0x11); // version 1, floating point
        type.put((byte) 0x20).put((byte) sign).put((byte) 0).putInt(bytes); // little endian
        type.putShort((short) 0).putShort((short) (8 * bytes));
        type.put((byte) mantissaBits).put((byte) exponentBits);
        type.put((byte) 0).put((byte) mantissaBits);
        return type.putInt((1 << (exponentBits - 1)) - 1).flip();
    }

    /// A compound of two float32 with these names, of less than 8 characters each.
    static ByteBuffer complex64(String real, String imaginary) {
        ByteBuffer type = buffer(8 + 2 * (8 + 32 + 20));
        type.put((byte) 0x16).put((byte) 2).putShort((short) 0).putInt(2 * Float.BYTES);
        putMember(type, real, 0);
        putMember(type, imaginary, Float.BYTES);
        return type.flip();
    }

    private static void putMember(ByteBuffer type, String name, int at) {
        type.put(padded(terminated(name))).putInt(at);
        type.put(new byte[28]); // no axes
        type.put(float32());
    }

    static ByteBuffer noFillValue() {
        return buffer(4).put((byte) 2).put((byte) 2).put((byte) 2).put((byte) 0).flip();
    }

    static ByteBuffer contiguous(long address, long bytes) {
        return buffer(18).put((byte) 3).put((byte) 1).putLong(address).putLong(bytes).flip();
    }

    static ByteBuffer linksInHeader() {
        return buffer(18).putShort((short) 0).putLong(UNDEFINED).putLong(UNDEFINED).flip();
    }

    /// @param name of less than 256 characters
    static ByteBuffer link(String name, long address) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer link = buffer(3 + ascii.length + Long.BYTES);
        link.put((byte) 1).put((byte) 0).put((byte) ascii.length).put(ascii);
        return link.putLong(address).flip();
    }

    static ByteBuffer textAttribute(String name, String value) {
        ByteBuffer type = buffer(8).put((byte) 0x13).put(new byte[3]).putInt(value.length()).flip();
        ByteBuffer space = dataspace(List.of());
        ByteBuffer text = terminated(name);
        ByteBuffer attribute = buffer(256);
        attribute.put((byte) 1).put((byte) 0).putShort((short) text.remaining());
        attribute.putShort((short) type.remaining()).putShort((short) space.remaining());
        attribute.put(padded(text)).put(padded(type)).put(padded(space));
        return attribute.put(value.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private static ByteBuffer terminated(String name) {
        return buffer(name.length() + 1).put(name.getBytes(StandardCharsets.US_ASCII)).rewind();
    }

    private static byte[] padded(ByteBuffer data) {
        ByteBuffer bytes = data.duplicate();
        byte[] padded = new byte[(bytes.remaining() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT];
        bytes.get(padded, 0, bytes.remaining());
        return padded;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
