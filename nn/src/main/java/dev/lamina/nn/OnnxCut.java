package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts a part out of an ONNX model: what is between tensors that become its inputs and tensors
/// that become its outputs. Nodes, constants and the versions of operators are copied as they are,
/// byte for byte; what the outputs do not need is left out.
public final class OnnxCut {
    private static final int MODEL_FUNCTION = 25;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_GRAPH = 6;
    private static final int ATTRIBUTE_GRAPHS = 11;
    private static final int TENSOR_NAME = 8;
    private static final int VALUE_NAME = 1;
    private static final int DEEPEST = 16;

    private final String file;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, ByteBuffer> constants = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> graphInputs = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> graphOutputs = new LinkedHashMap<>();

    /// @param needs names of tensors, those that bodies of loops and branches take from outside
    ///   (and perhaps more names) included
    private record Node(ByteBuffer bytes, Set<String> needs) {}

    /// What outputs need.
    private record Needed(BitSet nodes, Set<String> inputs, Set<String> constants) {}

    private OnnxCut(ProtoReader graph) {
        file = graph.file();
        while (graph.hasMore()) {
            switch (graph.nextField()) {
                case OnnxGraph.GRAPH_NODE -> node(graph);
                case OnnxGraph.GRAPH_INITIALIZER -> named(graph, TENSOR_NAME, constants);
                case OnnxGraph.GRAPH_INPUT -> named(graph, VALUE_NAME, graphInputs);
                case OnnxGraph.GRAPH_OUTPUT -> named(graph, VALUE_NAME, graphOutputs);
                default -> graph.skip();
            }
        }
    }

    /// The part of a model that computes `outputs` from `inputs`, and from the model's own inputs
    /// as far as it needs them still.
    ///
    /// @param inputs tensors inside the model that become inputs
    /// @param outputs tensors of the model that are to be computed
    /// @param nameForErrors what messages call the model
    /// @throws BadInputException if it is not a well-formed ONNX model, a tensor is not there, or
    ///   the outputs do not depend on an input
    public static byte[] apply(
            byte[] model, String nameForErrors, List<OnnxValue> inputs, List<OnnxValue> outputs) {
        ProtoReader in = new ProtoReader(model, nameForErrors);
        ProtoWriter out = new ProtoWriter();
        ProtoReader graph = null;
        while (in.hasMore()) {
            switch (in.nextField()) {
                case OnnxGraph.MODEL_IR_VERSION -> {
                    in.require(ProtoReader.VARINT, "ir_version");
                    out.number(OnnxGraph.MODEL_IR_VERSION, in.varint());
                }
                case OnnxGraph.MODEL_OPERATOR_SET -> {
                    in.require(ProtoReader.BYTES, "an operator set");
                    out.bytes(OnnxGraph.MODEL_OPERATOR_SET, in.message().rest());
                }
                case MODEL_FUNCTION -> {
                    in.require(ProtoReader.BYTES, "a function");
                    out.bytes(MODEL_FUNCTION, in.message().rest());
                }
                case OnnxGraph.MODEL_GRAPH -> {
                    in.require(ProtoReader.BYTES, "the graph");
                    if (graph != null) {
                        throw in.defect("there is a second graph");
                    }
                    graph = in.message();
                }
                default -> in.skip();
            }
        }
        if (graph == null) {
            throw in.defect("the model ends without a graph");
        }
        return out.message(OnnxGraph.MODEL_GRAPH, new OnnxCut(graph).cut(inputs, outputs))
                .toBytes();
    }

    private void node(ProtoReader graph) {
        graph.require(ProtoReader.BYTES, "a node");
        ProtoReader in = graph.message();
        ByteBuffer bytes = in.rest();
        Set<String> needs = new LinkedHashSet<>();
        List<String> outputs = new ArrayList<>(1);
        readNode(in, needs, outputs, 0);
        for (String output : outputs) {
            if (!output.isEmpty() && producers.put(output, nodes.size()) != null) {
                throw graph.defect("two nodes compute " + Shown.quoted(output));
            }
        }
        nodes.add(new Node(bytes, needs));
    }

    private static void readNode(
            ProtoReader in, Set<String> needs, List<String> outputs, int depth) {
        while (in.hasMore()) {
            switch (in.nextField()) {
                case NODE_INPUT -> needs.add(in.string("a node's input"));
                case NODE_OUTPUT -> outputs.add(in.string("a node's output"));
                case NODE_ATTRIBUTE -> {
                    in.require(ProtoReader.BYTES, "an attribute");
                    readAttribute(in.message(), needs, depth);
                }
                default -> in.skip();
            }
        }
        needs.remove("");
    }

    private static void readAttribute(ProtoReader in, Set<String> needs, int depth) {
        while (in.hasMore()) {
            int field = in.nextField();
            if (field != ATTRIBUTE_GRAPH && field != ATTRIBUTE_GRAPHS) {
                in.skip();
                continue;
            }
            in.require(ProtoReader.BYTES, "a body");
            if (depth == DEEPEST) {
                throw in.defect("bodies of nodes are nested too deeply");
            }
            ProtoReader body = in.message();
            while (body.hasMore()) {
                switch (body.nextField()) {
                    case OnnxGraph.GRAPH_NODE -> {
                        body.require(ProtoReader.BYTES, "a node");
                        readNode(body.message(), needs, new ArrayList<>(), depth + 1);
                    }
                    case OnnxGraph.GRAPH_OUTPUT -> {
                        body.require(ProtoReader.BYTES, "an output");
                        needs.add(name(body.message(), VALUE_NAME));
                    }
                    default -> body.skip();
                }
            }
        }
    }

    private static void named(ProtoReader graph, int field, Map<String, ByteBuffer> into) {
        graph.require(ProtoReader.BYTES, "a tensor");
        ProtoReader in = graph.message();
        ByteBuffer bytes = in.rest();
        String name = name(in, field);
        if (into.put(name, bytes) != null) {
            throw graph.defect(Shown.quoted(name) + " stands there a second time");
        }
    }

    private static String name(ProtoReader in, int field) {
        String name = "";
        while (in.hasMore()) {
            if (in.nextField() == field) {
                name = in.string("a name");
            } else {
                in.skip();
            }
        }
        return name;
    }

    private ProtoWriter cut(List<OnnxValue> inputs, List<OnnxValue> outputs) {
        Map<String, OnnxValue> given = new LinkedHashMap<>();
        for (OnnxValue input : inputs) {
            BadInputException.check(
                    producers.containsKey(input.name()) || graphInputs.containsKey(input.name()),
                    file + " has no tensor " + Shown.quoted(input.name()),
                    "the model is another one.");
            given.put(input.name(), input);
        }
        Needed needed = needed(given.keySet(), outputs);
        ProtoWriter part = new ProtoWriter().text(OnnxGraph.GRAPH_NAME, "part");
        needed.nodes().stream()
                .forEach(i -> part.bytes(OnnxGraph.GRAPH_NODE, nodes.get(i).bytes()));
        constants.forEach((name, bytes) -> {
            if (needed.constants().contains(name)) {
                part.bytes(OnnxGraph.GRAPH_INITIALIZER, bytes);
            }
        });
        given.forEach((name, input) -> {
            BadInputException.check(
                    needed.inputs().contains(name),
                    file + ": the outputs do not depend on " + Shown.quoted(name),
                    "leave it out, or cut elsewhere.");
            part.message(OnnxGraph.GRAPH_INPUT, input.proto());
        });
        graphInputs.forEach((name, bytes) -> {
            if (needed.inputs().contains(name) && !given.containsKey(name)) {
                part.bytes(OnnxGraph.GRAPH_INPUT, bytes);
            }
        });
        for (OnnxValue output : outputs) {
            @Nullable ByteBuffer own = graphOutputs.get(output.name());
            if (own == null) {
                part.message(OnnxGraph.GRAPH_OUTPUT, output.proto());
            } else {
                part.bytes(OnnxGraph.GRAPH_OUTPUT, own);
            }
        }
        return part;
    }

    private Needed needed(Set<String> given, List<OnnxValue> outputs) {
        Needed needed = new Needed(new BitSet(), new LinkedHashSet<>(), new LinkedHashSet<>());
        Deque<String> open = new ArrayDeque<>();
        Set<String> seen = new LinkedHashSet<>();
        for (OnnxValue output : outputs) {
            BadInputException.check(
                    producers.containsKey(output.name()),
                    file + " computes no tensor " + Shown.quoted(output.name()),
                    "the model is another one.");
            open.add(output.name());
        }
        while (!open.isEmpty()) {
            String name = open.remove();
            if (!seen.add(name)) {
                continue;
            }
            @Nullable Integer producer = producers.get(name);
            if (given.contains(name)) {
                needed.inputs().add(name);
            } else if (producer != null) {
                if (!needed.nodes().get(producer)) {
                    needed.nodes().set(producer);
                    open.addAll(nodes.get(producer).needs());
                }
            } else {
                // A constant may be an input too, as its default; what is neither belongs to a
                // body.
                if (constants.containsKey(name)) {
                    needed.constants().add(name);
                }
                if (graphInputs.containsKey(name)) {
                    needed.inputs().add(name);
                }
            }
        }
        return needed;
    }
}
