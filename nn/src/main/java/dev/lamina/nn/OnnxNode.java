package dev.lamina.nn;

import java.util.ArrayList;
import java.util.List;

/// What [OnnxInitializers] must know of a node (`NodeProto`) of an ONNX graph.
///
/// @param name for a PyTorch export the module's path, as
///   `/encoder/layer.0/attention/self/query/MatMul`
/// @param operator `MatMul`, `Gemm`, `Gather` …
/// @param inputs names of initialisers or of other nodes' outputs
/// @param transB for `Gemm`: whether the second input is stored [out, in]
record OnnxNode(String name, String operator, List<String> inputs, boolean transB) {
    private static final int INPUT = 1;
    private static final int NAME = 3;
    private static final int OPERATOR = 4;
    private static final int ATTRIBUTE = 5;
    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_INTEGER = 3;

    static OnnxNode parse(ProtoReader in) {
        String name = "";
        String operator = "";
        List<String> inputs = new ArrayList<>(3);
        boolean transB = false;
        while (in.hasMore()) {
            switch (in.nextField()) {
                case INPUT -> inputs.add(in.string("a node's input"));
                case NAME -> name = in.string("a node's name");
                case OPERATOR -> operator = in.string("a node's operator");
                case ATTRIBUTE -> {
                    in.require(ProtoReader.BYTES, "an attribute");
                    transB |= isTransB(in.message());
                }
                default -> in.skip();
            }
        }
        return new OnnxNode(name, operator, inputs, transB);
    }

    private static boolean isTransB(ProtoReader in) {
        String name = "";
        long integer = 0;
        while (in.hasMore()) {
            switch (in.nextField()) {
                case ATTRIBUTE_NAME -> name = in.string("an attribute's name");
                case ATTRIBUTE_INTEGER -> {
                    in.require(ProtoReader.VARINT, "an attribute's integer");
                    integer = in.varint();
                }
                default -> in.skip();
            }
        }
        return name.equals("transB") && integer != 0;
    }
}
