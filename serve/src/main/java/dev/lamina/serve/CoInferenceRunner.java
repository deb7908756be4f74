package dev.lamina.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Runs one flow between a device and a node, cut where one likes.
public final class CoInferenceRunner implements AutoCloseable {
    /// There is one replica of each part: nothing is gained by watching over them.
    private static final Orchestrator.Config QUIET =
            new Orchestrator.Config(Duration.ofMinutes(10), Duration.ofSeconds(5), true);

    private final Orchestrator orchestrator;
    private final FlowRunner runner;
    private final Flow flow;

    /// Loads both parts.
    ///
    /// @param cut the flow with its cut
    /// @param device where the parts before the cut run
    /// @param node where the others run; not asked if there are none. Neither is closed with this
    /// @throws ServeException if a part cannot be loaded
    public CoInferenceRunner(ServiceKinds kinds, CoInference cut, Node device, Node node) {
        Catalogue catalogue = cut.catalogue();
        flow = Objects.requireNonNull(catalogue.flows().firstEntry()).getValue();
        List<String> here = new ArrayList<>(catalogue.services().keySet());
        here.removeAll(cut.remote());
        SequencedMap<String, List<String>> placement = new LinkedHashMap<>();
        placement.put(device.name(), here);
        List<Node> nodes = new ArrayList<>(List.of(device));
        if (!cut.remote().isEmpty()) {
            nodes.add(node);
            placement.put(node.name(), cut.remote());
        }
        orchestrator = new Orchestrator(kinds, nodes, QUIET, OrchestratorListener.NONE);
        runner = new FlowRunner(orchestrator, (f, step, service, context, from, to, error) -> {});
        orchestrator.start(
                new Catalogue(catalogue.services(), catalogue.flows(), placement),
                Placement.greedy(1));
    }

    /// Answers one request.
    ///
    /// @throws ServeException if it cannot be answered
    public Map<String, Value> run(Map<String, Value> inputs, Duration deadline) {
        return runner.run(flow, List.of(inputs), RequestContext.within(deadline))
                .getFirst()
                .outputs();
    }

    /// Takes both parts away again; the nodes stay.
    @Override
    public void close() {
        orchestrator.release();
    }
}
