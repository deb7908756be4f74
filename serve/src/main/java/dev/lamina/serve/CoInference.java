package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Co-inference ([B] IV): the first k blocks of a flow's backbone on the device, the rest on a
/// node, as a transform of the flow. Everything before the cut is computed on the device. On the
/// node are the other blocks, and the pooling that follows them, as one service: what crosses is a
/// hidden state up and a vector down. With k = 0 the text crosses, and its embedding is looked up
/// on the node; with k = all of them nothing crosses.
///
/// @param catalogue services and the one flow, with k blocks here
/// @param remote services of it that belong on the node; the others belong on the device
public record CoInference(Catalogue catalogue, List<String> remote) {
    private static final String BACKBONE = "backbone";
    private static final String EMBEDDING = "text-embedding";
    private static final String POOLING = "pooling";

    public CoInference {
        remote = List.copyOf(remote);
    }

    /// Cuts a flow.
    ///
    /// @param blocks k
    /// @param layers how many blocks the backbone has
    /// @throws BadInputException if there is not exactly one step with a whole backbone, or k is
    ///   outside 0..layers
    public static CoInference cut(
            ServiceKinds kinds, Catalogue whole, String flow, int blocks, int layers) {
        Flow checked = whole.flows().get(flow);
        if (checked == null) {
            throw new BadInputException(
                    "there is no flow '" + flow + "'",
                    "take one of " + String.join(", ", whole.flows().keySet()));
        }
        BadInputException.check(
                blocks >= 0 && blocks <= layers,
                "cut " + blocks + " is outside 0.." + layers + ", the blocks of this model",
                "take --cut auto");
        return new Cutter(kinds, whole, checked.spec()).cut(blocks, layers);
    }

    /// The same with services of other names, so that several cuts fit on one node.
    ///
    /// @param prefix of the names
    public CoInference named(String prefix) {
        SequencedMap<String, ServiceSpec> services = new LinkedHashMap<>();
        catalogue
                .services()
                .forEach((name, spec) ->
                        services.put(
                                prefix + "-" + name,
                                new ServiceSpec(
                                        prefix + "-" + name,
                                        spec.version(),
                                        spec.kind(),
                                        spec.settings())));
        SequencedMap<String, Flow> flows = new LinkedHashMap<>();
        catalogue.flows().forEach((name, flow) -> flows.put(name, flow.withServices(prefix)));
        return new CoInference(
                new Catalogue(services, flows, new LinkedHashMap<>()),
                remote.stream().map(name -> prefix + "-" + name).toList());
    }

    /// The service of the flow's backbone.
    ///
    /// @throws BadInputException if there is not exactly one step of that kind
    public static ServiceSpec backbone(Catalogue whole, Flow flow) {
        Step step = flow.spec().steps().get(step(whole, flow.spec(), BACKBONE));
        return service(whole, Objects.requireNonNull(step));
    }

    private static ServiceSpec service(Catalogue whole, Step step) {
        return Objects.requireNonNull(whole.services().get(step.service()));
    }

    private static String step(Catalogue whole, FlowSpec flow, String kind) {
        List<String> found = new ArrayList<>();
        flow.steps()
                .forEach((name, step) -> {
                    if (service(whole, step).kind().equals(kind)) {
                        found.add(name);
                    }
                });
        BadInputException.check(
                found.size() == 1,
                "flow "
                        + flow.name()
                        + " has "
                        + found.size()
                        + " steps of kind "
                        + kind
                        + ", and one can be cut",
                "take a flow such as embed or label");
        return found.getFirst();
    }

    private record Cutter(ServiceKinds kinds, Catalogue whole, FlowSpec flow) {

        CoInference cut(int blocks, int layers) {
            String name = step(whole, flow, BACKBONE);
            Step step = Objects.requireNonNull(flow.steps().get(name));
            ServiceSpec backbone = service(whole, step);
            SequencedMap<String, ServiceSpec> services = new LinkedHashMap<>();
            flow.steps().values().forEach(s -> services.put(s.service(), service(whole, s)));
            SequencedMap<String, Step> steps = new LinkedHashMap<>(flow.steps());
            SequencedMap<String, Source> outputs = new LinkedHashMap<>(flow.outputs());
            List<String> remote = new ArrayList<>();
            if (blocks < layers) {
                String gone = blocks > 0 ? "" : step(whole, flow, EMBEDDING);
                services.remove(backbone.name());
                List<ServiceSpec> there = new ArrayList<>();
                SequencedMap<String, Source> inputs = new LinkedHashMap<>(step.inputs());
                if (blocks > 0) {
                    ServiceSpec lower = part(backbone, "-lower", 0, blocks);
                    services.put(lower.name(), lower);
                    steps.put(name + "-lower", new Step(lower.name(), step.inputs()));
                    inputs.put("hidden", new Source.Output(name + "-lower", "hidden"));
                } else {
                    Step lookUp = Objects.requireNonNull(steps.remove(gone));
                    there.add(service(whole, lookUp));
                    services.remove(lookUp.service());
                    inputs.remove("hidden");
                    inputs.putAll(lookUp.inputs());
                }
                there.add(part(backbone, "-upper", blocks, layers));
                String last = name;
                @Nullable String pooling = onlyPooling(name);
                if (pooling != null) {
                    there.add(service(whole, Objects.requireNonNull(steps.remove(pooling))));
                    services.remove(there.getLast().name());
                    last = pooling;
                    steps.remove(name);
                }
                ServiceSpec upper =
                        new ServiceSpec(
                                backbone.name() + "-rest",
                                backbone.version(),
                                "chain",
                                ChainKind.of(there));
                services.put(upper.name(), upper);
                steps.put(last, new Step(upper.name(), inputs));
                remote.add(upper.name());
                String rest = last;
                outputs.replaceAll((output, source) -> moved(source, gone, rest));
                steps.replaceAll((at, s) -> {
                    SequencedMap<String, Source> moved = new LinkedHashMap<>(s.inputs());
                    moved.replaceAll((input, source) -> moved(source, gone, rest));
                    return new Step(s.service(), moved);
                });
            }
            FlowSpec cut =
                    new FlowSpec(flow.name(), flow.description(), flow.inputs(), steps, outputs);
            return new CoInference(
                    Catalogue.check(kinds, List.copyOf(services.values()), List.of(cut), Map.of()),
                    remote);
        }

        /// What a step gave that is now part of another.
        private static Source moved(Source source, String gone, String to) {
            return source instanceof Source.Output output && output.step().equals(gone)
                    ? new Source.Output(to, output.port())
                    : source;
        }

        private static ServiceSpec part(ServiceSpec whole, String suffix, int from, int to) {
            SequencedMap<String, Object> settings = new LinkedHashMap<>(whole.settings().values());
            settings.put("blocks", from + "-" + to);
            return new ServiceSpec(
                    whole.name() + suffix,
                    whole.version(),
                    whole.kind(),
                    new Settings(whole.settings().base(), settings));
        }

        /// The pooling that alone uses the backbone's output; null if there is another use.
        private @Nullable String onlyPooling(String backbone) {
            Source hidden = new Source.Output(backbone, "hidden");
            List<String> users = new ArrayList<>();
            flow.steps()
                    .forEach((name, step) -> {
                        if (step.inputs().containsValue(hidden)) {
                            users.add(name);
                        }
                    });
            boolean alone = users.size() == 1 && !flow.outputs().containsValue(hidden);
            if (!alone) {
                return null;
            }
            Step user = Objects.requireNonNull(flow.steps().get(users.getFirst()));
            return service(whole, user).kind().equals(POOLING) ? users.getFirst() : null;
        }
    }
}
