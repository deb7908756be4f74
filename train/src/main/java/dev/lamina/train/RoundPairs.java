package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What a part of the model starts a round with, on either side of the cut, and the frozen
/// differences beside its layers, which only `stack` has.
final class RoundPairs implements AutoCloseable {
    private final NDManager parent;
    private final SequencedMap<String, FloatTensor> differences = new LinkedHashMap<>();
    private @Nullable NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    RoundPairs(NDManager parent) {
        this.parent = parent;
    }

    /// What a device's part starts a round with.
    ///
    /// @param own tensors of the part, whose values do not matter
    /// @param global the global adapter, as far as it was received
    static SequencedMap<String, FloatTensor> start(
            TrainingRule rule,
            Map<String, FloatTensor> own,
            SequencedMap<String, FloatTensor> global,
            int round,
            int device) {
        if (rule.aggregation() != RankAggregation.STACK) {
            return PairAggregation.resized(global, rule.lora().rank());
        }
        SequencedMap<String, FloatTensor> start = PairAggregation.withoutPairs(global);
        start.putAll(PairAggregation.fresh(own, rule.seed(), round, device));
        return start;
    }

    /// Takes over the differences of an adapter.
    void set(Map<String, FloatTensor> adapter) {
        differences.clear();
        adapter.forEach((name, tensor) -> {
            if (name.endsWith(PairAggregation.DIFFERENCE)) {
                differences.put(name, tensor);
            }
        });
        forget();
    }

    /// Adds the products of stacked factors.
    void merge(Map<String, FloatTensor> factors, double scaling) {
        PairAggregation.merge(differences, factors, scaling);
        forget();
    }

    private void forget() {
        arrays.clear();
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }

    /// By the layers' names, each ending with [PairAggregation#DIFFERENCE].
    SequencedMap<String, FloatTensor> differences() {
        return differences;
    }

    /// The part with the differences beside its layers; the part itself where there are none. It is
    /// good until they change.
    synchronized Segment beside(Lora lora, Segment part) {
        if (differences.isEmpty()) {
            return part;
        }
        NDManager own = manager == null ? parent.newSubManager() : manager;
        manager = own;
        for (String name : lora.names(part)) {
            String layer = name.replaceFirst("\\.lora_[AB]\\.weight$", "");
            FloatTensor difference = differences.get(layer + PairAggregation.DIFFERENCE);
            if (difference != null) {
                arrays.computeIfAbsent(layer, n -> Tensors.toEngine(own, difference));
            }
        }
        return lora.beside(part, arrays);
    }

    @Override
    public void close() {
        forget();
    }
}
