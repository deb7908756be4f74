package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Any bytes as a `.npy` file: channels come of it that take no more than the data, or it is
/// refused as bad input.
public final class NpyFuzz {
    private static final int LENGTH_AT = 8;

    private NpyFuzz() {}

    /// Called by Jazzer and by [MutationTest].
    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
        read(withFittingLength(input));
    }

    private static void read(byte[] input) {
        try {
            Csi csi = NpyFile.read(MemorySegment.ofArray(input), "fuzzed");
            if ((double) csi.tracks() * csi.shape().size() * 8 > input.length) {
                throw new AssertionError(csi.tracks() + " tracks in " + input.length + " bytes");
            }
        } catch (BadInputException e) {
            // As it should be.
        }
    }

    /// The header of version 1 made to end with its last brace, so that changes of its length reach
    /// the checks behind.
    private static byte[] withFittingLength(byte[] input) {
        int brace = Math.min(input.length - 1, 1000);
        while (brace > LENGTH_AT + 1 && input[brace] != '}') {
            brace--;
        }
        if (brace <= LENGTH_AT + 1) {
            return input;
        }
        byte[] fitting = Arrays.copyOf(input, input.length);
        int length = brace + 1 - LENGTH_AT - 2;
        fitting[LENGTH_AT] = (byte) length;
        fitting[LENGTH_AT + 1] = (byte) (length >> 8);
        return fitting;
    }

    static List<byte[]> seeds() {
        return List.of(
                TestCsi.npy(
                        1,
                        "<c8",
                        "'fortran_order': False, 'shape': (2, 1, 2), }",
                        TestCsi.floats(1, 0, 2, -1, 3, -2, 4, -3)),
                TestCsi.npy(
                        2,
                        "<c16",
                        "'fortran_order': True, 'shape': (1, 2, 1, 1, 2), }",
                        new byte[64]),
                TestCsi.npy(3, "<c8", "'shape': (1, 1, 1L,), 'fortran_order': False}", new byte[8]),
                TestCsi.npy(1, "<f4", "'fortran_order': False, 'shape': (), }", new byte[4]));
    }
}
