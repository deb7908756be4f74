package dev.lamina.csi;

import dev.lamina.radio.Csi;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes an archive of NumPy arrays: `h`, and the labels. Entries are deflated at level 0, which
/// copies: channels hardly compress, and the sizes need not be known in advance. The same channels
/// give the same bytes.
final class NpzWriter {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzWriter() {}

    static void write(Path temporary, Csi csi) throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(entry("h"));
            NpyFile.write(Channels.newChannel(zip), csi);
            zip.closeEntry();
            for (Map.Entry<String, double[]> label : new TreeMap<>(csi.labels()).entrySet()) {
                zip.putNextEntry(entry(label.getKey()));
                zip.write(NpyHeader.bytes("<f8", List.of((long) label.getValue().length)));
                zip.write(Floats.bytes(label.getValue()));
                zip.closeEntry();
            }
        }
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(TIME);
        return entry;
    }
}
