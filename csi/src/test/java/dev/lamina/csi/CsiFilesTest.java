package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsiFilesTest {
    private static final List<String> ALL =
            List.of("npy", "npz", "safetensors", "h5", "hdf5", "mat", "NPZ");

    @TempDir Path folder;

    static Stream<Arguments> roundTrips() {
        return ALL.stream()
                .flatMap(extension ->
                        Stream.of(
                                Arguments.of(extension, 7, new CsiShape(5, 3, 4)),
                                Arguments.of(extension, 1, new CsiShape(1, 1, 1)),
                                Arguments.of(extension, 3, new CsiShape(20, 96, 1)),
                                // more than a buffer of 1 MB holds
                                Arguments.of(extension, 2, new CsiShape(20, 96, 100))));
    }

    @ParameterizedTest
    @MethodSource("roundTrips")
    void whatIsWrittenIsReadAgain(String extension, int tracks, CsiShape shape) {
        Csi csi = TestCsi.random(1, tracks, shape);
        Path file = folder.resolve("channels." + extension);
        CsiFiles.write(file, csi);
        Csi read = CsiFiles.read(file);
        if (extension.equals("npy")) {
            TestCsi.assertSameChannels(read, csi);
            assertThat(read.labels()).isEmpty();
        } else {
            TestCsi.assertSame(read, csi);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"npz", "safetensors", "h5", "mat"})
    void theSameChannelsGiveTheSameBytes(String extension) throws IOException {
        Path one = folder.resolve("one." + extension);
        Path two = folder.resolve("two." + extension);
        CsiFiles.write(one, TestCsi.random(1, 3, new CsiShape(2, 3, 4)));
        CsiFiles.write(two, TestCsi.random(1, 3, new CsiShape(2, 3, 4)));
        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoOther() throws IOException {
        Path file = folder.resolve("h.npy");
        CsiFiles.write(file, TestCsi.random(1, 3, new CsiShape(2, 3, 4)));
        byte[] before = Files.readAllBytes(file);
        Csi failing =
                new Csi() {
                    @Override
                    public CsiShape shape() {
                        return new CsiShape(1, 1, 1);
                    }

                    @Override
                    public int tracks() {
                        return 1;
                    }

                    @Override
                    public float[] track(int index) {
                        throw new IllegalStateException("no track");
                    }

                    @Override
                    public Map<String, double[]> labels() {
                        return Map.of();
                    }
                };
        assertThatThrownBy(() -> CsiFiles.write(file, failing))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"channels.csv", "channels", "x.mat.gz"})
    void unknownExtensionsAreRefusedBothWays(String name) {
        Path file = folder.resolve(name);
        Csi csi = TestCsi.random(1, 1, new CsiShape(1, 1, 1));
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(".npy, .npz, .safetensors, .h5, .hdf5 or .mat");
        assertThatThrownBy(() -> CsiFiles.write(file, csi)).isInstanceOf(BadInputException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aMissingFileIsBadInput() {
        assertThatThrownBy(() -> CsiFiles.read(folder.resolve("none.npy")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("none.npy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h", "two words", "1st", "a/b", "\""})
    void labelsThatNotAllFormatsHoldAreRefused(String name) {
        Csi csi = TestCsi.counting(2, new CsiShape(1, 1, 1), Map.of(name, new double[] {1, 2}));
        assertThatThrownBy(() -> CsiFiles.write(folder.resolve("x.npz"), csi))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the label '" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"npy", "npz", "safetensors", "h5", "mat"})
    void everyFileThatIsCutShortIsRefused(String extension) throws IOException {
        Path whole = folder.resolve("whole." + extension);
        CsiFiles.write(whole, TestCsi.random(3, 4, new CsiShape(2, 3, 2)));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut." + extension);
        for (int length = 0; length < bytes.length; length += length < 200 ? 7 : 61) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> CsiFiles.read(cut))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("cut." + extension)
                    .hasMessageContaining("Maybe ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"npy", "npz", "safetensors", "h5", "mat"})
    void channelsThatAreNoNumbersAreRefused(String extension) {
        Csi csi = TestCsi.random(3, 4, new CsiShape(2, 3, 2));
        csi.track(2)[2 * 7] = Float.NaN;
        Path file = folder.resolve("nan." + extension);
        CsiFiles.write(file, csi);
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(
                        file + ": track 2 of 4 has NaN at step 1, subcarrier 0, antenna 1");
    }

    @Test
    void blocksOfTracksGiveTheSameMatFile() throws IOException {
        Csi csi = TestCsi.random(5, 7, new CsiShape(2, 3, 2));
        Path whole = folder.resolve("whole.mat");
        Path blocks = folder.resolve("blocks.mat");
        MatWriter.write(whole, csi, 1 << 20);
        MatWriter.write(blocks, csi, 3 * 8 * csi.shape().size());
        assertThat(blocks).hasSameBinaryContentAs(whole);
    }
}
