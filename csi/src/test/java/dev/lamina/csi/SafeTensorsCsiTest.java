package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.SafeTensorsDtype;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsCsiTest {
    @TempDir Path folder;

    private Path file(String header, byte[]... data) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        for (byte[] bytes : data) {
            file.put(bytes);
        }
        byte[] whole = new byte[file.flip().remaining()];
        file.get(whole);
        return Files.write(folder.resolve("x.safetensors"), whole);
    }

    @Test
    void halfAndSinglePartsAndLabelsAreRead() throws IOException {
        Path file =
                file(
                        "{\"re\":{\"dtype\":\"F16\",\"shape\":[2,1,2],\"data_offsets\":[0,8]},"
                                + "\"im\":{\"dtype\":\"F32\",\"shape\":[2,1,2],\"data_offsets\":[8,24]},"
                                + "\"user\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[24,26]}}",
                        TestCsi.halfs(1, 2, 3, 4),
                        TestCsi.floats(0, -1, -2, -3),
                        new byte[] {4, 9});
        TestCsi.assertSame(
                CsiFiles.read(file),
                TestCsi.counting(2, new CsiShape(1, 2, 1), Map.of("user", new double[] {4, 9})));
    }

    @Test
    void partsOfOtherTypesAreRefused() throws IOException {
        Path file =
                file(
                        "{\"re\":{\"dtype\":\"I16\",\"shape\":[2,1,2],\"data_offsets\":[0,8]},"
                                + "\"im\":{\"dtype\":\"F16\",\"shape\":[2,1,2],\"data_offsets\":[8,16]}}",
                        new byte[16]);
        assertThatThrownBy(() -> CsiFiles.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'re' I16 [2, 1, 2] is not of");
    }

    @Test
    void writtenFilesHaveFourAxesAndAlignedData() {
        Path file = folder.resolve("h.safetensors");
        CsiFiles.write(file, TestCsi.random(1, 3, new CsiShape(2, 5, 1)));
        try (SafeTensorsFile tensors = SafeTensorsFile.open(file)) {
            assertThat(tensors.names()).containsExactly("speed_kmh", "user", "re", "im");
            assertThat(tensors.entry("re").shape()).containsExactly(3, 2, 5, 1);
            assertThat(tensors.entry("im").dtype()).isEqualTo(SafeTensorsDtype.F32);
            assertThat(tensors.entry("user").dtype()).isEqualTo(SafeTensorsDtype.F64);
        }
    }
}
