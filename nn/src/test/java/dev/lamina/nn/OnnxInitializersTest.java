package dev.lamina.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxInitializersTest {
    @ParameterizedTest
    @CsvSource({
        "/all-minilm-l6-v2.onnx, 6, 101, 22565376",
        "/bge-small-en-v1.5.onnx, 12, 197, 33212160"
    })
    void bundledModelsHoldExactlyTheParametersOfABertModel(
            String resource, int layers, int tensors, long parameters) {
        OnnxInitializers model = read(resource);
        Map<String, FloatTensor> byName = model.byParameterName();

        assertThat(byName.keySet())
                .hasSize(tensors)
                .containsExactlyInAnyOrderElementsOf(bertKeys(layers));
        assertThat(model.names().stream().filter(model::isFloat)).hasSize(tensors);
        assertThat(byName.values().stream().mapToLong(FloatTensor::size).sum())
                .isEqualTo(parameters);
        assertThat(shape(byName, "embeddings.word_embeddings.weight")).containsExactly(30522, 384);
        assertThat(shape(byName, "embeddings.LayerNorm.bias")).containsExactly(384);
        assertThat(shape(byName, "encoder.layer.1.attention.self.value.weight"))
                .containsExactly(384, 384);
        assertThat(shape(byName, "encoder.layer.0.intermediate.dense.weight"))
                .containsExactly(1536, 384);
        assertThat(shape(byName, "encoder.layer.0.output.dense.weight")).containsExactly(384, 1536);
    }

    @Test
    void anonymousWeightsAreTransposedAndNamedAfterTheirNode() {
        FloatTensor stored = new FloatTensor(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6});
        FloatTensor bias = new FloatTensor(new long[] {3}, new float[] {7, 8, 9});
        byte[] model =
                OnnxBytes.model(
                        OnnxBytes.node(
                                "MatMul", "/encoder/dense/MatMul", List.of("x", "onnx::MatMul_7")),
                        OnnxBytes.node(
                                "Add", "/encoder/dense/Add", List.of("encoder.dense.bias", "y")),
                        OnnxBytes.rawTensor("onnx::MatMul_7", stored),
                        OnnxBytes.floatDataTensor("encoder.dense.bias", bias),
                        OnnxBytes.rawTensor(
                                "onnx::Pow_8", new FloatTensor(new long[0], new float[] {2})));

        OnnxInitializers read = OnnxInitializers.read(model, "model.onnx");

        assertThat(read.names())
                .containsExactly("onnx::MatMul_7", "encoder.dense.bias", "onnx::Pow_8");
        assertThat(read.tensor("onnx::MatMul_7")).isEqualTo(stored);
        assertThat(read.shape("onnx::MatMul_7")).containsExactly(2, 3);
        assertThat(read.byParameterName())
                .containsExactly(
                        Map.entry(
                                "encoder.dense.weight",
                                new FloatTensor(new long[] {3, 2}, new float[] {1, 4, 2, 5, 3, 6})),
                        Map.entry("encoder.dense.bias", bias));
    }

    @Test
    void aMatrixOfUnknownNameOrOrientationIsRefused() {
        byte[] matrix = OnnxBytes.rawTensor("onnx::X_1", FloatTensor.zeros(2, 2));
        byte[] named = OnnxBytes.rawTensor("dense.weight", FloatTensor.zeros(2, 2));
        refuses(OnnxBytes.model(matrix), "'onnx::X_1'", "anonymous matrix fp32[2, 2]");
        refuses(
                OnnxBytes.model(
                        matrix, OnnxBytes.node("MatMul", "/a/MatMul", List.of("onnx::X_1", "x"))),
                "'onnx::X_1'",
                "'/a/MatMul'");
        refuses(
                OnnxBytes.model(
                        matrix, OnnxBytes.node("MatMul", "MatMul_12", List.of("x", "onnx::X_1"))),
                "'onnx::X_1'",
                "'MatMul_12'");
        refuses(
                OnnxBytes.model(
                        named,
                        OnnxBytes.node("MatMul", "/dense/MatMul", List.of("x", "dense.weight"))),
                "'dense.weight'",
                "as [in, out]");
        refuses(
                OnnxBytes.model(
                        named, OnnxBytes.node("Gemm", "/dense/Gemm", List.of("x", "dense.weight"))),
                "'dense.weight'",
                "as [in, out]");
        refuses(
                OnnxBytes.model(
                        matrix,
                        named,
                        OnnxBytes.node("MatMul", "/dense/MatMul", List.of("x", "onnx::X_1"))),
                "second 'dense.weight'");
        byte[] gemm =
                OnnxBytes.node(
                        "Gemm", "/dense/Gemm", List.of("x", "dense.weight"), OnnxBytes.transB());
        assertThat(OnnxInitializers.read(OnnxBytes.model(named, gemm), "m").byParameterName())
                .containsOnlyKeys("dense.weight");
    }

    @Test
    void integersAreListedButNoParameters() {
        byte[] model =
                OnnxBytes.model(OnnxBytes.tensor("embeddings.position_ids", 7, new byte[16], 1, 2));
        OnnxInitializers read = OnnxInitializers.read(model, "m");
        assertThat(read.names()).containsExactly("embeddings.position_ids");
        assertThat(read.isFloat("embeddings.position_ids")).isFalse();
        assertThat(read.byParameterName()).isEmpty();
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> read.tensor("embeddings.position_ids"))
                .withMessageContaining("int64[1, 2], not fp32");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("w_quantized", 3, new byte[4], 2, 2)),
                "int8[2, 2]");
    }

    @Test
    void malformedModelsAreRefused() {
        byte[] good = OnnxBytes.model(OnnxBytes.rawTensor("a.b", FloatTensor.zeros(2, 2)));
        for (int n = 0; n < good.length; n++) {
            refuses(Arrays.copyOf(good, n), "m: ", "Maybe ");
        }
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a", 1, new byte[12], 2, 2)),
                "12 bytes of raw_data",
                "fp32[2, 2]");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a", 1, new byte[4], -1)),
                "impossible shape [-1]");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a", 1, new byte[0], 1L << 40, 1L << 40, 0)),
                "impossible shape");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a", 7, new byte[4], 1)),
                "4 bytes of raw_data",
                "int64[1]");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a", 1, new byte[0], new long[65])),
                "more than 64 dimensions");
        byte[] twice = OnnxBytes.rawTensor("a.b", FloatTensor.zeros(1));
        refuses(OnnxBytes.model(twice, twice), "'a.b' stands there a second time");
        refuses(new byte[] {(byte) 0x3b}, "wire type 3");
        refuses(new byte[] {0x02, 0x00}, "field number 0");
        refuses(
                OnnxBytes.bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02),
                "more than 64 bits");
        refuses(
                OnnxBytes.bytes(0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
                "a length of");
    }

    /// The lengths around it are right: reading on would be reading the next tensor.
    @Test
    void aMessageThatEndsInsideAValueIsRefused() {
        byte[] next = OnnxBytes.rawTensor("next.one", FloatTensor.zeros(4));
        for (byte[] tensor :
                List.of(
                        OnnxBytes.floatDataTensor("a.b", FloatTensor.zeros(1, 3)),
                        OnnxBytes.rawTensor("a.b", FloatTensor.zeros(300)))) {
            int header = tensor.length < 130 ? 2 : 3;
            byte[] body = Arrays.copyOfRange(tensor, header, tensor.length);
            for (int n = 0; n < body.length; n++) {
                byte[] cut = OnnxBytes.field(5, Arrays.copyOf(body, n));
                refuses(OnnxBytes.model(cut, next), "m: ", "Maybe ");
            }
        }
        byte[] unknownFixed64 = OnnxBytes.field(5, OnnxBytes.bytes(0x79, 1, 2, 3));
        refuses(OnnxBytes.model(unknownFixed64, next), "ends inside a value of 8 bytes");
        byte[] openNumber = OnnxBytes.field(5, OnnxBytes.bytes(0x08, 0x80));
        refuses(OnnxBytes.model(openNumber, next), "ends inside a number");
    }

    @Test
    void valuesInAnotherFileAreRefused() {
        byte[] location = OnnxBytes.field(5, OnnxBytes.bytes(0x08, 0, 0x10, 1, 14 << 3, 1));
        byte[] externalData = OnnxBytes.field(5, OnnxBytes.bytes(0x08, 0, 0x10, 1, 13 << 3 | 2, 0));
        refuses(OnnxBytes.model(location), "another file");
        refuses(OnnxBytes.model(externalData), "another file");
        refuses(OnnxBytes.model(OnnxBytes.field(15, new byte[0])), "sparse");
    }

    @Test
    void anEmptyWeightOfAnAbsurdShapeIsRefused() {
        byte[] node = OnnxBytes.node("MatMul", "/dense/MatMul", List.of("x", "onnx::X_1"));
        byte[] empty = OnnxBytes.tensor("onnx::X_1", 1, new byte[0], 0, 1L << 40);
        refuses(OnnxBytes.model(node, empty), "is empty");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a.b", 1, new byte[4], -1, -1)),
                "impossible shape [-1, -1]");
        refuses(
                OnnxBytes.model(OnnxBytes.tensor("a.b", 1, new byte[0], 1L << 32, 1L << 32)),
                "impossible shape");
    }

    private static void refuses(byte[] model, String... messageParts) {
        assertThatExceptionOfType(BadInputException.class)
                .isThrownBy(() -> OnnxInitializers.read(model, "m").byParameterName())
                .satisfies(e -> assertThat(e.getMessage()).contains(messageParts));
    }

    private static long[] shape(Map<String, FloatTensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name)).shape();
    }

    private static OnnxInitializers read(String resource) {
        try (InputStream stream = OnnxInitializersTest.class.getResourceAsStream(resource)) {
            return OnnxInitializers.read(Objects.requireNonNull(stream), resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The state dict of Hugging Face's `BertModel`, without pooler and position_ids.
    private static Set<String> bertKeys(int layers) {
        Set<String> keys = new LinkedHashSet<>();
        for (String table :
                List.of("word_embeddings", "position_embeddings", "token_type_embeddings")) {
            keys.add("embeddings." + table + ".weight");
        }
        addLayer(keys, "embeddings.LayerNorm");
        for (int layer = 0; layer < layers; layer++) {
            for (String part :
                    List.of(
                            "attention.self.query",
                            "attention.self.key",
                            "attention.self.value",
                            "attention.output.dense",
                            "attention.output.LayerNorm",
                            "intermediate.dense",
                            "output.dense",
                            "output.LayerNorm")) {
                addLayer(keys, "encoder.layer." + layer + "." + part);
            }
        }
        return keys;
    }

    private static void addLayer(Set<String> keys, String layer) {
        keys.add(layer + ".weight");
        keys.add(layer + ".bias");
    }
}
