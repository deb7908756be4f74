package dev.lamina.gateway;

import com.google.protobuf.ByteString;
import dev.lamina.base.Shown;
import dev.lamina.gateway.TensorOutputs.Data;
import dev.lamina.gateway.TensorOutputs.Output;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.wire.proto.oip.InferParameter;
import dev.lamina.wire.proto.oip.InferTensorContents;
import dev.lamina.wire.proto.oip.ModelInferRequest;
import dev.lamina.wire.proto.oip.ModelInferRequest.InferInputTensor;
import dev.lamina.wire.proto.oip.ModelInferResponse;
import dev.lamina.wire.proto.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tensors of the Open Inference Protocol's gRPC form, in typed and in raw contents. What they mean
/// is said once, in [TensorInputs].
final class OipGrpc {
    private OipGrpc() {}

    static List<Tensor> inputs(ModelInferRequest request) {
        boolean raw = request.getRawInputContentsCount() > 0;
        ServeException.check(
                !raw || request.getRawInputContentsCount() == request.getInputsCount(),
                request.getInputsCount()
                        + " inputs with "
                        + request.getRawInputContentsCount()
                        + " raw contents",
                "give raw contents for all inputs or for none");
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            ServeException.check(
                    !raw || !input.hasContents(),
                    Tensor.at(input.getName()) + "has raw and typed contents",
                    "take one of them");
            tensors.add(
                    new Tensor(
                            input.getName(),
                            input.getDatatype(),
                            input.getShapeList().stream().mapToLong(Long::longValue).toArray(),
                            raw
                                    ? raw(input, request.getRawInputContents(i))
                                    : typed(input, input.getContents()),
                            parameters(input.getParametersMap())));
        }
        return tensors;
    }

    /// The request's parameter `batch`; null if it has none.
    static @Nullable Boolean batch(ModelInferRequest request) {
        InferParameter batch = request.getParametersMap().get("batch");
        if (batch == null) {
            return null;
        }
        ServeException.check(batch.hasBoolParam(), "parameter batch is no bool", "take it out");
        return batch.getBoolParam();
    }

    private static Map<String, Object> parameters(Map<String, InferParameter> given) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        given.forEach((name, value) ->
                parameters.put(
                        name,
                        switch (value.getParameterChoiceCase()) {
                            case BOOL_PARAM -> (Object) value.getBoolParam();
                            case INT64_PARAM -> value.getInt64Param();
                            case STRING_PARAM -> value.getStringParam();
                            case DOUBLE_PARAM -> value.getDoubleParam();
                            case UINT64_PARAM -> value.getUint64Param();
                            case PARAMETERCHOICE_NOT_SET -> "";
                        }));
        return parameters;
    }

    private static Elements typed(InferInputTensor input, InferTensorContents contents) {
        String name = input.getName();
        return switch (input.getDatatype()) {
            case "BYTES" ->
                    new Elements(
                            name, contents.getBytesContentsCount(), contents::getBytesContents);
            case "UINT8" ->
                    new Elements(
                            name,
                            contents.getUintContentsCount(),
                            i -> Integer.toUnsignedLong(contents.getUintContents(i)));
            case "INT16" ->
                    new Elements(
                            name,
                            contents.getIntContentsCount(),
                            i -> (long) contents.getIntContents(i));
            case "INT64" ->
                    new Elements(
                            name, contents.getInt64ContentsCount(), contents::getInt64Contents);
            case "FP32" ->
                    new Elements(name, contents.getFp32ContentsCount(), contents::getFp32Contents);
            default -> throw unknown(input);
        };
    }

    private static Elements raw(InferInputTensor input, ByteString contents) {
        String name = input.getName();
        ByteBuffer bytes = contents.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return switch (input.getDatatype()) {
            case "BYTES" -> {
                List<ByteString> elements = elements(name, contents, bytes);
                yield new Elements(name, elements.size(), elements::get);
            }
            case "UINT8" -> new Elements(name, contents.size(), i -> contents.byteAt(i) & 0xffL);
            case "INT16" ->
                    new Elements(name, count(name, contents, 2), i -> (long) bytes.getShort(2 * i));
            case "INT64" -> new Elements(name, count(name, contents, 8), i -> bytes.getLong(8 * i));
            case "FP32" -> new Elements(name, count(name, contents, 4), i -> bytes.getFloat(4 * i));
            default -> throw unknown(input);
        };
    }

    private static ServeException unknown(InferInputTensor input) {
        return new ServeException(
                Reason.BAD_INPUT,
                Tensor.at(input.getName())
                        + "datatype "
                        + Shown.quoted(input.getDatatype())
                        + " is of no input\nMaybe take BYTES, UINT8, INT16, INT64 or FP32");
    }

    private static int count(String name, ByteString contents, int each) {
        ServeException.check(
                contents.size() % each == 0,
                Tensor.at(name) + contents.size() + " raw bytes are not elements of " + each,
                "the datatype is mistaken");
        return contents.size() / each;
    }

    private static List<ByteString> elements(String name, ByteString contents, ByteBuffer bytes) {
        List<ByteString> elements = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < 4 ? -1 : bytes.getInt();
            ServeException.check(
                    length >= 0 && length <= bytes.remaining(),
                    Tensor.at(name) + "raw contents break off in element " + elements.size(),
                    "put a length of four bytes, little endian, before each");
            elements.add(contents.substring(bytes.position(), bytes.position() + length));
            bytes.position(bytes.position() + length);
        }
        return elements;
    }

    private interface At {
        Object get(int index);
    }

    /// Elements that are Long, Float or ByteString.
    private record Elements(String name, int count, At at) implements Tensor.Elements {
        @Override
        public long integer(int index) {
            if (at.get(index) instanceof Long value) {
                return value;
            }
            throw no(index, "integer");
        }

        @Override
        public float real(int index) {
            if (at.get(index) instanceof Float value && Float.isFinite(value)) {
                return value;
            }
            throw no(index, "finite number of FP32");
        }

        @Override
        public String text(int index) {
            return Json.utf8(file(index));
        }

        @Override
        public byte[] file(int index) {
            if (at.get(index) instanceof ByteString value) {
                return value.toByteArray();
            }
            throw no(index, "BYTES");
        }

        private ServeException no(int index, String what) {
            return new ServeException(
                    Reason.BAD_INPUT,
                    Tensor.at(name)
                            + "element "
                            + index
                            + " is no "
                            + what
                            + "\nMaybe the datatype is mistaken");
        }
    }

    /// @param raw whether contents are to be raw, as those of the request were
    static ModelInferResponse response(
            Models.Model model, String id, List<Output> outputs, boolean raw) {
        ModelInferResponse.Builder response =
                ModelInferResponse.newBuilder()
                        .setModelName(model.name())
                        .setModelVersion(model.version())
                        .setId(id);
        for (Output output : outputs) {
            InferOutputTensor.Builder tensor =
                    InferOutputTensor.newBuilder()
                            .setName(output.name())
                            .setDatatype(output.datatype());
            for (long length : output.shape()) {
                tensor.addShape(length);
            }
            output.parameters()
                    .forEach((name, value) -> {
                        if (value instanceof Integer whole) {
                            tensor.putParameters(
                                    name, InferParameter.newBuilder().setInt64Param(whole).build());
                        }
                    });
            if (raw) {
                response.addRawOutputContents(bytes(output.data()));
            } else {
                tensor.setContents(contents(output.data()));
            }
            response.addOutputs(tensor);
        }
        return response.build();
    }

    private static InferTensorContents contents(Data data) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        switch (data) {
            case Data.Texts t ->
                    t.values().forEach(v -> contents.addBytesContents(ByteString.copyFromUtf8(v)));
            case Data.Bytes b -> {
                for (byte value : b.values()) {
                    contents.addUintContents(value & 0xff);
                }
            }
            case Data.Samples s -> {
                for (short value : s.values()) {
                    contents.addIntContents(value);
                }
            }
            case Data.Reals r -> {
                for (float value : r.values()) {
                    contents.addFp32Contents(value);
                }
            }
            case Data.Wholes w -> {
                for (long value : w.values()) {
                    contents.addInt64Contents(value);
                }
            }
        }
        return contents.build();
    }

    private static ByteString bytes(Data data) {
        return switch (data) {
            case Data.Texts t -> {
                ByteString all = ByteString.empty();
                for (String value : t.values()) {
                    byte[] text = value.getBytes(StandardCharsets.UTF_8);
                    ByteBuffer length = buffer(4).putInt(text.length).flip();
                    all = all.concat(ByteString.copyFrom(length)).concat(ByteString.copyFrom(text));
                }
                yield all;
            }
            case Data.Bytes b -> ByteString.copyFrom(b.values());
            case Data.Samples s -> {
                ByteBuffer bytes = buffer(2 * s.values().length);
                bytes.asShortBuffer().put(s.values());
                yield ByteString.copyFrom(bytes);
            }
            case Data.Reals r -> {
                ByteBuffer bytes = buffer(4 * r.values().length);
                bytes.asFloatBuffer().put(r.values());
                yield ByteString.copyFrom(bytes);
            }
            case Data.Wholes w -> {
                ByteBuffer bytes = buffer(8 * w.values().length);
                bytes.asLongBuffer().put(w.values());
                yield ByteString.copyFrom(bytes);
            }
        };
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
