package dev.lamina.csi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/// Writes numbers as they stand in files: float32 or float64, little endian.
final class Floats {
    private static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    void write(float[] values, WritableByteChannel out) throws IOException {
        int most = BUFFER_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int n = Math.min(most, values.length - from);
            buffer.clear();
            buffer.asFloatBuffer().put(values, from, n);
            drain(buffer.limit(n * Float.BYTES), out);
        }
    }

    /// Every second value: all real parts, or all imaginary ones.
    ///
    /// @param part 0 or 1
    void writePart(float[] values, int part, WritableByteChannel out) throws IOException {
        buffer.clear();
        for (int i = part; i < values.length; i += 2) {
            if (!buffer.hasRemaining()) {
                drain(buffer.flip(), out);
                buffer.clear();
            }
            buffer.putFloat(values[i]);
        }
        drain(buffer.flip(), out);
    }

    static byte[] bytes(double[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    static void drain(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
