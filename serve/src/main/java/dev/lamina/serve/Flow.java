package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A flow that has been checked: every service, port and type is known, there are no cycles, and
/// nothing is computed in vain.
public final class Flow {
    private final FlowSpec spec;
    private final Signature signature;
    private final Map<String, Set<String>> needs = new LinkedHashMap<>();
    private final Map<String, List<String>> followers = new LinkedHashMap<>();

    private Flow(FlowSpec spec, Signature signature) {
        this.spec = spec;
        this.signature = signature;
        spec.steps().forEach((name, step) -> needs.put(name, stepsBefore(step)));
        for (String name : needs.keySet()) {
            followers.put(
                    name,
                    needs.keySet().stream().filter(other -> needs(other).contains(name)).toList());
        }
    }

    /// Checks a flow.
    ///
    /// @param signatures of services by name; null for a service that is not declared
    /// @throws BadInputException naming flow, step and port
    public static Flow check(FlowSpec spec, Function<String, @Nullable Signature> signatures) {
        return BadInputException.at(
                "flow " + spec.name(), () -> new Checker(spec, signatures).flow());
    }

    public FlowSpec spec() {
        return spec;
    }

    /// The same over services of the same kind that have a prefix to their names.
    Flow withServices(String prefix) {
        SequencedMap<String, Step> steps = new LinkedHashMap<>();
        spec.steps()
                .forEach((name, step) ->
                        steps.put(name, new Step(prefix + "-" + step.service(), step.inputs())));
        return new Flow(
                new FlowSpec(spec.name(), spec.description(), spec.inputs(), steps, spec.outputs()),
                signature);
    }

    public String name() {
        return spec.name();
    }

    public Signature signature() {
        return signature;
    }

    /// The steps whose outputs a step needs.
    Set<String> needs(String step) {
        return Objects.requireNonNull(needs.get(step));
    }

    /// The steps that need a step's outputs.
    List<String> followers(String step) {
        return Objects.requireNonNull(followers.get(step));
    }

    private static Set<String> stepsBefore(Step step) {
        Set<String> before = new LinkedHashSet<>();
        for (Source source : step.inputs().values()) {
            if (source instanceof Source.Output output) {
                before.add(output.step());
            }
        }
        return before;
    }

    private record Checker(FlowSpec spec, Function<String, @Nullable Signature> signatures) {
        Flow flow() {
            BadInputException.check(!spec.steps().isEmpty(), "has no steps", "add one");
            BadInputException.check(!spec.outputs().isEmpty(), "has no outputs", "add one");
            Set<Source> used = new HashSet<>(spec.outputs().values());
            spec.steps()
                    .forEach((name, step) -> {
                        BadInputException.at("step " + name, () -> inputs(step));
                        used.addAll(step.inputs().values());
                    });
            acyclic();
            unused(used);
            List<Port> in = new ArrayList<>();
            spec.inputs().forEach((name, type) -> in.add(new Port(name, type, onlyOptional(name))));
            List<Port> out = new ArrayList<>();
            spec.outputs()
                    .forEach((name, source) ->
                            out.add(
                                    new Port(
                                            name,
                                            BadInputException.at(
                                                    "output " + name, () -> type(source)))));
            return new Flow(spec, new Signature(in, out));
        }

        /// Whether an input goes to optional ports only, and may then be left out itself.
        private boolean onlyOptional(String input) {
            for (Step step : spec.steps().values()) {
                for (Map.Entry<String, Source> entry : step.inputs().entrySet()) {
                    Port port = signature(step.service()).input(entry.getKey());
                    if (entry.getValue().equals(new Source.Input(input))
                            && !Objects.requireNonNull(port).optional()) {
                        return false;
                    }
                }
            }
            return !spec.outputs().containsValue(new Source.Input(input));
        }

        private Step inputs(Step step) {
            Signature service = signature(step.service());
            for (Port port : service.inputs()) {
                BadInputException.check(
                        port.optional() || step.inputs().containsKey(port.name()),
                        "service " + step.service() + " lacks its input " + port,
                        "add '" + port.name() + ": ...' with an input of the flow or STEP.OUTPUT");
            }
            step.inputs()
                    .forEach((name, source) -> {
                        Port port = service.input(name);
                        if (port == null) {
                            throw new BadInputException(
                                    "service " + step.service() + " has no input '" + name + "'",
                                    "take " + names(service.inputs()));
                        }
                        ValueType type = type(source);
                        BadInputException.check(
                                type.fits(port.type()),
                                "input " + port + " cannot be " + source + ", which is " + type,
                                "another output is meant, or a step between is missing");
                    });
            return step;
        }

        private Signature signature(String service) {
            Signature signature = signatures.apply(service);
            if (signature == null) {
                throw new BadInputException(
                        "service '" + service + "' is not declared",
                        "it is mistyped, or missing under services:");
            }
            return signature;
        }

        private ValueType type(Source source) {
            return switch (source) {
                case Source.Constant c -> ValueType.TEXT;
                case Source.Input i -> {
                    ValueType type = spec.inputs().get(i.name());
                    if (type == null) {
                        throw new BadInputException(
                                "'" + i.name() + "' is no input of the flow",
                                "write STEP.OUTPUT for a step's output, =TEXT for a constant; the"
                                        + " inputs are "
                                        + String.join(", ", spec.inputs().keySet()));
                    }
                    yield type;
                }
                case Source.Output o -> {
                    Step step = spec.steps().get(o.step());
                    if (step == null) {
                        throw new BadInputException(
                                "'" + o + "' is of no step",
                                "take one of " + String.join(", ", spec.steps().keySet()));
                    }
                    Signature service = signature(step.service());
                    Port port = service.output(o.port());
                    if (port == null) {
                        throw new BadInputException(
                                "step " + o.step() + " has no output '" + o.port() + "'",
                                "take " + names(service.outputs()));
                    }
                    yield port.type();
                }
            };
        }

        private static String names(List<Port> ports) {
            return String.join(", ", ports.stream().map(Port::name).toList());
        }

        private void acyclic() {
            SequencedMap<String, Set<String>> left = new LinkedHashMap<>();
            spec.steps().forEach((name, step) -> left.put(name, new HashSet<>(stepsBefore(step))));
            while (!left.isEmpty()) {
                List<String> ready =
                        left.entrySet().stream()
                                .filter(entry -> entry.getValue().isEmpty())
                                .map(Map.Entry::getKey)
                                .toList();
                BadInputException.check(
                        !ready.isEmpty(),
                        "the steps " + String.join(", ", left.keySet()) + " wait for each other",
                        "one of them takes a later one's output");
                ready.forEach(left::remove);
                left.values().forEach(before -> before.removeAll(ready));
            }
        }

        private void unused(Set<Source> used) {
            for (String input : spec.inputs().keySet()) {
                BadInputException.check(
                        used.contains(new Source.Input(input)),
                        "input '" + input + "' is not used",
                        "take it out, or a step's input is mistyped");
            }
            Set<String> steps = new HashSet<>();
            for (Source source : used) {
                if (source instanceof Source.Output output) {
                    steps.add(output.step());
                }
            }
            for (String step : spec.steps().keySet()) {
                BadInputException.check(
                        steps.contains(step),
                        "no output of step '" + step + "' is used",
                        "take the step out, or name its output under outputs:");
            }
        }
    }
}
