package dev.lamina.csi;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a MATLAB 7.3 file: HDF5 behind a user block that says so, axes reversed. There the track
/// is the fastest axis, so tracks are gathered in blocks, and each channel's numbers of a block are
/// written together.
final class MatWriter {
    private static final int USER_BLOCK_BYTES = 512;
    private static final int TEXT_BYTES = 116;
    private static final String TEXT = "MATLAB 7.3 MAT-file, Platform: Lamina, HDF5 schema 1.00 .";
    private static final int CHANNEL_BYTES = 2 * Float.BYTES;

    private MatWriter() {}

    static void write(Path temporary, Csi csi) throws IOException {
        write(temporary, csi, 1 << 28);
    }

    /// @param blockBytes how much of the tracks may be held
    static void write(Path temporary, Csi csi, int blockBytes) throws IOException {
        Map<String, double[]> labels = new TreeMap<>(csi.labels());
        try (FileChannel out =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Floats.drain(userBlock(), out);
            byte[] head = Hdf5Head.bytes(datasets(csi, labels), USER_BLOCK_BYTES);
            Floats.drain(ByteBuffer.wrap(head), out);
            for (double[] values : labels.values()) {
                Floats.drain(ByteBuffer.wrap(Floats.bytes(values)), out);
            }
            long perBlock = blockBytes / ((long) CHANNEL_BYTES * csi.shape().size());
            int most = Math.clamp(perBlock, 1, csi.tracks());
            long begin = out.position();
            for (int first = 0; first < csi.tracks(); first += most) {
                writeBlock(out, begin, csi, first, Math.min(most, csi.tracks() - first));
            }
        }
    }

    private static List<Hdf5Dataset> datasets(Csi csi, Map<String, double[]> labels) {
        CsiShape shape = csi.shape();
        List<Hdf5Dataset> datasets = new ArrayList<>();
        labels.forEach((name, values) ->
                datasets.add(
                        new Hdf5Dataset(
                                name,
                                Hdf5Bytes.float64(),
                                Double.BYTES,
                                List.of(1L, (long) values.length),
                                "double")));
        datasets.add(
                new Hdf5Dataset(
                        "h",
                        Hdf5Bytes.complex64("real", "imag"),
                        CHANNEL_BYTES,
                        List.of(
                                (long) shape.antennas(),
                                (long) shape.subcarriers(),
                                (long) shape.steps(),
                                (long) csi.tracks()),
                        "single"));
        return datasets;
    }

    private static ByteBuffer userBlock() {
        ByteBuffer block = ByteBuffer.allocate(USER_BLOCK_BYTES);
        block.put(TEXT.getBytes(StandardCharsets.US_ASCII));
        while (block.position() < TEXT_BYTES) {
            block.put((byte) ' ');
        }
        block.putLong(0).put((byte) 0).put((byte) 2); // no subsystem data; version 2
        return block.put((byte) 'I').put((byte) 'M').rewind();
    }

    /// @param begin of `h` in the file
    private static void writeBlock(FileChannel out, long begin, Csi csi, int first, int count)
            throws IOException {
        List<float[]> tracks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tracks.add(csi.track(first + i));
        }
        CsiShape shape = csi.shape();
        ByteBuffer row =
                ByteBuffer.allocateDirect(CHANNEL_BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer values = row.asFloatBuffer();
        long at = begin + (long) CHANNEL_BYTES * first;
        for (int antenna = 0; antenna < shape.antennas(); antenna++) {
            for (int subcarrier = 0; subcarrier < shape.subcarriers(); subcarrier++) {
                for (int step = 0; step < shape.steps(); step++) {
                    int channel =
                            (step * shape.subcarriers() + subcarrier) * shape.antennas() + antenna;
                    values.clear();
                    for (float[] track : tracks) {
                        values.put(track, 2 * channel, 2);
                    }
                    row.clear();
                    writeAt(out, row, at);
                    at += (long) CHANNEL_BYTES * csi.tracks();
                }
            }
        }
    }

    private static void writeAt(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += out.write(bytes, to);
        }
    }
}
