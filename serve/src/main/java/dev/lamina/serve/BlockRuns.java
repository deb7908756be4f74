package dev.lamina.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which items of a batch run together: those of similar length, so that little is computed on
/// padding.
final class BlockRuns {
    /// Padding that a run may have, as a share of its tokens: below it, one run costs less than
    /// two.
    private static final double MOST_PADDING = 0.2;

    /// Tokens that a run may have, padding included: what attention takes grows with length times
    /// tokens.
    static final int MOST_TOKENS = 2048;

    private BlockRuns() {}

    /// Groups items.
    ///
    /// @param items numbers of the items
    /// @param lengths of all items in tokens
    /// @param most items in a run
    static List<List<Integer>> of(List<Integer> items, int[] lengths, int most) {
        List<Integer> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparingInt((Integer i) -> lengths[i]).reversed());
        List<List<Integer>> runs = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        int longest = 0;
        int tokens = 0;
        for (int item : sorted) {
            int padded = longest * (run.size() + 1);
            int real = tokens + lengths[item];
            boolean fits =
                    run.size() < most
                            && padded <= MOST_TOKENS
                            && padded - real <= MOST_PADDING * padded;
            if (run.isEmpty() || !fits) {
                run = new ArrayList<>();
                runs.add(run);
                longest = lengths[item];
                tokens = 0;
            }
            run.add(item);
            tokens += lengths[item];
        }
        return runs;
    }
}
