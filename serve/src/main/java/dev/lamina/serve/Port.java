package dev.lamina.serve;

/// A named input or output.
///
/// @param optional for inputs: whether it may be left out
public record Port(String name, ValueType type, boolean optional) {
    public Port(String name, ValueType type) {
        this(name, type, false);
    }

    @Override
    public String toString() {
        return name + ": " + type + (optional ? " (optional)" : "");
    }
}
