package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Writes an ONNX model, for runtimes that run such: nodes in an order in which they can be
/// computed, constants, what goes in and what comes out. Nothing is checked but sizes: who loads
/// the model does that.
///
/// Field numbers: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
public final class OnnxGraph {
    static final int MODEL_IR_VERSION = 1;
    static final int MODEL_PRODUCER = 2;
    static final int MODEL_GRAPH = 7;
    static final int MODEL_OPERATOR_SET = 8;
    static final int GRAPH_NODE = 1;
    static final int GRAPH_NAME = 2;
    static final int GRAPH_INITIALIZER = 5;
    static final int GRAPH_INPUT = 11;
    static final int GRAPH_OUTPUT = 12;
    private static final int TENSOR_DIMENSION = 1;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW = 9;
    private static final int IR_VERSION = 8;

    private final ProtoWriter parts = new ProtoWriter();
    private final Map<String, Integer> operatorSets = new LinkedHashMap<>();
    private final List<Constant> constants = new ArrayList<>();

    /// @param head of the `TensorProto`, up to its values
    private record Constant(ProtoWriter head, int bytes, Values values) {
        int size() {
            return head.size() + bytes;
        }
    }

    private interface Values {
        void to(ByteBuffer out);
    }

    /// @param name of the graph
    /// @param version of ONNX's own operators
    public OnnxGraph(String name, int version) {
        parts.text(GRAPH_NAME, name);
        operatorSets.put("", version);
    }

    /// Imports another domain's operators.
    public OnnxGraph operators(String domain, int version) {
        operatorSets.put(domain, version);
        return this;
    }

    /// Adds what goes in.
    public OnnxGraph input(OnnxValue value) {
        parts.message(GRAPH_INPUT, value.proto());
        return this;
    }

    /// Adds what comes out.
    public OnnxGraph output(OnnxValue value) {
        parts.message(GRAPH_OUTPUT, value.proto());
        return this;
    }

    /// Adds a node of ONNX's own operators with one output.
    ///
    /// @return the output's name
    public String node(
            String operator, List<String> inputs, String output, OnnxAttribute... attributes) {
        node("", operator, inputs, List.of(output), attributes);
        return output;
    }

    /// Adds a node.
    ///
    /// @param domain of the operator; empty for ONNX's own
    /// @param inputs names; empty where an optional one is left out
    public void node(
            String domain,
            String operator,
            List<String> inputs,
            List<String> outputs,
            OnnxAttribute... attributes) {
        ProtoWriter node = new ProtoWriter();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, outputs.getFirst()).text(4, operator);
        for (OnnxAttribute attribute : attributes) {
            OnnxAttribute.write(attribute, node);
        }
        if (!domain.isEmpty()) {
            node.text(7, domain);
        }
        parts.message(GRAPH_NODE, node);
    }

    /// Adds an fp32 constant.
    ///
    /// @return its name
    public String constant(String name, FloatTensor tensor) {
        return constant(name, tensor.shape(), () -> tensor);
    }

    /// Adds an fp32 constant that is read when the model is written, and not kept: weights are in
    /// memory once.
    ///
    /// @return its name
    public String constant(String name, long[] shape, Supplier<FloatTensor> tensor) {
        int size = Math.toIntExact(FloatTensor.sizeOf(shape));
        return constant(
                name,
                OnnxValue.Type.FLOAT,
                shape,
                size,
                out -> out.asFloatBuffer().put(tensor.get().values(), 0, size));
    }

    /// Adds an int64 constant.
    ///
    /// @return its name
    public String constant(String name, long[] shape, long... values) {
        return constant(
                name,
                OnnxValue.Type.INT64,
                shape,
                values.length,
                out -> out.asLongBuffer().put(values));
    }

    /// Adds a constant of bytes, signed or not.
    ///
    /// @return its name
    public String constant(String name, OnnxValue.Type type, long[] shape, byte[] values) {
        if (type.bytes() != 1) {
            throw new IllegalArgumentException(name + ": " + type + " is not of bytes");
        }
        return constant(name, type, shape, values.length, out -> out.put(values));
    }

    private String constant(
            String name, OnnxValue.Type type, long[] shape, int size, Values values) {
        if (FloatTensor.sizeOf(shape) != size) {
            throw new IllegalArgumentException(name + ": " + size + " values for its shape");
        }
        int bytes = Math.multiplyExact(size, type.bytes());
        ProtoWriter head = new ProtoWriter();
        for (long length : shape) {
            head.number(TENSOR_DIMENSION, length);
        }
        head.number(TENSOR_TYPE, type.code()).text(TENSOR_NAME, name).header(TENSOR_RAW, bytes);
        constants.add(new Constant(head, bytes, values));
        return name;
    }

    /// The model, encoded.
    ///
    /// @throws BadInputException if it is above 2 GB
    public byte[] toBytes() {
        List<ProtoWriter> tags = new ArrayList<>();
        long graphBytes = parts.size();
        for (Constant constant : constants) {
            ProtoWriter tag = new ProtoWriter().header(GRAPH_INITIALIZER, constant.size());
            tags.add(tag);
            graphBytes += tag.size() + (long) constant.size();
        }
        ProtoWriter head = new ProtoWriter().number(MODEL_IR_VERSION, IR_VERSION);
        head.text(MODEL_PRODUCER, "lamina");
        operatorSets.forEach((domain, version) ->
                head.message(
                        MODEL_OPERATOR_SET, new ProtoWriter().text(1, domain).number(2, version)));
        BadInputException.check(
                graphBytes + head.size() + 16 < Integer.MAX_VALUE,
                "an ONNX model of " + graphBytes + " bytes is above 2 GB",
                "cut the model into parts of fewer blocks.");
        head.header(MODEL_GRAPH, (int) graphBytes);
        ByteBuffer out =
                ByteBuffer.allocate((int) (head.size() + graphBytes))
                        .order(ByteOrder.LITTLE_ENDIAN);
        head.to(out);
        parts.to(out);
        for (int i = 0; i < constants.size(); i++) {
            Constant constant = constants.get(i);
            tags.get(i).to(out);
            constant.head().to(out);
            constant.values().to(out.slice().order(ByteOrder.LITTLE_ENDIAN));
            out.position(out.position() + constant.bytes());
        }
        return out.array();
    }
}
