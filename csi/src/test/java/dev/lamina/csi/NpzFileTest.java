package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
    private static final String TWO_TRACKS = "'fortran_order': False, 'shape': (2, 1, 2), }";
    private static final byte[] COUNTING =
            TestCsi.npy(1, "<c8", TWO_TRACKS, TestCsi.floats(1, 0, 2, -1, 3, -2, 4, -3));

    @TempDir Path folder;

    /// An archive with these entries, deflated or as they are.
    static byte[] zip(boolean deflated, Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    crc.update(e.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(e.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(e.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private Csi read(byte[] zip) throws IOException {
        return CsiFiles.read(Files.write(folder.resolve("x.npz"), zip));
    }

    private Csi read(Map<String, byte[]> entries) throws IOException {
        TestCsi.assertSame(read(zip(false, entries)), read(zip(true, entries)));
        return read(zip(true, entries));
    }

    private void assertRefused(byte[] zip, String message) {
        assertThatThrownBy(() -> read(zip))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("x.npz")
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe ");
    }

    private static Csi counting(Map<String, double[]> labels) {
        return TestCsi.counting(2, new CsiShape(1, 2, 1), labels);
    }

    @Test
    void theOnlyComplexArrayHoldsTheChannels() throws IOException {
        TestCsi.assertSame(read(Map.of("channels.npy", COUNTING)), counting(Map.of()));
    }

    @Test
    void hIsPreferredAmongComplexArrays() throws IOException {
        byte[] other = TestCsi.npy(1, "<c8", TWO_TRACKS, TestCsi.floats(9, 9, 9, 9, 9, 9, 9, 9));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a.npy", other);
        entries.put("h.npy", COUNTING);
        TestCsi.assertSame(read(entries), counting(Map.of()));
        assertRefused(
                zip(true, Map.of("a.npy", other, "b.npy", COUNTING)),
                "has 2 complex arrays, and none is called h");
    }

    @Test
    void partsMayHaveTypesAndOrdersOfTheirOwn() throws IOException {
        byte[] re = TestCsi.npy(1, "<f2", TWO_TRACKS, TestCsi.halfs(1, 2, 3, 4));
        byte[] im =
                TestCsi.npy(
                        1,
                        "<f8",
                        "'fortran_order': True, 'shape': (2, 1, 2), }",
                        Floats.bytes(new double[] {0, -2, -1, -3}));
        TestCsi.assertSame(read(Map.of("re.npy", re, "im.npy", im)), counting(Map.of()));
        assertRefused(
                zip(true, Map.of("re.npy", re)),
                "has no complex array, and no re and im, but 're' <f2 [2, 1, 2]");
        byte[] other =
                TestCsi.npy(
                        1,
                        "<f2",
                        "'fortran_order': False, 'shape': (2, 2, 1), }",
                        TestCsi.halfs(1, 2, 3, 4));
        assertRefused(
                zip(true, Map.of("re.npy", re, "im.npy", other)),
                "'re' <f2 [2, 1, 2] and 'im' <f2 [2, 2, 1] differ in shape");
    }

    @Test
    void arraysWithANumberForEachTrackAreLabels() throws IOException {
        String two = "'fortran_order': False, 'shape': (2,), }";
        Map<String, byte[]> entries =
                Map.of(
                        "h.npy", COUNTING,
                        "speed_kmh.npy", TestCsi.npy(1, "<f4", two, TestCsi.floats(30.5, 60)),
                        "user.npy", TestCsi.npy(1, "|u1", two, new byte[] {7, (byte) 200}),
                        "name.npy", TestCsi.npy(1, "<U1", two, new byte[8]),
                        "three.npy",
                                TestCsi.npy(
                                        1,
                                        "|u1",
                                        "'fortran_order': False, 'shape': (3,), }",
                                        new byte[3]),
                        "note.txt", "no array".getBytes(StandardCharsets.US_ASCII));
        Csi csi = read(entries);
        assertThat(csi.labels().keySet()).containsExactly("speed_kmh", "user");
        assertThat(csi.labels().get("speed_kmh")).containsExactly(30.5, 60);
        assertThat(csi.labels().get("user")).containsExactly(7, 200);
    }

    @Test
    void aBitThatWasFlippedIsFound() throws IOException {
        byte[] zip = zip(false, Map.of("h.npy", COUNTING));
        zip[30 + "h.npy".length() + COUNTING.length - 3] ^= 1;
        assertRefused(zip, "has the checksum");
    }

    @Test
    void whatUnpacksWithoutMeasureIsRefused() throws IOException {
        int tracks = 1 << 20;
        byte[] bomb =
                TestCsi.npy(
                        1,
                        "<c8",
                        "'fortran_order': False, 'shape': (" + tracks + ", 1, 1), }",
                        new byte[8 * tracks]);
        assertRefused(zip(true, Map.of("h.npy", bomb)), "is announced to have 8388608 bytes, from");
    }

    @Test
    void moreOrFewerDataThanTheShapeSaysAreRefused() {
        String three = "'fortran_order': False, 'shape': (3, 1, 1), }";
        byte[] fewer = TestCsi.npy(1, "<c8", three, new byte[16]);
        assertRefused(
                zip(true, Map.of("h.npy", fewer)),
                "'h.npy' has 16 bytes of data, and its shape [3, 1, 1] of <c8 takes 24");
        byte[] more = TestCsi.npy(1, "<c8", three, new byte[25]);
        assertRefused(zip(true, Map.of("h.npy", more)), "'h.npy' has 25 bytes of data");
    }

    @Test
    void noArchiveIsRefused() {
        assertRefused(COUNTING, "cannot be unpacked");
        assertRefused(zip(true, Map.of("note.txt", new byte[0])), "no array at all");
        assertRefused(zip(true, Map.of("h.npy", new byte[3])), "'h.npy' does not begin as a .npy");
    }

    @Test
    void announcedSizesAreCheckedBeforeRoomIsMade() {
        String large = "'fortran_order': False, 'shape': (60000000, 1, 1), }";
        assertRefused(
                zip(true, Map.of("h.npy", TestCsi.npy(1, "<c8", large, new byte[8]))),
                "'h.npy' has 8 bytes of data, and its shape [60000000, 1, 1] of <c8 takes");
    }
}
