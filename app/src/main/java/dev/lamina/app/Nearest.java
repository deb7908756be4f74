package dev.lamina.app;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The known name that somebody who mistyped probably meant.
final class Nearest {
    private Nearest() {}

    /// The known name with the smallest edit distance to `wrong`; null if none is near (more than a
    /// third of its letters differ, and one is not the beginning of the other).
    static @Nullable String of(String wrong, Collection<String> known) {
        @Nullable String best = null;
        double bestDistance = Double.MAX_VALUE;
        for (String name : known) {
            boolean beginning =
                    wrong.length() > 3 && (name.startsWith(wrong) || wrong.startsWith(name));
            double distance = beginning ? 0.5 : distance(wrong, name);
            if (distance < bestDistance && distance <= Math.max(1.0, name.length() / 3.0)) {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    /// Damerau's edit distance: insertions, deletions, replacements and swaps of neighbours.
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] =
                        Math.min(d[i - 1][j - 1] + replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
