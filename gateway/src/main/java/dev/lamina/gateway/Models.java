package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.Flow;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.Port;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.serve.ServiceSpec;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What clients call models: every flow and every service.
final class Models {
    /// The version of a flow; only services have others.
    static final String FLOW_VERSION = "1";

    private final Catalogue catalogue;
    private final Orchestrator orchestrator;
    private final FlowRunner runner;

    /// A flow or a service.
    ///
    /// @param flow null for a service
    record Model(String name, String version, Signature signature, @Nullable Flow flow) {
        /// As error messages call it.
        String shown() {
            return (flow == null ? "service " : "flow ") + name;
        }

        /// The only required input; null if there are none or several.
        @Nullable Port onlyInput() {
            List<Port> required =
                    signature.inputs().stream().filter(port -> !port.optional()).toList();
            return required.size() == 1 ? required.getFirst() : null;
        }

        /// Whether it makes one vector from one text: then OpenAI clients may ask for it.
        boolean embeds() {
            Port in = onlyInput();
            Port out = signature.output("embedding");
            return flow != null
                    && in != null
                    && in.type().equals(ValueType.TEXT)
                    && out != null
                    && out.type().kind() == ValueType.Kind.FLOATS
                    && out.type().shape().size() == 1;
        }
    }

    Models(Catalogue catalogue, Orchestrator orchestrator, FlowRunner runner) {
        this.catalogue = catalogue;
        this.orchestrator = orchestrator;
        this.runner = runner;
    }

    /// @throws ServeException NOT_FOUND
    Model get(String name) {
        Flow flow = catalogue.flows().get(name);
        if (flow != null) {
            return new Model(name, FLOW_VERSION, flow.signature(), flow);
        }
        for (ServiceSpec service : orchestrator.services()) {
            if (service.name().equals(name)) {
                return new Model(name, service.version(), orchestrator.signature(name), null);
            }
        }
        throw new ServeException(
                Reason.NOT_FOUND,
                "there is no model '"
                        + Shown.plain(name)
                        + "'\nMaybe GET /flows lists the flows and their services");
    }

    /// @param version null or empty for the active one
    /// @throws ServeException NOT_FOUND
    Model get(String name, @Nullable String version) {
        Model model = get(name);
        if (version != null && !version.isEmpty() && !version.equals(model.version())) {
            throw new ServeException(
                    Reason.NOT_FOUND,
                    model.shown()
                            + " has no version '"
                            + Shown.plain(version)
                            + "'\nMaybe take "
                            + model.version());
        }
        return model;
    }

    List<Model> flows() {
        List<Model> flows = new ArrayList<>();
        catalogue.flows().keySet().forEach(name -> flows.add(get(name)));
        return flows;
    }

    /// Whether a request could be answered now.
    boolean ready(Model model) {
        Flow flow = model.flow();
        return flow == null
                ? orchestrator.ready(model.name())
                : flow.spec().steps().values().stream()
                        .allMatch(step -> orchestrator.ready(step.service()));
    }

    /// Whether every service can be called.
    boolean ready() {
        return orchestrator.services().stream().allMatch(s -> orchestrator.ready(s.name()));
    }

    /// The outputs of each item; if one fails, all do.
    ///
    /// @throws ServeException naming the item if there are several
    List<Map<String, Value>> run(
            Model model, List<Map<String, Value>> items, RequestContext context) {
        Flow flow = model.flow();
        List<Outcome> outcomes;
        if (flow != null) {
            outcomes = runner.run(flow, items, context);
        } else {
            items.forEach(item -> model.signature().check(model.shown(), item));
            outcomes = orchestrator.call(model.name(), null, items, context);
        }
        List<Map<String, Value>> outputs = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case Outcome.Done done -> outputs.add(done.outputs());
                case Outcome.Failed failed -> throw named(failed.error(), i, outcomes.size());
            }
        }
        return outputs;
    }

    private static ServeException named(ServeException error, int index, int of) {
        return of == 1
                ? error
                : new ServeException(
                        error.reason(), "item " + index + ": " + error.getMessage(), error);
    }
}
