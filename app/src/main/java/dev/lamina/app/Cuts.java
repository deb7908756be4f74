package dev.lamina.app;

import java.util.List;

/// Cuts as people read them.
final class Cuts {
    private Cuts() {}

    /// `1` where all are alike, else `1,2,1`.
    static String text(List<Integer> cuts) {
        return cuts.stream().distinct().count() == 1
                ? "" + cuts.getFirst()
                : String.join(",", cuts.stream().map(String::valueOf).toList());
    }
}
