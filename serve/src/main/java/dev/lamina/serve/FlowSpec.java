package dev.lamina.serve;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A flow as declared: a DAG of steps, each a call of a service.
///
/// @param inputs of the flow, by name
/// @param steps by name
/// @param outputs of the flow: name to the step's output that it is
public record FlowSpec(
        String name,
        String description,
        SequencedMap<String, ValueType> inputs,
        SequencedMap<String, Step> steps,
        SequencedMap<String, Source> outputs) {

    public FlowSpec {
        inputs = new LinkedHashMap<>(inputs);
        steps = new LinkedHashMap<>(steps);
        outputs = new LinkedHashMap<>(outputs);
    }

    /// A call of a service.
    ///
    /// @param service name of the service
    /// @param inputs the service's input ports, and where each comes from
    public record Step(String service, SequencedMap<String, Source> inputs) {
        public Step {
            inputs = new LinkedHashMap<>(inputs);
        }
    }

    /// Where a value comes from.
    public sealed interface Source {
        /// An input of the flow: `text`.
        record Input(String name) implements Source {
            @Override
            public String toString() {
                return name;
            }
        }

        /// An output of a step: `blocks.hidden`.
        record Output(String step, String port) implements Source {
            @Override
            public String toString() {
                return step + "." + port;
            }
        }

        /// A text that is always the same: `=wordnet`.
        record Constant(String text) implements Source {
            @Override
            public String toString() {
                return "=" + text;
            }
        }

        /// Reads `name`, `step.output` or `=text`.
        static Source parse(String text) {
            if (text.startsWith("=")) {
                return new Constant(text.substring(1));
            }
            int dot = text.indexOf('.');
            return dot < 0
                    ? new Input(text)
                    : new Output(text.substring(0, dot), text.substring(dot + 1));
        }
    }
}
