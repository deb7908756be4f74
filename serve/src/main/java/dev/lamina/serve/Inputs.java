package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes inputs whose kinds a signature has checked.
final class Inputs {
    private Inputs() {}

    static Value.Text text(Map<String, Value> item, String name) {
        return (Value.Text) Objects.requireNonNull(item.get(name), name);
    }

    static FloatTensor floats(Map<String, Value> item, String name) {
        return ((Value.Floats) Objects.requireNonNull(item.get(name), name)).tensor();
    }

    /// A number; the default if it is left out.
    static long integer(Map<String, Value> item, String name, long otherwise) {
        @Nullable Value value = item.get(name);
        return value == null ? otherwise : ((Value.Integers) value).values()[0];
    }

    /// A line of text; empty if it is left out.
    static String line(Map<String, Value> item, String name) {
        @Nullable Value value = item.get(name);
        return value == null ? "" : ((Value.Text) value).joined();
    }
}
