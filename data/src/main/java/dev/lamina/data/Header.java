package dev.lamina.data;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The names of a file's columns or keys, and which of them hold text and label.
final class Header {
    static final int NONE = -1;

    /// Usual names of a text column, in order of preference.
    private static final List<String> TEXT =
            List.of(
                    "text",
                    "sentence",
                    "content",
                    "review",
                    "utterance",
                    "tweet",
                    "message",
                    "document",
                    "body");

    /// Usual names of a label column, in order of preference.
    private static final List<String> LABEL =
            List.of("label", "category", "class", "target", "label_name", "label_text");

    private final List<String> names;

    Header(List<String> names) {
        this.names = names.stream().map(String::strip).toList();
    }

    List<String> names() {
        return names;
    }

    /// Position of the column with this name, exactly, or [#NONE].
    int named(String name) {
        return names.indexOf(name);
    }

    /// Position of the column with a usual name for text, or [#NONE].
    int usualText() {
        return usual(TEXT);
    }

    /// Position of the column with a usual name for the label, or [#NONE].
    int usualLabel() {
        return usual(LABEL);
    }

    /// What to do about a column that is not there.
    String maybe(@Nullable String wanted) {
        String near = wanted == null ? null : Nearest.of(wanted, names);
        return near != null
                ? "you meant '" + near + "'"
                : "name the text column and the label column; this file has " + names;
    }

    private int usual(List<String> known) {
        for (String name : known) {
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).toLowerCase(Locale.ROOT).equals(name)) {
                    return i;
                }
            }
        }
        return NONE;
    }
}
