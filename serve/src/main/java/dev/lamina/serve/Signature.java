package dev.lamina.serve;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes into a service or flow, and what comes out.
public record Signature(List<Port> inputs, List<Port> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// The input of this name, if there is one.
    public @Nullable Port input(String name) {
        return find(inputs, name);
    }

    /// The output of this name, if there is one.
    public @Nullable Port output(String name) {
        return find(outputs, name);
    }

    private static @Nullable Port find(List<Port> ports, String name) {
        for (Port port : ports) {
            if (port.name().equals(name)) {
                return port;
            }
        }
        return null;
    }

    /// Refuses what does not fit the inputs.
    ///
    /// @throws ServeException with reason BAD_INPUT, naming the input
    public void check(String of, Map<String, Value> values) {
        for (Port port : inputs) {
            Value value = values.get(port.name());
            if (value == null) {
                ServeException.check(
                        port.optional(), of + " lacks its input " + port, "add it to the request");
            } else {
                ServeException.check(
                        port.type().accepts(value),
                        of
                                + ": input "
                                + port.name()
                                + " is "
                                + ValueType.of(value)
                                + ", not "
                                + port.type(),
                        "name, shape or datatype is mistaken");
            }
        }
        for (String name : values.keySet()) {
            ServeException.check(
                    input(name) != null,
                    of + " has no input '" + dev.lamina.base.Shown.plain(name) + "'",
                    "take " + String.join(", ", inputs.stream().map(Port::name).toList()));
        }
    }
}
