package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Several services as one, each fed by the one before: what is between them stays on the node.
///
/// Setting `parts` is a list of services, each a map with its `kind` and settings. A part's input
/// is the output of that name of the part before; inputs that it does not give are inputs of the
/// chain if they are optional, or of the first part.
public final class ChainKind implements ServiceKind {
    private final Supplier<ServiceKinds> kinds;

    /// Of kinds on the class path.
    public ChainKind() {
        this(ServiceKinds::installed);
    }

    ChainKind(Supplier<ServiceKinds> kinds) {
        this.kinds = kinds;
    }

    @Override
    public String name() {
        return "chain";
    }

    @Override
    public String description() {
        return "several services as one, each fed by the one before; what no later part takes comes"
                + " out too; parts: a list of services";
    }

    /// Settings of a chain of services.
    static Settings of(List<ServiceSpec> parts) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (ServiceSpec part : parts) {
            Map<String, Object> map = new LinkedHashMap<>(part.settings().values());
            map.put("kind", part.kind());
            list.add(map);
        }
        SequencedMap<String, Object> settings = new LinkedHashMap<>();
        settings.put("parts", list);
        return new Settings(parts.getFirst().settings().base(), settings);
    }

    private List<ServiceSpec> parts(Settings settings) {
        settings.only("parts");
        List<ServiceSpec> parts = new ArrayList<>();
        for (SequencedMap<String, Object> map : settings.maps("parts")) {
            SequencedMap<String, Object> rest = new LinkedHashMap<>(map);
            if (!(rest.remove("kind") instanceof String kind)) {
                throw new BadInputException(
                        "part " + (parts.size() + 1) + " has no kind", "add 'kind: backbone'");
            }
            BadInputException.check(
                    !name().equals(kind), "a chain in a chain", "put its parts into one list");
            parts.add(
                    new ServiceSpec(
                            "part-" + (parts.size() + 1),
                            "1",
                            kind,
                            new Settings(settings.base(), rest)));
        }
        BadInputException.check(!parts.isEmpty(), "parts is empty", "list some services");
        return parts;
    }

    @Override
    public Signature signature(Settings settings) {
        List<ServiceSpec> parts = parts(settings);
        ServiceKinds all = kinds.get();
        Signature before = all.signature(parts.getFirst());
        List<Port> inputs = new ArrayList<>(before.inputs());
        List<Port> outputs = new ArrayList<>(before.outputs());
        for (ServiceSpec part : parts.subList(1, parts.size())) {
            Signature signature = all.signature(part);
            for (Port port : signature.inputs()) {
                Port given = before.output(port.name());
                if (given != null) {
                    BadInputException.check(
                            given.type().fits(port.type()),
                            part.kind() + "'s input " + port + " cannot be " + given.type(),
                            "a part between is missing");
                } else {
                    BadInputException.check(
                            port.optional(),
                            part.kind() + " lacks its input " + port,
                            "the part before must have such an output");
                    if (inputs.stream().noneMatch(i -> i.name().equals(port.name()))) {
                        inputs.add(port);
                    }
                }
            }
            outputs.removeIf(port ->
                    signature.input(port.name()) != null || signature.output(port.name()) != null);
            outputs.addAll(signature.outputs());
            before = signature;
        }
        return new Signature(inputs, outputs);
    }

    @Override
    public long memoryBytes(Settings settings) {
        return parts(settings).stream().mapToLong(kinds.get()::memoryBytes).sum();
    }

    @Override
    public int largestBatch(Settings settings) {
        return parts(settings).stream()
                .mapToInt(part -> kinds.get().get(part.kind()).largestBatch(part.settings()))
                .min()
                .orElse(1);
    }

    @Override
    public Service load(Settings settings) {
        ServiceKinds all = kinds.get();
        List<Link> links = new ArrayList<>();
        try {
            for (ServiceSpec part : parts(settings)) {
                links.add(new Link(all.signature(part), all.load(part)));
            }
        } catch (RuntimeException e) {
            links.forEach(link -> link.service().close());
            throw e;
        }
        return new Chain(links, signature(settings));
    }

    private record Link(Signature signature, Service service) {}

    private record Chain(List<Link> links, Signature whole) implements Service {
        @Override
        public List<Outcome> run(List<Map<String, Value>> items) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Map<String, Value> item : items) {
                outcomes.add(new Outcome.Done(item));
            }
            for (Link link : links) {
                List<Integer> alive = new ArrayList<>();
                List<Map<String, Value>> inputs = new ArrayList<>();
                for (int i = 0; i < outcomes.size(); i++) {
                    if (outcomes.get(i) instanceof Outcome.Done d) {
                        alive.add(i);
                        inputs.add(inputs(link.signature(), d.outputs(), items.get(i)));
                    }
                }
                if (!inputs.isEmpty()) {
                    List<Outcome> results = link.service().run(inputs);
                    for (int i = 0; i < results.size(); i++) {
                        int item = alive.get(i);
                        outcomes.set(item, kept(outcomes.get(item), results.get(i)));
                    }
                }
            }
            return outcomes;
        }

        /// What a part gives, with what comes out and was there before it.
        private Outcome kept(Outcome before, Outcome after) {
            if (!(after instanceof Outcome.Done done)) {
                return after;
            }
            Map<String, Value> outputs = new LinkedHashMap<>();
            before.outputs()
                    .forEach((name, value) -> {
                        if (whole.output(name) != null) {
                            outputs.put(name, value);
                        }
                    });
            outputs.putAll(done.outputs());
            return new Outcome.Done(outputs);
        }

        private static Map<String, Value> inputs(
                Signature signature, Map<String, Value> before, Map<String, Value> item) {
            Map<String, Value> inputs = new LinkedHashMap<>();
            for (Port port : signature.inputs()) {
                Value value = before.get(port.name());
                value = value == null ? item.get(port.name()) : value;
                if (value != null) {
                    inputs.put(port.name(), value);
                }
            }
            return inputs;
        }

        @Override
        public void close() {
            links.forEach(link -> link.service().close());
        }
    }
}
