package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
    @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadBack() {
        RandomGenerator random = Seeds.stream(7, "safetensors");
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        tensors.put("z.weight", random(random, 513, 700)); // more than one buffer
        tensors.put("a.bias", random(random, 3));
        tensors.put("empty", FloatTensor.zeros(0, 5));
        tensors.put(
                "scalar \"é\" \uD83D\uDE00", new FloatTensor(new long[0], new float[] {Float.NaN}));
        Path path = folder.resolve("model.safetensors");

        SafeTensorsWriter.write(path, tensors, Map.of("format", "pt", "b", "2"));

        try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(file.metadata())
                    .containsExactly(Map.entry("b", "2"), Map.entry("format", "pt"));
            tensors.forEach((name, tensor) -> assertThat(file.read(name)).isEqualTo(tensor));
            assertThat(file.entry("a.bias"))
                    .isEqualTo(
                            new SafeTensorsFile.Entry(
                                    SafeTensorsDtype.F32,
                                    new long[] {3},
                                    4L * 513 * 700,
                                    4L * 513 * 700 + 12));
            assertThat(file.raw("a.bias").byteSize()).isEqualTo(12);
        }
    }

    /// Expected: what `safetensors.numpy.save` of the Python library 0.8.0 gives.
    @Test
    void theBytesAreThoseOfTheReferenceLibrary() throws IOException {
        Path path = folder.resolve("x.safetensors");
        SafeTensorsWriter.write(
                path,
                Map.of("a", new FloatTensor(new long[] {1, 2}, new float[] {1, -2})),
                Map.of("k", "v"));
        String header =
                "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],"
                        + "\"data_offsets\":[0,8]}}       ";
        assertThat(Files.readAllBytes(path))
                .isEqualTo(file(header, OnnxBytes.bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)));
        assertThat(folder).isDirectoryContaining("glob:**/x.safetensors");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    /// As the Python library 0.8.0 wrote it: sorted by width of the type, then by name.
    @Test
    void aFileOfTheReferenceLibraryIsRead() {
        SafeTensorsFile file =
                parse(
                        file(
                                "{\"__metadata__\":{\"k\":\"v\"},\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
                                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[16,16]},"
                                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[16,20]}} ",
                                HexFormat.of()
                                        .parseHex("07000000000000000000803f000000c0003800c0")));
        assertThat(file.names()).containsExactly("i", "a", "e", "b");
        assertThat(file.metadata()).containsExactly(Map.entry("k", "v"));
        assertThat(file.read("a"))
                .isEqualTo(new FloatTensor(new long[] {1, 2}, new float[] {1, -2}));
        assertThat(file.read("e")).isEqualTo(FloatTensor.zeros(0, 3));
        assertThat(file.read("b"))
                .isEqualTo(new FloatTensor(new long[] {2}, new float[] {0.5f, -2}));
    }

    @Test
    void theNameOfTheMetadataIsNoTensorName() {
        Path path = folder.resolve("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SafeTensorsWriter.write(
                                path, Map.of("__metadata__", FloatTensor.zeros(1)), Map.of()));
        assertThat(path).doesNotExist();
    }

    @Test
    void halfAndDoublePrecisionBecomeFp32() {
        ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(0.1).putDouble(1e300);
        data.putShort(Float.floatToFloat16(0.5f)).putShort((short) 0xc010);
        SafeTensorsFile file =
                parse(
                        file(
                                """
                                {"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},
                                 "h":{"dtype":"F16","shape":[],"data_offsets":[16,18]},
                                 "b":{"dtype":"BF16","shape":[1],"data_offsets":[18,20]}}\
                                """,
                                data.array()));
        assertThat(file.read("d").values()).containsExactly(0.1f, Float.POSITIVE_INFINITY);
        assertThat(file.read("h").values()).containsExactly(0.5f);
        assertThat(file.read("b").values()).containsExactly(-2.25f);
    }

    @Test
    void integersAndUnknownNamesAreRefused() {
        SafeTensorsFile file =
                parse(
                        file(
                                "{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                                8));
        assertThat(file.entry("ids").dtype()).isEqualTo(SafeTensorsDtype.I64);
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> file.read("ids"))
                .withMessageContainingAll("test.safetensors", "'ids'", "I64[1]", "Maybe ");
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> file.read("weight"))
                .withMessageContainingAll("no tensor 'weight'", "(the first is 'ids')");
    }

    @Test
    void aFileAboveTwoGigabytesIsReadAtItsEnd() throws IOException {
        Path path = folder.resolve("large.safetensors");
        long gap = 3L << 30;
        byte[] start =
                file(
                        "{\"gap\":{\"dtype\":\"U8\",\"shape\":["
                                + gap
                                + "],\"data_offsets\":[0,"
                                + gap
                                + "]},"
                                + "\"end\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":["
                                + gap
                                + ","
                                + (gap + 4)
                                + "]}}",
                        new byte[0]);
        try (FileChannel sparse =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(start));
            sparse.write(ByteBuffer.wrap(OnnxBytes.bytes(0, 0, 0x80, 0x3f)), start.length + gap);
        }
        try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertThat(file.read("end").values()).containsExactly(1f);
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] good = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        parse(good);
        for (int n = 0; n < good.length; n++) {
            byte[] cut = Arrays.copyOf(good, n);
            assertThatExceptionOfType(BadInputException.class)
                    .isThrownBy(() -> parse(cut))
                    .withMessageContainingAll("test.safetensors", "Maybe ");
        }
    }

    @Test
    void anAbsurdHeaderLengthIsRefused() {
        byte[] bytes = file("{}", 0);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, -1);
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> parse(bytes))
                .withMessageContaining("18446744073709551615");
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> SafeTensorsFile.open(folder.resolve("absent")))
                .withMessageContaining("absent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}} | 'a' has the unknown dtype 'F31'",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | takes 12 bytes",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | '-2'",
                "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | VALUE_NUMBER_FLOAT",
                "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | '99999999999999999999'",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | overflows",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}} | ends at byte 9",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | [8, 0]",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4,8]}} | [0, 4, 8]",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | leaving a hole after 0",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | but 8 follow the header",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                        + "'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 'b' begins at byte 4",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                        + "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 'a' stands twice",
                "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} | dtype twice",
                "{'a':{'dtype':'F32','shape':[2]}} | lacks data_offsets",
                "{'a':7} | START_OBJECT",
                "{'__metadata__':{'k':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 'k'",
                "{'__metadata__':{'k':'1','k':'2'}} | 'k' twice",
                "{'__metadata__':{},'__metadata__':{}} | stands twice",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x | JSON",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{} | after the header",
                "{'a':{'x':[[[[[[[[[[[[]]]]]]]]]]]],'dtype':'F32'}} | JSON",
                "{'\\ud800':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | no Unicode",
                "[] | '{'",
            })
    void aDefectiveHeaderIsRefused(String header, String message) {
        byte[] bytes = file(header.replace('\'', '"'), 8);
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> parse(bytes))
                .withMessageContainingAll("test.safetensors: ", message, "Maybe ");
    }

    @Test
    void aShapeOfTooManyDimensionsIsRefused() {
        String shape = "1,".repeat(64) + "1";
        byte[] bytes =
                file(
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":["
                                + shape
                                + "],\"data_offsets\":[0,1]}}",
                        1);
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> parse(bytes))
                .withMessageContainingAll("'a'", "more than 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-32LE", "ISO-8859-1"})
    void aHeaderThatIsNotUtf8IsRefused(String charset) {
        byte[] header =
                "{\"é\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
                        .getBytes(Charset.forName(charset));
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> parse(withLength(header, new byte[8])));
    }

    @Test
    void fieldsOfLaterVersionsAreIgnored() {
        SafeTensorsFile file =
                parse(
                        file(
                                "{\"a\":{\"new\":{\"x\":[1]},\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                                8));
        assertThat(file.names()).isEqualTo(Collections.singleton("a"));
    }

    static byte[] file(String header, int zeroes) {
        return file(header, new byte[zeroes]);
    }

    static byte[] file(String header, byte[] data) {
        return withLength(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] withLength(byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    private static SafeTensorsFile parse(byte[] bytes) {
        return SafeTensorsFile.parse(MemorySegment.ofArray(bytes), "test.safetensors");
    }

    private static FloatTensor random(RandomGenerator random, long... shape) {
        FloatTensor tensor = FloatTensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
