package dev.lamina.lam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.List;

/// Tokenised texts of one batch, padded on the right to the longest of them when they enter the
/// engine.
///
/// @param tokens the token ids of each text, special tokens included
public record TokenBatch(List<int[]> tokens) {
    public TokenBatch {
        tokens = List.copyOf(tokens);
    }

    /// Length of each text in tokens.
    public int[] lengths() {
        return tokens.stream().mapToInt(t -> t.length).toArray();
    }

    /// Token ids `[B,T]`, int64, 0 on padding.
    public NDArray ids(NDManager manager) {
        int longest = longest(lengths());
        long[] ids = new long[tokens.size() * longest];
        for (int b = 0; b < tokens.size(); b++) {
            int[] text = tokens.get(b);
            for (int t = 0; t < text.length; t++) {
                ids[b * longest + t] = text[t];
            }
        }
        return Tensors.toEngine(manager, ids, new Shape(tokens.size(), longest));
    }

    /// 1 on tokens and 0 on padding, `[B,T]` fp32, for texts of these lengths.
    public static NDArray mask(NDManager manager, int[] lengths) {
        int longest = longest(lengths);
        float[] mask = new float[lengths.length * longest];
        for (int b = 0; b < lengths.length; b++) {
            java.util.Arrays.fill(mask, b * longest, b * longest + lengths[b], 1f);
        }
        return Tensors.toEngine(
                manager, new FloatTensor(new long[] {lengths.length, longest}, mask));
    }

    private static int longest(int[] lengths) {
        int longest = 1;
        for (int length : lengths) {
            longest = Math.max(longest, length);
        }
        return longest;
    }
}
