package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;
import java.util.List;

/// Any bytes as codec, shape and payload: they decode to a tensor that encodes again to as many
/// bytes, or are refused as bad input.
public final class TensorCodecFuzz {
    private static final String[] CODECS = {"fp32", "fp16", "int8", "topk:0.3", "topk:0.001"};

    private TensorCodecFuzz() {}

    /// Called by Jazzer and by [MutationTest]. Input: codec, rank, dimensions of one signed byte
    /// each (negative ones are shifted far up or left negative), payload.
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        if (in.remaining() < 2) {
            return;
        }
        TensorCodec codec = TensorCodec.of(CODECS[(in.get() & 0xff) % CODECS.length]);
        long[] shape = new long[Math.min(in.get() & 7, in.remaining())];
        for (int i = 0; i < shape.length; i++) {
            byte d = in.get();
            shape[i] = d >= 0 ? d : d < -64 ? d : (long) (d & 0x3f) << 56;
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        try {
            FloatTensor tensor = codec.decode(payload, shape);
            byte[] again = codec.encode(tensor);
            if (again.length != payload.length) {
                throw new AssertionError(again.length + " bytes again, not " + payload.length);
            }
        } catch (BadInputException e) {
            // As it should be.
        }
    }

    static List<byte[]> seeds() {
        byte[] topK = seed(3, 4 + 2 * 8);
        topK[4] = 2; // values, at 1 and 5
        topK[8] = 1;
        topK[12] = 5;
        byte[] one = seed(4, 4 + 8);
        one[4] = 1;
        return List.of(seed(0, 4 * 6), seed(1, 2 * 6), seed(2, 2 * 4 + 6), topK, one);
    }

    private static byte[] seed(int codec, int payloadBytes) {
        byte[] seed = new byte[4 + payloadBytes];
        seed[0] = (byte) codec;
        seed[1] = 2;
        seed[2] = 2;
        seed[3] = 3;
        return seed;
    }
}
