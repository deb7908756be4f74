package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The initialisers (constant tensors) of an ONNX model, under their own names or under those of
/// the PyTorch parameters that they were exported from. Only what that takes is read: the graph's
/// nodes and initialisers; the operators are not run.
///
/// A PyTorch export keeps the names of embeddings, norms and biases. The weight of a linear layer
/// becomes an anonymous constant (`onnx::MatMul_787`) that is stored transposed, [in, out]; its
/// layer is found through the `MatMul` node that consumes it, whose name is the layer's path.
///
/// Not read: models above 2 GB, values in other files, and weights that are `Constant` nodes rather
/// than initialisers; the last do not appear, so hold the names against those the model needs.
///
/// Field numbers: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.
public final class OnnxInitializers {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_SPARSE_INITIALIZER = 15;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int MAX_INITIALIZERS = 1_000_000;

    /// `embeddings.LayerNorm.weight`: identifiers, at least two, with dots between.
    private static final Pattern PARAMETER_NAME = Pattern.compile("\\w+(\\.\\w+)+");

    private final String file;
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    private final Map<String, List<OnnxNode>> consumers = new LinkedHashMap<>();

    private OnnxInitializers(byte[] model, String file) {
        this.file = file;
        ProtoReader graph = graph(new ProtoReader(model, file));
        readTensors(graph.copy());
        readConsumers(graph.copy());
    }

    /// Reads a model that is in memory. The array is kept, not copied: it must not change.
    ///
    /// @param nameForErrors what messages call it
    /// @throws BadInputException if it is not a well-formed ONNX model
    public static OnnxInitializers read(byte[] model, String nameForErrors) {
        return new OnnxInitializers(model, nameForErrors);
    }

    /// Reads a model from a file.
    ///
    /// @throws BadInputException if there is no such file, it is above 2 GB, or not a well-formed
    ///   ONNX model
    /// @throws UncheckedIOException if it cannot be read
    public static OnnxInitializers read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BadInputException(
                    "no file " + path, "the name is mistyped, or the folder is not a model's.");
        }
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw tooLarge(path.toString());
            }
            return read(Files.readAllBytes(path), path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /// Reads a model from a stream, to its end. The stream is left open.
    ///
    /// @param nameForErrors what messages call it
    /// @throws BadInputException if it is not a well-formed ONNX model
    /// @throws UncheckedIOException if it cannot be read
    public static OnnxInitializers read(InputStream stream, String nameForErrors) {
        try {
            return read(readAll(stream, nameForErrors), nameForErrors);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read " + nameForErrors + ": " + e.getMessage(), e);
        }
    }

    /// `readAllBytes` would hold a large model twice; a resource of a jar knows its length.
    private static byte[] readAll(InputStream stream, String file) throws IOException {
        byte[] bytes = new byte[Math.min(stream.available(), MAX_BYTES)];
        int n = stream.readNBytes(bytes, 0, bytes.length);
        byte[] rest = stream.readNBytes(MAX_BYTES - n);
        if (stream.read() >= 0) {
            throw tooLarge(file);
        }
        if (n == bytes.length && rest.length == 0) {
            return bytes;
        }
        byte[] all = Arrays.copyOf(bytes, n + rest.length);
        System.arraycopy(rest, 0, all, n, rest.length);
        return all;
    }

    private static BadInputException tooLarge(String file) {
        return new BadInputException(
                file + " has more than 2 GB, which no ONNX model has",
                "it is not an ONNX model; larger models come as safetensors.");
    }

    /// Names of all initialisers of whatever type, as they stand in the file and in its order.
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /// Whether the initialiser is fp32, so that [#tensor] gives its values.
    public boolean isFloat(String name) {
        return find(name).isFloat();
    }

    /// Dimensions, outermost first; none for a scalar.
    public long[] shape(String name) {
        return find(name).shape().clone();
    }

    /// One fp32 initialiser as it stands in the file.
    ///
    /// @throws BadInputException if there is none of that name, or it is not fp32
    public FloatTensor tensor(String name) {
        OnnxTensor tensor = find(name);
        if (!tensor.isFloat()) {
            throw new BadInputException(
                    tensor.where() + " is " + tensor + ", not fp32",
                    "it is an index, or the model is quantised.");
        }
        return new FloatTensor(tensor.shape(), tensor.values());
    }

    /// The values of an initialiser of 8-bit integers, signed or not.
    ///
    /// @throws BadInputException if there is none of that name, or it is of another type
    public byte[] bytes(String name) {
        OnnxTensor tensor = find(name);
        byte[] values = tensor.bytes();
        if (values == null) {
            throw new BadInputException(
                    tensor.where() + " is " + tensor + ", not 8-bit integers",
                    "the model is not quantised.");
        }
        return values;
    }

    /// The fp32 initialisers under the names of the parameters that they were, in the shapes that
    /// those had, in the file's order. An initialiser with a parameter's name
    /// (`embeddings.LayerNorm.weight`) keeps it. Any other that a `MatMul` consumes is the
    /// transposed weight of the linear layer that the node's path names:
    /// `/encoder/layer.0/attention/self/query/MatMul` makes it
    /// `encoder.layer.0.attention.self.query.weight`, [out, in]; consumed by two nodes, it is both
    /// layers' weight. Left out are integer and boolean tensors (positions, masks, shapes) and
    /// anonymous fp32 ones that are not matrices (constants of the arithmetic).
    ///
    /// @throws BadInputException if the rule does not tell the name or the orientation of a matrix,
    ///   if two get the same name, or if there are quantised or half-precision initialisers
    public Map<String, FloatTensor> byParameterName() {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        parameters().forEach((name, parameter) -> tensors.put(name, parameter.get()));
        return tensors;
    }

    /// The same under the same names, but read only when they are asked for, each time anew: for
    /// who needs a part of a model.
    ///
    /// @throws BadInputException as [#byParameterName]
    public Map<String, Supplier<FloatTensor>> parameters() {
        Map<String, Supplier<FloatTensor>> parameters = new LinkedHashMap<>();
        for (OnnxTensor tensor : tensors.values()) {
            boolean named = PARAMETER_NAME.matcher(tensor.name()).matches();
            if (!tensor.isFloat()) {
                checkMayBeLeftOut(tensor);
            } else if (named) {
                checkOrientation(tensor);
                put(
                        parameters,
                        tensor.name(),
                        () -> new FloatTensor(tensor.shape(), tensor.values()),
                        tensor);
            } else {
                List<OnnxNode> matMuls =
                        consumers(tensor).stream()
                                .filter(node -> node.operator().equals("MatMul"))
                                .toList();
                if (matMuls.isEmpty() && tensor.rank() == 2) {
                    throw unknown(
                            tensor,
                            "is an anonymous matrix " + tensor + " that no MatMul consumes");
                }
                for (OnnxNode node : matMuls) {
                    String name = weightName(tensor, node);
                    checkNotEmpty(tensor);
                    put(parameters, name, () -> transposed(tensor), tensor);
                }
            }
        }
        return parameters;
    }

    private static ProtoReader graph(ProtoReader model) {
        ProtoReader graph = null;
        while (model.hasMore()) {
            if (model.nextField() != MODEL_GRAPH) {
                model.skip();
            } else if (graph == null) {
                model.require(ProtoReader.BYTES, "the graph");
                graph = model.message();
            } else {
                throw model.defect("there is a second graph");
            }
        }
        if (graph == null) {
            throw model.defect("the model ends without a graph");
        }
        return graph;
    }

    private void readTensors(ProtoReader graph) {
        while (graph.hasMore()) {
            int field = graph.nextField();
            if (field == GRAPH_SPARSE_INITIALIZER) {
                throw new BadInputException(
                        file + " has sparse initialisers", "export the model with dense ones.");
            }
            if (field != GRAPH_INITIALIZER) {
                graph.skip();
                continue;
            }
            graph.require(ProtoReader.BYTES, "an initialiser");
            OnnxTensor tensor = OnnxTensor.parse(graph.message());
            if (tensors.put(tensor.name(), tensor) != null) {
                throw graph.defect(
                        "initialiser "
                                + Shown.quoted(tensor.name())
                                + " stands there a second time");
            }
            if (tensors.size() > MAX_INITIALIZERS) {
                throw graph.defect("there are more than " + MAX_INITIALIZERS + " initialisers");
            }
        }
    }

    private void readConsumers(ProtoReader graph) {
        while (graph.hasMore()) {
            if (graph.nextField() != GRAPH_NODE) {
                graph.skip();
                continue;
            }
            graph.require(ProtoReader.BYTES, "a node");
            OnnxNode node = OnnxNode.parse(graph.message());
            for (String input : node.inputs()) {
                if (tensors.containsKey(input)) {
                    consumers.computeIfAbsent(input, _ -> new ArrayList<>(1)).add(node);
                }
            }
        }
    }

    private OnnxTensor find(String name) {
        OnnxTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new BadInputException(
                    file
                            + " has no initialiser "
                            + Shown.quoted(name)
                            + " among its "
                            + tensors.size(),
                    "the model is another one.");
        }
        return tensor;
    }

    private List<OnnxNode> consumers(OnnxTensor tensor) {
        return consumers.getOrDefault(tensor.name(), List.of());
    }

    private static void checkMayBeLeftOut(OnnxTensor tensor) {
        int type = tensor.dataType();
        if (type != OnnxTensor.INT64 && type != OnnxTensor.INT32 && type != OnnxTensor.BOOL) {
            throw new BadInputException(
                    tensor.where() + " is " + tensor + ", and only fp32 parameters are read",
                    "the model is quantised or in half precision: take its fp32 export.");
        }
    }

    /// A named matrix counts as [out, in]; a node that multiplies by it as it stands says
    /// otherwise.
    private void checkOrientation(OnnxTensor tensor) {
        for (OnnxNode node : consumers(tensor)) {
            boolean untransposed =
                    node.operator().equals("MatMul")
                            || (node.operator().equals("Gemm") && !node.transB());
            if (untransposed && tensor.rank() == 2) {
                throw unknown(
                        tensor,
                        "has a parameter's name, but "
                                + node.operator()
                                + " node "
                                + Shown.quoted(node.name())
                                + " takes it as [in, out]");
            }
        }
    }

    private static String weightName(OnnxTensor tensor, OnnxNode node) {
        String path = node.name();
        boolean weight =
                tensor.rank() == 2
                        && node.inputs().size() == 2
                        && node.inputs().get(1).equals(tensor.name())
                        && !node.inputs().get(0).equals(tensor.name());
        if (!weight
                || !path.startsWith("/")
                || !path.endsWith("/MatMul")
                || path.length() <= "//MatMul".length()) {
            throw unknown(
                    tensor,
                    tensor
                            + " is input of MatMul node "
                            + Shown.quoted(path)
                            + ", which does not look like a layer's");
        }
        return path.substring(1, path.length() - "/MatMul".length()).replace('/', '.') + ".weight";
    }

    private static void checkNotEmpty(OnnxTensor tensor) {
        if (Shapes.sizeOrMinusOne(tensor.shape()) == 0) {
            throw unknown(tensor, tensor + " is empty");
        }
    }

    private static FloatTensor transposed(OnnxTensor tensor) {
        float[] values = tensor.values();
        int rows = (int) tensor.shape()[0];
        int columns = (int) tensor.shape()[1];
        return new FloatTensor(new long[] {columns, rows}, Transpose.apply(values, rows, columns));
    }

    private static void put(
            Map<String, Supplier<FloatTensor>> parameters,
            String name,
            Supplier<FloatTensor> value,
            OnnxTensor tensor) {
        if (parameters.put(name, value) != null) {
            throw unknown(tensor, "would be a second " + Shown.quoted(name));
        }
    }

    private static BadInputException unknown(OnnxTensor tensor, String problem) {
        return new BadInputException(
                tensor.where() + " " + problem,
                "the model is not a plain PyTorch export: export it again, or load its safetensors file.");
    }
}
