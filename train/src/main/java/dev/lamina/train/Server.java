package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Aggregation;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The role of the edge server: for each device the part of the model above that device's cut with
/// an adapter set of its own ([B] III). Activations may come in any order: no device's step depends
/// on another's. At a round's end it averages the adapters ([Aggregation]).
///
/// What it holds is what tells the schemes apart. `shared`: one frozen model, and an adapter set
/// with optimiser state for each device. `parallel`: a copy of the frozen model for each device as
/// well. `sequential`: one adapter set and one optimiser, handed on from device to device.
/// `ushape`: one adapter with one optimiser ([GradientServer]); what is here for a device is a copy
/// of it while its batch is gone through, and its gradients until the round's end.
final class Server implements AutoCloseable {
    private final NDManager manager;
    private final SequencedMap<String, FloatTensor> initial;
    private final Scheme scheme;
    private final boolean recompute;
    private final RankAggregation aggregation;
    private final RoundPairs pairs;
    private final Map<Integer, ServerSeat> seats = new HashMap<>();
    private final Map<String, FloatTensor> handedOn = new LinkedHashMap<>();
    private SequencedMap<String, FloatTensor> global;
    private @Nullable GradientServer gradients;
    private @Nullable Map<String, FloatTensor> joint;
    private Join lastJoin = new Join(0, 0);

    /// What the last aggregation came to.
    ///
    /// @param truncation share of the mean product that was cut off ([PairAggregation.Joined])
    /// @param seconds that it took here
    record Join(double truncation, double seconds) {}

    /// Prepares to serve devices.
    ///
    /// @param initial the adapter that all start from
    /// @param recompute whether blocks' activations are computed again for the backward pass
    Server(
            NDManager manager,
            SequencedMap<String, FloatTensor> initial,
            Scheme scheme,
            boolean recompute) {
        this(manager, initial, scheme, recompute, RankAggregation.AVERAGE);
    }

    /// The same with another way to join the devices' pairs.
    Server(
            NDManager manager,
            SequencedMap<String, FloatTensor> initial,
            Scheme scheme,
            boolean recompute,
            RankAggregation aggregation) {
        this.manager = manager;
        this.initial = initial;
        this.scheme = scheme;
        this.recompute = recompute;
        this.aggregation = aggregation;
        this.pairs = new RoundPairs(manager);
        this.global =
                aggregation == RankAggregation.STACK
                        ? PairAggregation.withoutPairs(initial)
                        : new LinkedHashMap<>(initial);
    }

    /// Takes a device in.
    ///
    /// @param part the model above its cut
    synchronized void admit(int device, Segment part, TrainingRule rule) {
        Segment own = scheme == Scheme.PARALLEL ? part.copyTo(manager.newSubManager()) : part;
        ServerSeat seat = new ServerSeat(own, rule);
        if (scheme.averagesGradients() && gradients == null) {
            gradients = new GradientServer(manager, part, rule, initial);
        }
        if (!scheme.inTurn() && !scheme.averagesGradients()) {
            seat.open(manager, initial);
        }
        seats.put(device, seat);
    }

    private synchronized ServerSeat seat(int device) {
        return Objects.requireNonNull(seats.get(device), () -> "no device " + device);
    }

    /// Begins a round for a device: its adapter set takes over the global adapter.
    ///
    /// @param lower the names of the tensors that the device holds
    Message.RoundStart begin(
            int device, int round, int fromStep, int steps, Iterable<String> lower) {
        ServerSeat seat = seat(device);
        if (scheme.inTurn()) {
            seat.open(manager, initial);
            seat.adapters().takeOver(handedOn);
        }
        if (!scheme.averagesGradients()) {
            seat.begin(global, pairs, round, device);
        }
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        for (String name : lower) {
            FloatTensor tensor = sent(name, seat.rule());
            if (tensor != null) {
                tensors.put(name, EncodedTensor.of(new TensorCodec.Fp32(), tensor));
            }
        }
        return new Message.RoundStart(round, fromStep, steps, tensors);
    }

    /// A tensor of the global adapter as a device gets it: at its rank, but all of the factors that
    /// are to be merged into its difference, of which there are none before the first round's end;
    /// null for what is not sent.
    private @Nullable FloatTensor sent(String name, TrainingRule rule) {
        if (aggregation == RankAggregation.STACK) {
            return global.get(name);
        }
        return aggregation.trains(name)
                ? PairAggregation.resized(
                        name, Objects.requireNonNull(global.get(name), name), rule.lora().rank())
                : null;
    }

    /// The adapter that a device's round began with.
    SequencedMap<String, FloatTensor> given(int device) {
        return PairAggregation.resized(global, seat(device).rule().lora().rank());
    }

    /// Keeps what is here for a device, so that its round can be taken back.
    void keep(int device) {
        seat(device).keep();
    }

    /// Takes back what a device has done here since it was kept.
    void rollBack(int device) {
        seat(device).rollBack();
    }

    /// Goes on with an activation. With the head here: forward, loss, backward, and after the
    /// batch's last part an update of the device's adapter set. With the head on the device:
    /// forward only; the activation is kept, and computed again when the device answers, so that
    /// not more than one device's graph is held at any time.
    ///
    /// @return a gradient, or a representation
    Message step(int device, Message.Activation activation) {
        ServerSeat seat = seat(device);
        if (seat.part().head() == null) {
            return represent(device, seat, activation);
        }
        int[] labels = labels(device, activation);
        double[] mean = new double[1];
        EncodedTensor gradient =
                backward(
                        device,
                        seat,
                        activation,
                        output -> {
                            NDArray loss = Loss.crossEntropy(output, labels);
                            mean[0] = loss.getFloat();
                            return new Chain.Root(
                                    loss,
                                    Tensors.scalar(loss.getManager(), activation.at().weight()));
                        });
        return new Message.Gradient(activation.at(), mean[0], gradient);
    }

    /// Goes on with the gradient of a representation: forward again, backward, update.
    Message.Gradient step(int device, Message.RepresentationGradient answer) {
        ServerSeat seat = seat(device);
        EncodedTensor gradient =
                backward(
                        device,
                        seat,
                        seat.takeWaiting(answer.at()),
                        output ->
                                new Chain.Root(
                                        output,
                                        Tensors.toEngine(
                                                output.getManager(), answer.gradient().decode())));
        return new Message.Gradient(answer.at(), answer.loss(), gradient);
    }

    private Message.Representation represent(
            int device, ServerSeat seat, Message.Activation activation) {
        if (scheme.averagesGradients() && activation.at().part() == 0) {
            seat.open(manager, global);
            seat.begin(global, pairs, activation.at().round(), device);
        }
        seat.keepWaiting(activation);
        try (NDManager scope = manager.newSubManager()) {
            NDArray output =
                    Autograd.withoutGradient(() ->
                            seat.attach(device, activation.at())
                                    .forward(
                                            Tensors.toEngine(scope, activation.hidden().decode()),
                                            mask(scope, activation)));
            return new Message.Representation(
                    activation.at(), EncodedTensor.of(seat.rule().codec(), Tensors.toJava(output)));
        }
    }

    /// Forward and backward through the part above the cut; after the batch's last part an update.
    ///
    /// @return the gradient of the activation; null if the device needs none
    private @Nullable EncodedTensor backward(
            int device,
            ServerSeat seat,
            Message.Activation activation,
            Function<NDArray, Chain.Root> top) {
        try (NDManager scope = manager.newSubManager()) {
            Segment part = seat.attach(device, activation.at());
            NDArray gradient =
                    Chain.run(
                            scope,
                            recompute ? part.slices() : List.of(part),
                            Tensors.toEngine(scope, activation.hidden().decode()),
                            mask(scope, activation),
                            seat.part().firstBlock() > 0,
                            top);
            seat.finishPart(activation.at());
            return gradient == null
                    ? null
                    : EncodedTensor.of(seat.rule().codec(), Tensors.toJava(gradient));
        }
    }

    /// Several devices' steps in one pass through the frozen weights: at least two, all with the
    /// same cut, each with a whole batch and its labels. Shorter texts are padded to the longest of
    /// all.
    ///
    /// @param activations by device, in the order of their rows
    /// @return a gradient for each
    SequencedMap<Integer, Message.Gradient> stepTogether(
            SequencedMap<Integer, Message.Activation> activations) {
        return new Together(manager, this::seat).step(activations);
    }

    private static NDArray mask(NDManager scope, Message.Activation activation) {
        return TokenBatch.mask(scope, asArray(activation.lengths()));
    }

    static int[] labels(int device, Message.Activation activation) {
        List<Integer> sent = activation.labels();
        if (sent == null) {
            throw new IllegalStateException(
                    "device " + device + " sent no labels, and the head is here");
        }
        return asArray(sent);
    }

    static int[] asArray(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /// What is here under `ushape`.
    GradientServer gradients() {
        return Objects.requireNonNull(gradients, "no device was admitted under ushape");
    }

    /// Takes over the gradients of a round that all went through together ([JointStep]).
    void keepJoint(Map<String, FloatTensor> averaged) {
        joint = averaged;
    }

    /// Takes the step of a round under `ushape`.
    private void step(SortedMap<Integer, Message.AdapterUpdate> updates) {
        Map<String, FloatTensor> blocks = joint;
        if (blocks == null) {
            List<Aggregation.Contribution> own = new ArrayList<>();
            updates.forEach((device, update) ->
                    own.add(
                            new Aggregation.Contribution(
                                    update.samples(), seat(device).gradients())));
            blocks = Aggregation.average(new LinkedHashMap<>(own.getFirst().tensors()), own);
        }
        joint = null;
        SequencedMap<String, FloatTensor> next = new LinkedHashMap<>(global);
        next.putAll(gradients().step(blocks, updates));
        global = next;
    }

    /// Ends a round, or a device's turn in it: joins what the devices sent with what is here for
    /// them, and averages.
    ///
    /// @param updates by device; the others' adapters do not count
    void aggregate(SortedMap<Integer, Message.AdapterUpdate> updates) {
        if (scheme.averagesGradients()) {
            step(updates);
            return;
        }
        long began = System.nanoTime();
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        updates.forEach((device, update) -> {
            ServerSeat seat = seat(device);
            int rank = seat.rule().lora().rank();
            Map<String, FloatTensor> adapter =
                    new LinkedHashMap<>(seat.adapters().parameters().values());
            update.tensors()
                    .forEach((name, tensor) -> {
                        FloatTensor sent = tensor.decode();
                        adapter.put(
                                name,
                                seat.rule().sendsDifferences()
                                        ? Aggregation.sum(
                                                PairAggregation.resized(
                                                        name,
                                                        Objects.requireNonNull(global.get(name)),
                                                        rank),
                                                sent)
                                        : sent);
                    });
            contributions.add(new Aggregation.Contribution(update.samples(), adapter));
        });
        if (!updates.isEmpty()) {
            double scaling = seat(updates.firstKey()).rule().lora().scaling();
            PairAggregation.Joined joined =
                    PairAggregation.join(aggregation, global, contributions, scaling);
            global = joined.tensors();
            pairs.set(global);
            lastJoin = new Join(joined.truncation(), (System.nanoTime() - began) / 1e9);
        }
        if (scheme.inTurn()) {
            for (int device : updates.keySet()) {
                ServerSeat seat = seat(device);
                handedOn.putAll(seat.adapters().state());
                seat.close();
            }
        }
    }

    /// The adapter after the last aggregation.
    SequencedMap<String, FloatTensor> global() {
        return global;
    }

    /// What the last aggregation came to.
    Join lastJoin() {
        return lastJoin;
    }

    /// Whether all values of a device's adapter set here are finite.
    boolean isFinite(int device) {
        return seat(device).isFinite();
    }

    /// Of a device: values and optimiser; nothing where it is not its turn.
    Map<String, FloatTensor> state(int device) {
        ServerSeat seat = seat(device);
        return seat.isOpen() && !scheme.averagesGradients() ? seat.adapters().state() : Map.of();
    }

    /// What is handed on from device to device; under `ushape` the one adapter's optimiser.
    Map<String, FloatTensor> handedOn() {
        GradientServer one = gradients;
        return one == null ? handedOn : one.state();
    }

    /// Goes on from a stored state.
    void restore(int device, Map<String, FloatTensor> state) {
        ServerSeat seat = seat(device);
        seat.put(pairs);
        if (state.isEmpty()) {
            return;
        }
        if (scheme.inTurn()) {
            seat.open(manager, initial);
        }
        seat.adapters().restore(state);
    }

    void restoreGlobal(SequencedMap<String, FloatTensor> tensors, Map<String, FloatTensor> inTurn) {
        global = tensors;
        GradientServer one = gradients;
        if (one != null) {
            one.restore(inTurn);
            return;
        }
        pairs.set(global);
        handedOn.clear();
        handedOn.putAll(inTurn);
    }

    @Override
    public void close() {
        seats.values().forEach(ServerSeat::close);
        if (gradients != null) {
            gradients.close();
        }
        pairs.close();
    }
}
