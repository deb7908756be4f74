package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What a gateway serves: declared services, checked flows, and perhaps where services are placed.
///
/// @param services by name
/// @param flows by name
/// @param placement node names to service names; empty if it is left to the gateway
public record Catalogue(
        SequencedMap<String, ServiceSpec> services,
        SequencedMap<String, Flow> flows,
        SequencedMap<String, List<String>> placement) {

    public Catalogue {
        services = new LinkedHashMap<>(services);
        flows = new LinkedHashMap<>(flows);
        placement = new LinkedHashMap<>(placement);
    }

    /// Checks declared services and flows against the kinds that there are.
    ///
    /// @throws BadInputException naming what does not fit
    public static Catalogue check(
            ServiceKinds kinds,
            List<ServiceSpec> services,
            List<FlowSpec> flows,
            Map<String, List<String>> placement) {
        SequencedMap<String, ServiceSpec> byName = new LinkedHashMap<>();
        Map<String, Signature> signatures = new LinkedHashMap<>();
        for (ServiceSpec service : services) {
            byName.put(service.name(), service);
            signatures.put(service.name(), kinds.signature(service));
        }
        SequencedMap<String, Flow> checked = new LinkedHashMap<>();
        for (FlowSpec flow : flows) {
            BadInputException.check(
                    !byName.containsKey(flow.name()),
                    "'" + flow.name() + "' is a service and a flow",
                    "give the flow another name");
            checked.put(flow.name(), Flow.check(flow, signatures::get));
        }
        SequencedMap<String, List<String>> placed = new LinkedHashMap<>(placement);
        placed.forEach((node, names) -> {
            for (String name : names) {
                BadInputException.check(
                        byName.containsKey(name),
                        "placement of node " + node + ": service '" + name + "' is not declared",
                        "it is mistyped, or missing under services:");
            }
        });
        return new Catalogue(byName, checked, placed);
    }

    /// Some flows, and the services that they need.
    ///
    /// @throws BadInputException if there is no such flow
    public Catalogue only(List<String> names) {
        SequencedMap<String, Flow> some = new LinkedHashMap<>();
        for (String name : names) {
            Flow flow = flows.get(name);
            if (flow == null) {
                throw new BadInputException(
                        "there is no flow '" + name + "'",
                        "take one of " + String.join(", ", flows.keySet()));
            }
            some.put(name, flow);
        }
        SequencedMap<String, ServiceSpec> needed = new LinkedHashMap<>(services);
        needed.keySet()
                .removeIf(service ->
                        some.values().stream()
                                .flatMap(flow -> flow.spec().steps().values().stream())
                                .noneMatch(step -> step.service().equals(service)));
        SequencedMap<String, List<String>> placed = new LinkedHashMap<>();
        placement.forEach(
                (node, all) -> placed.put(node, all.stream().filter(needed::containsKey).toList()));
        return new Catalogue(needed, some, placed);
    }
}
