package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.radio.Csi;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// Several NumPy arrays in a zip archive, stored or deflated, with the extensions for large files.
/// Data are unpacked piece by piece.
final class NpzFile {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final String EXTENSION = ".npy";
    private static final String DAMAGED =
            "the file is damaged or was cut short: save it again with numpy.savez.";

    private NpzFile() {}

    /// @throws BadInputException if the file is not a whole archive with channels in it
    static Csi read(Path path) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            List<Variable> variables = new ArrayList<>();
            List<? extends ZipEntry> entries = zip.stream().toList();
            checkOverlap(path, entries);
            for (ZipEntry entry : entries) {
                if (entry.getName().endsWith(EXTENSION)) {
                    String what = path + ": " + Shown.quoted(entry.getName());
                    variables.add(new Array(zip, entry, what, header(zip, entry, what)));
                }
            }
            return Variables.read(path.toString(), variables);
        } catch (IOException | IllegalArgumentException e) { // the latter for names not in UTF-8
            throw unreadable(path.toString(), e);
        }
    }

    /// So that no bytes are unpacked more than once.
    private static void checkOverlap(Path path, List<? extends ZipEntry> entries)
            throws IOException {
        double packed = entries.stream().mapToDouble(ZipEntry::getCompressedSize).sum();
        long bytes = Files.size(path);
        BadInputException.check(
                packed <= bytes,
                path + ": entries of " + Math.round(packed) + " bytes in a file of " + bytes,
                DAMAGED);
    }

    private static BadInputException unreadable(String what, Exception e) {
        return new BadInputException(
                what + " cannot be unpacked: " + Shown.plain(String.valueOf(e.getMessage())),
                DAMAGED);
    }

    private static NpyHeader header(ZipFile zip, ZipEntry entry, String what) {
        try (InputStream in = zip.getInputStream(entry)) {
            return NpyHeader.read(in, what);
        } catch (IOException e) {
            throw unreadable(what, e);
        }
    }

    /// @param what file and entry, for messages
    private record Array(ZipFile zip, ZipEntry entry, String what, NpyHeader header)
            implements Variable {
        @Override
        public String name() {
            String name = entry.getName();
            return name.substring(0, name.length() - EXTENSION.length());
        }

        @Override
        public @Nullable ElementType type() {
            return header.type();
        }

        @Override
        public List<Long> shape() {
            return header.shape();
        }

        @Override
        public boolean firstAxisFastest() {
            return header.fortranOrder();
        }

        @Override
        public String shown() {
            return Shown.quoted(name()) + " " + Shown.plain(header.descr()) + " " + shape();
        }

        @Override
        public void read(Sink sink) {
            ElementType type = Objects.requireNonNull(type());
            CRC32 crc = new CRC32();
            try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
                NpyHeader.read(in, what);
                copy(in, type, sink);
            } catch (IOException e) {
                throw unreadable(what, e);
            }
            BadInputException.check(
                    crc.getValue() == entry.getCrc(),
                    what
                            + " has the checksum "
                            + Long.toHexString(crc.getValue())
                            + ", not "
                            + Long.toHexString(entry.getCrc()),
                    DAMAGED);
        }

        @Override
        public void check() {
            long data = header.dataBytes(Objects.requireNonNull(type()));
            BadInputException.check(
                    data == entry.getSize() - header.bytes(),
                    what
                            + " has "
                            + (entry.getSize() - header.bytes())
                            + " bytes of data, and its shape "
                            + shape()
                            + " of "
                            + header.descr()
                            + " takes "
                            + data,
                    DAMAGED);
            Expansion.check(what, data, entry.getCompressedSize());
        }

        private void copy(InputStream in, ElementType type, Sink sink) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            MemorySegment segment = MemorySegment.ofArray(buffer);
            long elements = CsiAxes.product(shape());
            long index = 0;
            while (index < elements) {
                int count = (int) Math.min(BUFFER_BYTES / type.bytes(), elements - index);
                int bytes = in.readNBytes(buffer, 0, count * type.bytes());
                BadInputException.check(
                        bytes == count * type.bytes(),
                        what + " ends after " + (index * type.bytes() + bytes) + " bytes of data",
                        DAMAGED);
                sink.put(segment, 0, index, count);
                index += count;
            }
            BadInputException.check(
                    in.read() < 0, what + " goes on after its last element", DAMAGED);
        }
    }
}
