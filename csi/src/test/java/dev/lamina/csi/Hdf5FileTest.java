package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files were made by `fixtures.py` with h5py 3.7 and HDF5 1.10.
class Hdf5FileTest {
    private static final CsiShape SHAPE = new CsiShape(4, 3, 2);
    private static final double[] SPEED_KMH = {0, 10, 20, 30, 40};

    @TempDir Path folder;

    static byte[] fixture(String name) {
        try (InputStream in = Hdf5FileTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path file(String name) throws IOException {
        return Files.write(folder.resolve(name), fixture(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contiguous.h5",
                "gzip.h5",
                "lzf.h5",
                "newest.h5",
                "parts.h5",
                "matlab.h5",
            })
    void filesOfH5pyAreRead(String name) throws IOException {
        TestCsi.assertSame(
                CsiFiles.read(file(name)),
                TestCsi.counting(5, SHAPE, Map.of("speed_kmh", SPEED_KMH)));
    }

    @Test
    void theExtensionMatReversesTheAxes() throws IOException {
        Path file = Files.write(folder.resolve("x.mat"), fixture("contiguous.h5"));
        assertThat(CsiFiles.read(file).shape()).isEqualTo(new CsiShape(3, 4, 5));
    }

    @Test
    void packedChunksThatAreDamagedAreRefused() throws IOException {
        byte[] bytes = fixture("gzip.h5");
        int at = bytes.length - 300;
        for (int i = 0; i < 200; i++) {
            bytes[at + i] ^= 0x55;
        }
        Path file = Files.write(folder.resolve("x.h5"), bytes);
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("x.h5")
                .hasMessageContaining("Maybe ");
    }

    @Test
    void matlab5IsNamed() throws IOException {
        byte[] old = "MATLAB 5.0 MAT-file, Platform: GLNXA64".getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(folder.resolve("x.mat"), old);
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is a MATLAB 5.0 file")
                .hasMessageContaining("-v7.3");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path file = Files.write(folder.resolve("x.h5"), new byte[5000]);
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("x.h5 cannot be read as HDF5");
    }

    @Test
    void matFilesHaveMatlabsUserBlock() throws IOException {
        Path file = folder.resolve("x.mat");
        CsiFiles.write(file, TestCsi.random(1, 3, SHAPE));
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, 0, 20, StandardCharsets.US_ASCII))
                .isEqualTo("MATLAB 7.3 MAT-file,");
        assertThat(bytes).containsSequence(0, 2, 'I', 'M');
        assertThat(bytes[125]).isEqualTo((byte) 2);
        assertThat(new String(bytes, 513, 3, StandardCharsets.US_ASCII)).isEqualTo("HDF");
    }
}
