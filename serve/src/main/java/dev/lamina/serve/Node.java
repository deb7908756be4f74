package dev.lamina.serve;

import java.util.List;
import java.util.Map;

/// A machine that hosts replicas of services. In one process it is a [LocalNode]; over a network it
/// is a client of one: the gateway knows no difference. Every call may end with a [ServeException]
/// of reason UNAVAILABLE: the node is gone.
public interface Node extends AutoCloseable {
    /// What placements call it.
    String name();

    /// How it is.
    NodeStatus status();

    /// Makes a service known to the node, which loads it now or when it is first asked for. A
    /// service that is known already stays as it is.
    ///
    /// @param state to go on from; empty to begin
    /// @param load whether to load it now
    void assign(ServiceSpec spec, byte[] state, boolean load);

    /// Forgets a service, after the calls that it has taken.
    ///
    /// @param id name and version
    void remove(String id);

    /// Answers some requests by one of its services.
    ///
    /// @return an outcome for each item; the call as a whole fails only if the node does
    List<Outcome> call(String id, List<Map<String, Value>> items, RequestContext context);

    /// What a service knows beyond its settings.
    byte[] state(String id);

    @Override
    void close();
}
