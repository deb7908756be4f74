package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
    private static final CsiShape SHAPE = new CsiShape(1, 2, 1);

    /// `np.save(f, np.array([[[[1], [2 - 1j]]], [[[3 - 2j], [4 - 3j]]]], 'c8'))`, NumPy 1.24.
    private static final String SAVED =
            "934e554d5059010076007b276465736372273a20273c6338272c2027666f727472616e5f6f726465"
                    + "72273a2046616c73652c20277368617065273a2028322c20312c20322c2031292c207d"
                    + "20".repeat(52)
                    + "0a"
                    + "0000803f0000000000000040000080bf"
                    + "00004040000000c000008040000040c0";

    private static Csi read(byte[] bytes) {
        return NpyFile.read(MemorySegment.ofArray(bytes), "x.npy");
    }

    private static Csi counting() {
        return TestCsi.counting(2, SHAPE, Map.of());
    }

    @Test
    void bytesAreThoseOfNumPy() throws IOException {
        byte[] saved = HexFormat.of().parseHex(SAVED);
        TestCsi.assertSame(read(saved), counting());
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        NpyFile.write(Channels.newChannel(written), counting());
        assertThat(written.toByteArray()).isEqualTo(saved);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void versionsDifferInTheHeader(int version) {
        Csi csi =
                read(
                        TestCsi.npy(
                                version,
                                "<c8",
                                "'fortran_order': False, 'shape': (2, 1, 2), }",
                                TestCsi.floats(1, 0, 2, -1, 3, -2, 4, -3)));
        TestCsi.assertSame(csi, counting());
    }

    @Test
    void fortranOrderHasTheTracksFastest() {
        Csi csi =
                read(
                        TestCsi.npy(
                                1,
                                "<c8",
                                "'fortran_order': True, 'shape': (2, 1, 2), }",
                                TestCsi.floats(1, 0, 3, -2, 2, -1, 4, -3)));
        TestCsi.assertSame(csi, counting());
    }

    @Test
    void doublesAreRounded() {
        Csi csi =
                read(
                        TestCsi.npy(
                                1,
                                "<c16",
                                "'shape': (1L, 1, 1,), \"fortran_order\": False}",
                                Floats.bytes(new double[] {Math.PI, 1e-300})));
        assertThat(csi.track(0)).containsExactly((float) Math.PI, 0f);
    }

    @Test
    void trailingAxesAreAntennas() {
        byte[] data = TestCsi.floats(new double[2 * 2 * 3 * 2 * 2 * 2]);
        String shape = "'fortran_order': False, 'shape': (2, 3, 1, 2, 1, 2, 2), }";
        assertThat(read(TestCsi.npy(1, "<c8", shape, data)).shape())
                .isEqualTo(new CsiShape(3, 1, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {">c8", "<f4", "|O", "<c32", "|V8"})
    void otherTypesAreRefused(String descr) {
        byte[] file =
                TestCsi.npy(1, descr, "'fortran_order': False, 'shape': (1, 1, 1), }", new byte[8]);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("x.npy has the type '" + descr + "'")
                .hasMessageContaining("complex64 ('<c8') and complex128 ('<c16') are read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    'fortran_order': False, 'shape': (1, 1), }             | the 2 axes [1, 1]
                    'fortran_order': False, 'shape': (1, 2, 1), }          | has 8 bytes of data, and its shape [1, 2, 1] of <c8 takes 16
                    'fortran_order': False, 'shape': (999999999999, 999999999999, 999999999999), } | takes 9223372036854775807
                    'fortran_order': False, 'shape': (1, 1, -1), }         | something else than a length
                    'fortran_order': False, 'shape': (1, 1, 1e3), }        | has no )
                    'fortran_order': 0, 'shape': (1, 1, 1), }              | neither True nor False
                    'fortran_order': False, }                              | lacks descr, fortran_order or shape
                    'fortran_order': False, 'shape': (1, 1, 1), 'x': 1}    | unknown key 'x'
                    'descr': '<c8', 'shape': (1, 1, 1), }                  | twice
                    'fortran_order': False, 'shape': (1, 1, 1), } x        | goes on after its closing brace
                    'fortran_order': False, 'shape': (1, 1, 1              | has no )
                    """)
    void damagedHeadersAreRefused(String rest, String message) {
        assertThatThrownBy(() -> read(TestCsi.npy(1, "<c8", rest, new byte[8])))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("x.npy")
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe ");
    }

    @Test
    void anEmptyAxisIsRefused() {
        byte[] file =
                TestCsi.npy(1, "<c8", "'fortran_order': False, 'shape': (1, 0, 1), }", new byte[0]);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("[1, 0, 1]");
    }

    @Test
    void structuredArraysAreRefused() {
        byte[] file = TestCsi.npy(1, "", "", new byte[0]);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        byte[] structured =
                text.replace("'descr': ''", "'descr': [(").getBytes(StandardCharsets.ISO_8859_1);
        structured[8] = (byte) (structured.length - 10);
        assertThatThrownBy(() -> read(structured))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("structured array");
    }

    @Test
    void otherFilesAndVersionsAreRefused() {
        assertThatThrownBy(() -> read("PK34567890".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not begin as a .npy file");
        assertThatThrownBy(() -> read(TestCsi.npy(4, "<c8", "}", new byte[0])))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("version 4");
        byte[] longHeader = TestCsi.npy(2, "<c8", "}", new byte[0]);
        longHeader[11] = (byte) 0xff;
        assertThatThrownBy(() -> read(longHeader))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("above the limit of 65535");
    }
}
