package dev.lamina.nn;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Makes ONNX models of a few bytes for tests. What a method returns is one encoded field.
final class OnnxBytes {
    private OnnxBytes() {}

    static byte[] model(byte[]... nodesAndTensors) {
        return join(field(7, join(nodesAndTensors)));
    }

    static byte[] node(String operator, String name, List<String> inputs, byte[]... attributes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        inputs.forEach(input -> out.writeBytes(field(1, utf8(input))));
        out.writeBytes(field(3, utf8(name)));
        out.writeBytes(field(4, utf8(operator)));
        out.writeBytes(join(attributes));
        return field(1, out.toByteArray());
    }

    static byte[] transB() {
        return field(5, join(field(1, utf8("transB")), varint(3 << 3), varint(1)));
    }

    static byte[] rawTensor(String name, FloatTensor tensor) {
        return tensor(name, OnnxTensor.FLOAT, littleEndian(tensor), tensor.shape());
    }

    /// Half of the values packed, half one by one, as protobuf allows; dimensions packed.
    static byte[] floatDataTensor(String name, FloatTensor tensor) {
        byte[] values = littleEndian(tensor);
        int packed = tensor.size() / 2 * Float.BYTES;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream dims = new ByteArrayOutputStream();
        for (long d : tensor.shape()) {
            dims.writeBytes(varint(d));
        }
        out.writeBytes(field(1, dims.toByteArray()));
        out.writeBytes(join(varint(2 << 3), varint(OnnxTensor.FLOAT), field(8, utf8(name))));
        out.writeBytes(field(4, Arrays.copyOf(values, packed)));
        for (int at = packed; at < values.length; at += Float.BYTES) {
            out.writeBytes(varint(4 << 3 | ProtoReader.FIXED32));
            out.write(values, at, Float.BYTES);
        }
        return field(5, out.toByteArray());
    }

    static byte[] tensor(String name, int dataType, byte[] raw, long... shape) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long d : shape) {
            out.writeBytes(join(varint(1 << 3), varint(d)));
        }
        out.writeBytes(join(varint(2 << 3), varint(dataType), field(8, utf8(name)), field(9, raw)));
        return field(5, out.toByteArray());
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] field(int number, byte[] value) {
        return join(varint((long) number << 3 | ProtoReader.BYTES), varint(value.length), value);
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    private static byte[] littleEndian(FloatTensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        return bytes.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
