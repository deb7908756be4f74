package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Sizes and buffers of payloads.
final class Payloads {
    private Payloads() {}

    static byte[] allocate(TensorCodec codec, FloatTensor tensor) {
        long bytes = codec.encodedBytes(tensor.shape());
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new BadInputException(
                    tensor
                            + " takes "
                            + bytes
                            + " bytes as "
                            + codec.name()
                            + ", a payload at most 2 GB",
                    "a smaller batch is needed.");
        }
        return new byte[(int) bytes];
    }

    static ByteBuffer wrap(byte[] payload) {
        return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The number of values, once the payload's length fits them.
    static int check(TensorCodec codec, byte[] payload, long[] shape) {
        long bytes = codec.encodedBytes(shape);
        if (bytes != payload.length) {
            throw new BadInputException(
                    codec.name()
                            + " payload of "
                            + payload.length
                            + " bytes is not the "
                            + bytes
                            + " of shape "
                            + Arrays.toString(shape),
                    "the other side uses another codec or another model.");
        }
        return (int) size(shape);
    }

    static long size(long[] shape) {
        long size = Shapes.sizeOrMinusOne(shape);
        if (size < 0) {
            throw new BadInputException(
                    "impossible shape " + Arrays.toString(shape),
                    "the message was damaged on its way.");
        }
        return size;
    }

    /// The number of rows; none in an empty tensor.
    static long rows(long[] shape) {
        long size = size(shape);
        return size == 0 || shape.length == 0 ? size : size / shape[shape.length - 1];
    }
}
