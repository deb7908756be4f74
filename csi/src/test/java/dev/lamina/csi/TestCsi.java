package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Channels for tests.
final class TestCsi {
    private TestCsi() {}

    /// Random channels, and the labels `speed_kmh` and `user`.
    static Csi random(long seed, int tracks, CsiShape shape) {
        RandomGenerator random = Seeds.stream(seed, "csi", 0);
        float[][] values = new float[tracks][2 * shape.size()];
        double[] speedKmh = new double[tracks];
        double[] user = new double[tracks];
        for (int i = 0; i < tracks; i++) {
            for (int k = 0; k < values[i].length; k++) {
                values[i][k] = (float) random.nextGaussian();
            }
            speedKmh[i] = 100 * random.nextDouble();
            user[i] = i;
        }
        return new CsiInMemory(shape, values, Map.of("speed_kmh", speedKmh, "user", user));
    }

    /// Channel k of all tracks is `k + 1 - jk`, counted in row-major order, as in the files that
    /// `fixtures.py` makes.
    static Csi counting(int tracks, CsiShape shape, Map<String, double[]> labels) {
        float[][] values = new float[tracks][2 * shape.size()];
        for (int i = 0; i < tracks * shape.size(); i++) {
            float[] track = values[i / shape.size()];
            track[2 * (i % shape.size())] = i + 1;
            track[2 * (i % shape.size()) + 1] = -i;
        }
        return new CsiInMemory(shape, values, labels);
    }

    static void assertSame(Csi read, Csi expected) {
        assertSameChannels(read, expected);
        assertThat(read.labels().keySet()).isEqualTo(expected.labels().keySet());
        expected.labels()
                .forEach((name, numbers) -> assertThat(read.labels().get(name)).isEqualTo(numbers));
    }

    static void assertSameChannels(Csi read, Csi expected) {
        assertThat(read.shape()).isEqualTo(expected.shape());
        assertThat(read.tracks()).isEqualTo(expected.tracks());
        for (int i = 0; i < expected.tracks(); i++) {
            assertThat(read.track(i)).as("track %d", i).isEqualTo(expected.track(i));
        }
    }

    /// A `.npy` file.
    ///
    /// @param rest of the header after the type, such as `'fortran_order': False, 'shape': (1, 1,
    ///   1), }`
    static byte[] npy(int version, String descr, String rest, byte[] data) {
        String header = "{'descr': '" + descr + "', " + rest + "\n";
        int before = version == 1 ? 10 : 12;
        ByteBuffer file =
                ByteBuffer.allocate(before + header.length() + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            file.putShort((short) header.length());
        } else {
            file.putInt(header.length());
        }
        return file.put(header.getBytes(StandardCharsets.US_ASCII)).put(data).array();
    }

    static byte[] floats(double... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putFloat((float) value);
        }
        return bytes.array();
    }

    static byte[] halfs(double... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putShort(Float.floatToFloat16((float) value));
        }
        return bytes.array();
    }
}
