package dev.lamina.serve;

import java.util.Map;
import java.util.function.Supplier;

/// What became of one item.
public sealed interface Outcome {

    /// The outputs by name.
    record Done(Map<String, Value> outputs) implements Outcome {
        public Done {
            outputs = Map.copyOf(outputs);
        }
    }

    /// Why there are none.
    record Failed(ServeException error) implements Outcome {}

    /// One output.
    static Outcome done(String name, Value value) {
        return new Done(Map.of(name, value));
    }

    /// What a computation gives or throws.
    static Outcome of(Supplier<Map<String, Value>> outputs) {
        try {
            return new Done(outputs.get());
        } catch (ServeException e) {
            return new Failed(e);
        }
    }

    /// The outputs.
    ///
    /// @throws ServeException if it failed
    default Map<String, Value> outputs() {
        return switch (this) {
            case Done d -> d.outputs();
            case Failed f -> throw f.error();
        };
    }
}
