package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Value;
import java.util.Map;
import java.util.Objects;

/// The inputs of an item that was checked against its signature: they are there, and of their type.
final class Inputs {
    private Inputs() {}

    static Value.Image image(Map<String, Value> item, String name) {
        return (Value.Image) required(item, name);
    }

    static Value.Audio audio(Map<String, Value> item, String name) {
        return (Value.Audio) required(item, name);
    }

    static Value.Text text(Map<String, Value> item, String name) {
        return (Value.Text) required(item, name);
    }

    static FloatTensor floats(Map<String, Value> item, String name) {
        return ((Value.Floats) required(item, name)).tensor();
    }

    private static Value required(Map<String, Value> item, String name) {
        return Objects.requireNonNull(item.get(name), name);
    }
}
