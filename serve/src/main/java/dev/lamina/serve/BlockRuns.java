package dev.lamina.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which items of a batch run together. Padding costs in attention only ([BertGraph]), so texts of
/// rather different lengths may.
final class BlockRuns {
    /// What attention may compute on padding, as a share of all that a run computes.
    private static final double MOST_WASTE = 0.1;

    /// Places that a run may have, padding included: memory for attention grows with length times
    /// these.
    static final int MOST_PLACES = 2048;

    private BlockRuns() {}

    /// Groups items.
    ///
    /// @param items numbers of the items
    /// @param lengths of all items in tokens
    /// @param most items in a run
    /// @param hidden H of the blocks
    static List<List<Integer>> of(List<Integer> items, int[] lengths, int most, int hidden) {
        List<Integer> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparingInt((Integer i) -> lengths[i]).reversed());
        List<List<Integer>> runs = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        int longest = 0;
        long tokens = 0;
        long squares = 0;
        for (int item : sorted) {
            long length = lengths[item];
            int texts = run.size() + 1;
            boolean fits =
                    texts <= most
                            && longest * texts <= MOST_PLACES
                            && waste(
                                            longest,
                                            texts,
                                            tokens + length,
                                            squares + length * length,
                                            hidden)
                                    <= MOST_WASTE;
            if (run.isEmpty() || !fits) {
                run = new ArrayList<>();
                runs.add(run);
                longest = lengths[item];
                tokens = 0;
                squares = 0;
            }
            run.add(item);
            tokens += length;
            squares += length * length;
        }
        return runs;
    }

    /// Multiplications of attention on padding over those of the layers on tokens (derived): a
    /// block has 12 H² for each token in its layers, and 2 H for each pair of places in a row.
    static double waste(int longest, int texts, long tokens, long squares, int hidden) {
        double pairs = (double) longest * longest * texts - squares;
        return pairs / (6.0 * hidden * tokens);
    }
}
