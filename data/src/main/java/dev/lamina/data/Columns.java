package dev.lamina.data;

import org.jspecify.annotations.Nullable;

/// Which columns (of `.csv`, `.tsv`) or keys (of `.jsonl`) hold text and label; null to find them
/// by their usual names.
///
/// @param text for instance `review`; null for `text`, `sentence`, `content` and the like
/// @param label for instance `stars`; null for `label`, `category`, `class`, `target` and the like
public record Columns(@Nullable String text, @Nullable String label) {
    /// Find both by their usual names.
    public static final Columns DETECT = new Columns(null, null);

    boolean given() {
        return text != null || label != null;
    }
}
