package dev.lamina.nn;

import java.util.List;

/// A tensor that goes into an ONNX graph or comes out of it.
///
/// @param dimensions with -1 where any length fits
public record OnnxValue(String name, Type type, List<Integer> dimensions) {
    private static final int NAME = 1;
    private static final int TYPE = 2;
    private static final int TENSOR_TYPE = 1;
    private static final int ELEMENT_TYPE = 1;
    private static final int SHAPE = 2;
    private static final int DIMENSION = 1;
    private static final int LENGTH = 1;
    private static final int VARIABLE = 2;

    /// Types of elements.
    public enum Type {
        FLOAT(1, 4),
        UINT8(2, 1),
        INT8(3, 1),
        INT32(6, 4),
        INT64(7, 8);

        private final int code;
        private final int bytes;

        Type(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        /// Its number in `TensorProto.DataType`.
        int code() {
            return code;
        }

        /// Bytes of an element.
        int bytes() {
            return bytes;
        }
    }

    public OnnxValue {
        dimensions = List.copyOf(dimensions);
    }

    /// Real numbers.
    public static OnnxValue floats(String name, Integer... dimensions) {
        return new OnnxValue(name, Type.FLOAT, List.of(dimensions));
    }

    /// As a `ValueInfoProto`. Dimensions of any length get names of their own.
    ProtoWriter proto() {
        ProtoWriter shape = new ProtoWriter();
        for (int i = 0; i < dimensions.size(); i++) {
            int length = dimensions.get(i);
            ProtoWriter dimension = new ProtoWriter();
            if (length < 0) {
                dimension.text(VARIABLE, name + "_" + i);
            } else {
                dimension.number(LENGTH, length);
            }
            shape.message(DIMENSION, dimension);
        }
        ProtoWriter tensor =
                new ProtoWriter().number(ELEMENT_TYPE, type.code()).message(SHAPE, shape);
        return new ProtoWriter()
                .text(NAME, name)
                .message(TYPE, new ProtoWriter().message(TENSOR_TYPE, tensor));
    }
}
