package dev.lamina.csi;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes the dataset `h` of complex numbers, as h5py does, and a dataset for each label.
final class Hdf5Writer {
    private Hdf5Writer() {}

    static void write(Path temporary, Csi csi) throws IOException {
        CsiShape shape = csi.shape();
        Map<String, double[]> labels = new TreeMap<>(csi.labels());
        List<Hdf5Dataset> datasets = new ArrayList<>();
        labels.forEach((name, values) ->
                datasets.add(
                        new Hdf5Dataset(
                                name,
                                Hdf5Bytes.float64(),
                                Double.BYTES,
                                List.of((long) values.length),
                                null)));
        datasets.add(
                new Hdf5Dataset(
                        "h",
                        Hdf5Bytes.complex64("r", "i"),
                        2 * Float.BYTES,
                        List.of(
                                (long) csi.tracks(),
                                (long) shape.steps(),
                                (long) shape.subcarriers(),
                                (long) shape.antennas()),
                        null));
        try (FileChannel out =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Floats.drain(ByteBuffer.wrap(Hdf5Head.bytes(datasets, 0)), out);
            for (double[] values : labels.values()) {
                Floats.drain(ByteBuffer.wrap(Floats.bytes(values)), out);
            }
            Floats floats = new Floats();
            for (int i = 0; i < csi.tracks(); i++) {
                floats.write(csi.track(i), out);
            }
        }
    }
}
