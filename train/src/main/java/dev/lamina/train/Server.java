package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedMap;

/// The role of the edge server: one frozen model, and for each device the part above that device's
/// cut with an adapter set of its own ([B] III). Activations may come in any order: no device's
/// step depends on another's. At a round's end it averages the adapters ([Aggregation]).
final class Server implements AutoCloseable {
    private final NDManager manager;
    private final SequencedMap<String, FloatTensor> initial;
    private final Map<Integer, Seat> seats = new HashMap<>();
    private SequencedMap<String, FloatTensor> global;

    /// What is here for one device.
    ///
    /// @param part of the model, above the device's cut
    /// @param adapters of that part
    /// @param before state when the round began, for [#rollBack(int)]
    private record Seat(
            Segment part,
            TrainingRule rule,
            AdapterSet adapters,
            Map<String, FloatTensor> before) {}

    /// Prepares to serve devices.
    ///
    /// @param initial the adapter that all start from
    Server(NDManager manager, SequencedMap<String, FloatTensor> initial) {
        this.manager = manager;
        this.initial = initial;
        this.global = new LinkedHashMap<>(initial);
    }

    /// Takes a device in.
    ///
    /// @param part the model above its cut
    synchronized void admit(int device, Segment part, TrainingRule rule) {
        AdapterSet set = new AdapterSet(manager, rule.lora(), part, initial, rule);
        seats.put(device, new Seat(part, rule, set, Map.of()));
    }

    private synchronized Seat seat(int device) {
        return Objects.requireNonNull(seats.get(device), () -> "no device " + device);
    }

    /// Begins a round for a device: its adapter set takes over the global adapter.
    ///
    /// @param lower the names of the tensors that the device holds
    Message.RoundStart begin(
            int device, int round, int fromStep, int steps, Iterable<String> lower) {
        Seat seat = seat(device);
        Seat begun = new Seat(seat.part(), seat.rule(), seat.adapters(), seat.adapters().state());
        synchronized (this) {
            seats.put(device, begun);
        }
        seat.adapters().parameters().assign(global);
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        for (String name : lower) {
            FloatTensor tensor = Objects.requireNonNull(global.get(name), name);
            tensors.put(name, EncodedTensor.of(new TensorCodec.Fp32(), tensor));
        }
        return new Message.RoundStart(round, fromStep, steps, tensors);
    }

    /// Takes back what a device has done here since its round began.
    void rollBack(int device) {
        Seat seat = seat(device);
        seat.adapters().restore(seat.before());
    }

    /// Completes a device's step: forward from the activation, loss, backward, update of the
    /// device's adapter set here, and the gradient for the device.
    Message.Gradient step(int device, Message.Activation activation) {
        Seat seat = seat(device);
        TrainingRule rule = seat.rule();
        AdapterSet set = seat.adapters();
        List<Integer> sent = activation.labels();
        if (sent == null) {
            throw new IllegalStateException(
                    "device " + device + " sent no labels, and the head is here");
        }
        int[] labels = asArray(sent);
        boolean wanted = seat.part().firstBlock() > 0;
        try (NDManager scope = manager.newSubManager()) {
            NDArray hidden = Tensors.toEngine(scope, activation.hidden().decode());
            NDArray input = wanted ? Autograd.leaf(hidden) : hidden;
            NDArray loss =
                    Autograd.recording(() -> {
                        NDArray mask = TokenBatch.mask(scope, asArray(activation.lengths()));
                        Segment part =
                                rule.lora()
                                        .attach(
                                                seat.part(),
                                                set.parameters(),
                                                rule.dropout(device, activation.step()));
                        return Loss.crossEntropy(part.forward(input, mask), labels);
                    });
            Autograd.backward(loss);
            set.step(rule.schedule().at(activation.step()));
            EncodedTensor gradient =
                    wanted ? EncodedTensor.of(rule.codec(), Autograd.takeGradient(input)) : null;
            return new Message.Gradient(
                    activation.round(), activation.step(), loss.getFloat(), gradient);
        }
    }

    private static int[] asArray(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Ends a round: joins what the devices sent with what is here for them, and averages.
    ///
    /// @param updates by device; the others' adapters do not count
    void aggregate(SortedMap<Integer, Message.AdapterUpdate> updates) {
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        updates.forEach((device, update) -> {
            Seat seat = seat(device);
            Map<String, FloatTensor> adapter =
                    new LinkedHashMap<>(seat.adapters().parameters().values());
            update.tensors()
                    .forEach((name, tensor) -> {
                        FloatTensor sent = tensor.decode();
                        adapter.put(
                                name,
                                seat.rule().sendsDifferences()
                                        ? Aggregation.sum(
                                                Objects.requireNonNull(global.get(name)), sent)
                                        : sent);
                    });
            contributions.add(new Aggregation.Contribution(update.samples(), adapter));
        });
        global = Aggregation.average(global, contributions);
    }

    /// The adapter after the last aggregation.
    SequencedMap<String, FloatTensor> global() {
        return global;
    }

    /// Whether all values of a device's adapter set here are finite.
    boolean isFinite(int device) {
        for (FloatTensor tensor : seat(device).adapters().parameters().values().values()) {
            for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    Map<String, FloatTensor> state(int device) {
        return seat(device).adapters().state();
    }

    void restore(int device, Map<String, FloatTensor> state) {
        seat(device).adapters().restore(state);
    }

    void restoreGlobal(SequencedMap<String, FloatTensor> tensors) {
        global = tensors;
    }

    @Override
    public void close() {
        seats.values().forEach(seat -> seat.adapters().close());
    }
}
