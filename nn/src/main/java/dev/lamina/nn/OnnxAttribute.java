package dev.lamina.nn;

import java.util.Arrays;

/// An attribute of a node of an ONNX graph.
public sealed interface OnnxAttribute {
    String name();

    /// A whole number.
    record Whole(String name, long value) implements OnnxAttribute {}

    /// A real number.
    record Real(String name, float value) implements OnnxAttribute {}

    /// A list of whole numbers.
    @SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
    record Wholes(String name, long... values) implements OnnxAttribute {}

    /// As an `AttributeProto`.
    private ProtoWriter proto() {
        ProtoWriter out = new ProtoWriter().text(1, name());
        switch (this) {
            case Whole whole -> out.number(3, whole.value()).number(20, 2);
            case Real real -> out.fixed32(2, real.value()).number(20, 1);
            case Wholes wholes -> {
                Arrays.stream(wholes.values()).forEach(value -> out.number(8, value));
                out.number(20, 7);
            }
        }
        return out;
    }

    /// Adds it to a node.
    static void write(OnnxAttribute attribute, ProtoWriter node) {
        node.message(5, attribute.proto());
    }
}
