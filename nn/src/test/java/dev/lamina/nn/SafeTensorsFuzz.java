package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Any bytes as a safetensors file: it opens and can be read, or is refused as bad input.
public final class SafeTensorsFuzz {
    private SafeTensorsFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
        read(withFittingLength(input));
    }

    private static void read(byte[] input) {
        try (SafeTensorsFile file = SafeTensorsFile.parse(MemorySegment.ofArray(input), "fuzzed")) {
            long bytes = 0;
            for (String name : file.names()) {
                bytes += file.raw(name).byteSize();
                try {
                    file.read(name);
                } catch (BadInputException e) {
                    // Of another dtype than the four that are read.
                }
            }
            long header =
                    ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).getLong() + Long.BYTES;
            if (header + bytes != input.length) {
                throw new AssertionError(
                        "tensors of " + bytes + " bytes in " + (input.length - header));
            }
        } catch (BadInputException e) {
            // As it should be.
        }
    }

    /// The header made to end with the last brace, so that changes of its length reach the checks
    /// behind.
    private static byte[] withFittingLength(byte[] input) {
        int brace = input.length - 1;
        while (brace >= Long.BYTES && input[brace] != '}') {
            brace--;
        }
        if (brace < Long.BYTES) {
            return input;
        }
        byte[] fitting = input.clone();
        ByteBuffer.wrap(fitting).order(ByteOrder.LITTLE_ENDIAN).putLong(0, brace + 1 - Long.BYTES);
        return fitting;
    }

    static List<byte[]> seeds() {
        return List.of(
                SafeTensorsTest.file("{}", 0),
                SafeTensorsTest.file(
                        "{\"a.b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ", 8),
                SafeTensorsTest.file(
                        "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"h\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]},"
                                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[8,10]},"
                                + "\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[10,18]},"
                                + "\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[18,26]},"
                                + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[26,26]}}",
                        26));
    }
}
