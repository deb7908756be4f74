package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Cut;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The role of the edge server: one frozen model, and for each device the part above that device's
/// cut with an adapter set of its own ([B] III). Activations may come in any order: no device's
/// step depends on another's. At a round's end it averages the adapters ([Aggregation]).
final class Server implements AutoCloseable {
    private final NDManager manager;
    private final TrainingRule[] rules;
    private final Segment[] parts;
    private final AdapterSet[] adapters;
    private SequencedMap<String, FloatTensor> global;

    /// Prepares to serve devices.
    ///
    /// @param parts how the model is cut for each device
    /// @param initial the adapter that all start from
    /// @param rules of each device
    Server(
            NDManager manager,
            List<Cut.Parts> parts,
            Map<String, FloatTensor> initial,
            List<TrainingRule> rules) {
        this.manager = manager;
        this.rules = rules.toArray(TrainingRule[]::new);
        this.parts = parts.stream().map(Cut.Parts::middle).toArray(Segment[]::new);
        this.adapters = new AdapterSet[parts.size()];
        for (int u = 0; u < adapters.length; u++) {
            adapters[u] =
                    new AdapterSet(
                            manager, this.rules[u].lora(), this.parts[u], initial, this.rules[u]);
        }
        this.global = new LinkedHashMap<>(initial);
    }

    /// Completes a device's step: forward from the activation, loss, backward, update of the
    /// device's adapter set here, and the gradient for the device.
    Message.Gradient step(Message.Activation activation) {
        int device = activation.device();
        TrainingRule rule = rules[device];
        AdapterSet set = adapters[device];
        List<Integer> sent = activation.labels();
        if (sent == null) {
            throw new IllegalStateException(
                    "device " + device + " sent no labels, and the head is here");
        }
        int[] labels = asArray(sent);
        boolean wanted = parts[device].firstBlock() > 0;
        try (NDManager scope = manager.newSubManager()) {
            NDArray hidden = Tensors.toEngine(scope, activation.hidden().decode());
            NDArray input = wanted ? Autograd.leaf(hidden) : hidden;
            NDArray loss =
                    Autograd.recording(() -> {
                        NDArray mask = TokenBatch.mask(scope, asArray(activation.lengths()));
                        Segment part =
                                rule.lora()
                                        .attach(
                                                parts[device],
                                                set.parameters(),
                                                rule.dropout(device, activation.step()));
                        return Loss.crossEntropy(part.forward(input, mask), labels);
                    });
            Autograd.backward(loss);
            set.step(rule.schedule().at(activation.step()));
            EncodedTensor gradient =
                    wanted ? EncodedTensor.of(rule.codec(), Autograd.takeGradient(input)) : null;
            return new Message.Gradient(device, activation.step(), loss.getFloat(), gradient);
        }
    }

    private static int[] asArray(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Ends a round: joins what the devices sent with what is here for them, averages, and takes
    /// the result over into every adapter set.
    void aggregate(List<Message.AdapterUpdate> updates) {
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        for (Message.AdapterUpdate update : updates) {
            Map<String, FloatTensor> adapter =
                    new LinkedHashMap<>(adapters[update.device()].parameters().values());
            update.tensors().forEach((name, tensor) -> adapter.put(name, tensor.decode()));
            contributions.add(new Aggregation.Contribution(update.samples(), adapter));
        }
        global = Aggregation.average(global, contributions);
        for (AdapterSet set : adapters) {
            set.parameters().assign(global);
        }
    }

    /// The tensors of the global adapter that have these names, for a device.
    Message.GlobalAdapter globalFor(Iterable<String> names) {
        Map<String, EncodedTensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(
                    name,
                    EncodedTensor.of(
                            new TensorCodec.Fp32(),
                            java.util.Objects.requireNonNull(global.get(name))));
        }
        return new Message.GlobalAdapter(tensors);
    }

    /// The adapter after the last aggregation.
    SequencedMap<String, FloatTensor> global() {
        return global;
    }

    Map<String, FloatTensor> state(int device) {
        return adapters[device].state();
    }

    void restore(int device, Map<String, FloatTensor> state) {
        adapters[device].restore(state);
    }

    void restoreGlobal(SequencedMap<String, FloatTensor> tensors) {
        global = tensors;
    }

    @Override
    public void close() {
        for (AdapterSet set : adapters) {
            set.close();
        }
    }
}
