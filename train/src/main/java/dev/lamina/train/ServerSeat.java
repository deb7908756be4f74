package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.nn.FloatTensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What is on the server for one device: the part of the model above its cut, and while it takes
/// part an adapter set with its optimiser.
final class ServerSeat {
    private final Segment plain;
    private final TrainingRule rule;
    private final Map<MicroBatch, Message.Activation> waiting = new HashMap<>();
    private Segment part;
    private @Nullable AdapterSet adapters;
    private Map<String, FloatTensor> before = Map.of();
    private Map<String, FloatTensor> gradients = Map.of();

    ServerSeat(Segment part, TrainingRule rule) {
        this.plain = part;
        this.part = part;
        this.rule = rule;
    }

    /// The part, with the frozen differences beside its layers where there are any.
    Segment part() {
        return part;
    }

    TrainingRule rule() {
        return rule;
    }

    boolean isOpen() {
        return adapters != null;
    }

    AdapterSet adapters() {
        AdapterSet set = adapters;
        if (set == null) {
            throw new IllegalStateException("not this device's turn");
        }
        return set;
    }

    /// Makes an adapter set, if there is none.
    void open(NDManager manager, Map<String, FloatTensor> initial) {
        if (adapters == null) {
            adapters =
                    new AdapterSet(
                            manager,
                            rule.lora().names(plain),
                            PairAggregation.resized(initial, rule.lora().rank()),
                            rule);
        }
    }

    /// Keeps values and optimiser, to go back to.
    void keep() {
        before = adapters == null ? Map.of() : adapters.state();
    }

    /// Takes over the global adapter for a device's round.
    void begin(SequencedMap<String, FloatTensor> global, RoundPairs pairs, int round, int device) {
        waiting.clear();
        put(pairs);
        AdapterSet set = adapters();
        if (rule.aggregation().restarts()) {
            set.restart();
        }
        set.parameters()
                .assign(RoundPairs.start(rule, set.parameters().values(), global, round, device));
    }

    /// Puts the frozen differences beside the part's layers.
    void put(RoundPairs pairs) {
        part = pairs.beside(rule.lora(), plain);
    }

    /// Goes back to what was kept; to no adapter set, if there was none.
    void rollBack() {
        waiting.clear();
        gradients = Map.of();
        if (adapters == null) {
            return;
        }
        if (before.isEmpty()) {
            close();
        } else {
            adapters.dropGradients();
            adapters.restore(before);
        }
    }

    /// The part with the adapters of a micro-batch's step.
    Segment attach(int device, MicroBatch at) {
        return rule.lora().attach(part, adapters().parameters(), rule.dropout(device, at));
    }

    /// A micro-batch's gradients are there; after the last one the optimiser takes its step, or
    /// where gradients are averaged, they are kept for that.
    void finishPart(MicroBatch at) {
        if (at.isLast() && rule.head() != HeadRule.AVERAGED) {
            gradients = adapters().parameters().takeGradients();
        } else if (at.isLast()) {
            adapters().step(rule.schedule().at(at.step()));
        }
    }

    /// The gradients of the batch that was last gone through, where they are averaged.
    Map<String, FloatTensor> gradients() {
        return gradients;
    }

    void keepGradients(Map<String, FloatTensor> taken) {
        gradients = taken;
    }

    /// Keeps an activation until its device has computed the loss.
    void keepWaiting(Message.Activation activation) {
        waiting.put(activation.at(), activation);
    }

    Message.Activation takeWaiting(MicroBatch at) {
        return Objects.requireNonNull(waiting.remove(at), () -> "no activation of " + at);
    }

    /// Whether what the device has done here can be used.
    boolean isFinite() {
        boolean kept = rule.head() != HeadRule.AVERAGED;
        for (FloatTensor tensor : (kept ? gradients : adapters().parameters().values()).values()) {
            for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    void close() {
        if (adapters != null) {
            adapters.close();
            adapters = null;
        }
    }
}
