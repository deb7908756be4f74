package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One initialiser (`TensorProto`) of an ONNX graph: its header is read and checked against the
/// size of its values at once, its values on demand.
///
/// @param name may be empty
/// @param dataType the code of `TensorProto.DataType`
/// @param shape dimensions, outermost first
/// @param message the whole message, from its beginning
@SuppressWarnings("ArrayRecordComponent") // Stays inside OnnxInitializers, which clones it.
record OnnxTensor(String name, int dataType, long[] shape, ProtoReader message) {
    static final int FLOAT = 1;
    static final int UINT8 = 2;
    static final int INT8 = 3;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;

    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int FLOAT_DATA = 4;
    private static final int INT32_DATA = 5;
    private static final int NAME = 8;
    private static final int RAW_DATA = 9;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;
    private static final int MAX_RANK = 64;

    private static final String[] TYPES = {
        "undefined",
        "fp32",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "fp16",
        "fp64",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bf16"
    };

    /// Bytes of an element in `raw_data`, by data type; 0 where it is of no fixed size.
    private static final int[] ELEMENT_BYTES = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2};

    /// @throws BadInputException if the message is malformed, its data lies in another file, or an
    ///   fp32 tensor's values are not as many as its shape says
    static OnnxTensor parse(ProtoReader message) {
        ProtoReader in = message.copy();
        String name = "";
        int dataType = 0;
        long[] shape = new long[MAX_RANK];
        int rank = 0;
        long rawBytes = -1;
        long floats = 0;
        boolean external = false;
        while (in.hasMore()) {
            switch (in.nextField()) {
                case DIMS -> {
                    if (in.wireType() == ProtoReader.BYTES) {
                        ProtoReader packed = in.message();
                        while (packed.hasMore()) {
                            addDimension(shape, rank++, packed);
                        }
                    } else {
                        in.require(ProtoReader.VARINT, "a dimension");
                        addDimension(shape, rank++, in);
                    }
                }
                case DATA_TYPE -> {
                    in.require(ProtoReader.VARINT, "data_type");
                    dataType = Math.clamp(in.varint(), -1, Integer.MAX_VALUE);
                }
                case FLOAT_DATA -> floats += countFloats(in);
                case NAME -> name = in.string("a tensor's name");
                case RAW_DATA -> {
                    in.require(ProtoReader.BYTES, "raw_data");
                    if (rawBytes >= 0) {
                        throw in.defect("a tensor has raw_data twice");
                    }
                    rawBytes = in.message().remaining();
                }
                case EXTERNAL_DATA -> {
                    external = true;
                    in.skip();
                }
                case DATA_LOCATION -> {
                    in.require(ProtoReader.VARINT, "data_location");
                    external |= in.varint() != 0;
                }
                default -> in.skip();
            }
        }
        OnnxTensor tensor = new OnnxTensor(name, dataType, Arrays.copyOf(shape, rank), message);
        tensor.check(external, rawBytes, floats);
        return tensor;
    }

    private static void addDimension(long[] shape, int rank, ProtoReader in) {
        if (rank == MAX_RANK) {
            throw in.defect("a tensor has more than " + MAX_RANK + " dimensions");
        }
        shape[rank] = in.varint();
    }

    private static long countFloats(ProtoReader in) {
        if (in.wireType() == ProtoReader.FIXED32) {
            in.skip();
            return 1;
        }
        in.require(ProtoReader.BYTES, "float_data");
        int bytes = in.message().remaining();
        if (bytes % Float.BYTES != 0) {
            throw in.defect("float_data of " + bytes + " bytes ends inside a value");
        }
        return bytes / Float.BYTES;
    }

    private void check(boolean external, long rawBytes, long floats) {
        if (external) {
            throw new BadInputException(
                    where() + " keeps its values in another file",
                    "export the model as one file below 2 GB.");
        }
        long size = Shapes.sizeOrMinusOne(shape);
        if (size < 0) {
            throw defect("has the impossible shape " + Arrays.toString(shape));
        }
        int elementBytes =
                dataType > 0 && dataType < ELEMENT_BYTES.length ? ELEMENT_BYTES[dataType] : 0;
        if (rawBytes >= 0
                && elementBytes > 0
                && (rawBytes % elementBytes != 0 || rawBytes / elementBytes != size)) {
            throw defect("has " + rawBytes + " bytes of raw_data, not those of " + this);
        }
        if (dataType == FLOAT && rawBytes >= 0 && floats > 0) {
            throw defect("has both raw_data and float_data");
        }
        if (dataType == FLOAT && rawBytes < 0 && floats != size) {
            throw defect("has " + floats + " values, not those of " + this);
        }
    }

    int rank() {
        return shape.length;
    }

    boolean isFloat() {
        return dataType == FLOAT;
    }

    String type() {
        return dataType >= 0 && dataType < TYPES.length ? TYPES[dataType] : "type " + dataType;
    }

    String where() {
        return message.file() + ": initialiser " + Shown.quoted(name);
    }

    /// The values of an fp32 tensor; their number was checked by [#parse].
    float[] values() {
        float[] values = new float[(int) Shapes.sizeOrMinusOne(shape)];
        int n = 0;
        ProtoReader in = message.copy();
        while (in.hasMore()) {
            switch (in.nextField()) {
                case RAW_DATA -> in.message().rest().asFloatBuffer().get(values);
                case FLOAT_DATA -> {
                    if (in.wireType() == ProtoReader.FIXED32) {
                        values[n++] = in.fixed32();
                    } else {
                        ByteBuffer packed = in.message().rest();
                        packed.asFloatBuffer().get(values, n, packed.remaining() / Float.BYTES);
                        n += packed.remaining() / Float.BYTES;
                    }
                }
                default -> in.skip();
            }
        }
        return values;
    }

    /// The values of a tensor of 8-bit integers; null if it is something else.
    ///
    /// @throws BadInputException if they are not as many as its shape says
    byte @Nullable [] bytes() {
        if (dataType != UINT8 && dataType != INT8) {
            return null;
        }
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        ProtoReader in = message.copy();
        while (in.hasMore()) {
            switch (in.nextField()) {
                case RAW_DATA -> {
                    ByteBuffer raw = in.message().rest();
                    byte[] copy = new byte[raw.remaining()];
                    raw.get(copy);
                    return copy;
                }
                case INT32_DATA -> {
                    if (in.wireType() == ProtoReader.BYTES) {
                        ProtoReader packed = in.message();
                        while (packed.hasMore()) {
                            values.write((int) packed.varint());
                        }
                    } else {
                        in.require(ProtoReader.VARINT, "int32_data");
                        values.write((int) in.varint());
                    }
                }
                default -> in.skip();
            }
        }
        if (values.size() != Shapes.sizeOrMinusOne(shape)) {
            throw defect("has " + values.size() + " values, not those of " + this);
        }
        return values.toByteArray();
    }

    private BadInputException defect(String problem) {
        return new BadInputException(
                where() + " " + problem, "the file is damaged: fetch it again.");
    }

    @Override
    public String toString() {
        return type() + Arrays.toString(shape);
    }
}
