package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.util.List;

/// Any bytes as an ONNX model to cut: there is a part of it that can be cut again, or it is refused
/// as bad input.
public final class OnnxCutFuzz {
    private static final List<OnnxValue> INPUTS = List.of(OnnxValue.floats("x", -1, 2));
    private static final List<OnnxValue> OUTPUTS = List.of(OnnxValue.floats("y", -1, 2));

    private OnnxCutFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        byte[] part;
        try {
            part = OnnxCut.apply(input, "fuzzed", INPUTS, OUTPUTS);
        } catch (BadInputException e) {
            return; // As it should be.
        }
        if (part.length > input.length + 200) {
            throw new AssertionError("a part of " + part.length + " bytes of " + input.length);
        }
        if (!java.util.Arrays.equals(part, OnnxCut.apply(part, "part", INPUTS, OUTPUTS))) {
            throw new AssertionError("a part of a part is another");
        }
    }

    static List<byte[]> seeds() {
        OnnxGraph whole = new OnnxGraph("whole", 17).operators("com.microsoft", 1);
        whole.input(OnnxValue.floats("in", -1, 2)).input(OnnxValue.floats("mask", -1));
        whole.constant("two", new long[] {1}, 2);
        whole.constant("w", FloatTensor.zeros(2, 2));
        whole.constant("unused", OnnxValue.Type.INT8, new long[] {2}, new byte[2]);
        whole.node("Identity", List.of("in"), "x");
        whole.node("MatMul", List.of("x", "w"), "h", new OnnxAttribute.Whole("a", 3));
        whole.node("Add", List.of("h", "mask"), "y", new OnnxAttribute.Wholes("axes", 0, 1));
        whole.node("Neg", List.of("y"), "out", new OnnxAttribute.Real("r", 0.5f));
        whole.output(OnnxValue.floats("out", -1, 2));
        OnnxGraph small = new OnnxGraph("short", 17);
        small.node("", "Neg", List.of("x"), List.of("y"));
        small.input(OnnxValue.floats("x", -1, 2)).output(OnnxValue.floats("y", -1, 2));
        byte[] body =
                OnnxBytes.field(
                        5,
                        OnnxBytes.field(
                                6, OnnxBytes.node("Neg", "inner", List.of("x", "outside"))));
        return List.of(
                whole.toBytes(),
                small.toBytes(),
                OnnxBytes.model(
                        OnnxBytes.node("Identity", "i", List.of("in"), output("x")),
                        OnnxBytes.node("Identity", "o", List.of("in"), output("outside")),
                        OnnxBytes.node("If", "if", List.of("x"), output("y"), body)));
    }

    static byte[] output(String name) {
        return OnnxBytes.field(2, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
