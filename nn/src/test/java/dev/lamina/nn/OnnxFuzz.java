package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.util.List;

/// Any bytes as an ONNX model: its initialisers can be read, or it is refused as bad input.
public final class OnnxFuzz {
    private OnnxFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            OnnxInitializers model = OnnxInitializers.read(input, "fuzzed");
            long bytes = 0;
            for (String name : model.names()) {
                if (model.isFloat(name)) {
                    bytes += (long) Float.BYTES * model.tensor(name).size();
                }
            }
            if (bytes > input.length) {
                throw new AssertionError("tensors of " + bytes + " bytes in " + input.length);
            }
            model.byParameterName();
        } catch (BadInputException e) {
            // As it should be.
        }
    }

    static List<byte[]> seeds() {
        FloatTensor matrix = new FloatTensor(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6});
        FloatTensor vector = new FloatTensor(new long[] {3}, new float[] {7, 8, 9});
        return List.of(
                OnnxBytes.model(OnnxBytes.rawTensor("a.b", vector)),
                OnnxBytes.model(
                        OnnxBytes.node("MatMul", "/dense/MatMul", List.of("x", "7")),
                        OnnxBytes.tensor("7", 1, new byte[0], 0, 1L << 40)),
                OnnxBytes.model(
                        OnnxBytes.node("MatMul", "/dense/MatMul", List.of("x", "onnx::MatMul_7")),
                        OnnxBytes.node(
                                "Gemm",
                                "/g/Gemm",
                                List.of("y", "g.weight", "dense.bias"),
                                OnnxBytes.transB()),
                        OnnxBytes.rawTensor("onnx::MatMul_7", matrix),
                        OnnxBytes.rawTensor("g.weight", matrix),
                        OnnxBytes.floatDataTensor("dense.bias", vector),
                        OnnxBytes.rawTensor(
                                "onnx::Pow_8", new FloatTensor(new long[0], new float[] {2})),
                        OnnxBytes.tensor("embeddings.position_ids", 7, new byte[16], 1, 2)));
    }
}
