package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.nn.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A global adapter of `stack`, whose layers have a frozen dense difference and no pair.
///
/// @param spec of the run
/// @param initial the adapter that it started from, with a pair for each layer
record Differences(FinetuneSpec spec, SequencedMap<String, FloatTensor> initial) {
    /// What the factors of a difference may miss of it, Frobenius: above what fp32 has rounded away
    /// in it.
    private static final double EXACT = 1e-6;

    /// Evaluates the uncut model with the differences.
    Evaluation evaluate(
            Map<String, FloatTensor> adapter,
            Segment whole,
            List<TokenizedSample> samples,
            int classes,
            NDManager manager,
            Lanes lanes) {
        SequencedMap<String, FloatTensor> head = PairAggregation.withoutPairs(adapter);
        PairAggregation.resized(initial, 1)
                .forEach((name, tensor) ->
                        head.putIfAbsent(name, FloatTensor.zeros(tensor.shape())));
        try (RoundPairs pairs = new RoundPairs(manager)) {
            pairs.set(adapter);
            Segment part = pairs.beside(spec.lora(), whole);
            return Evaluation.of(part, spec.lora(), head, samples, classes, manager, lanes);
        }
    }

    /// The differences as pairs. PEFT's format has one rank for all layers: the least at which the
    /// pairs miss no more than 1e-6 of any layer's difference; at most that of its smaller side.
    /// The scaling stays.
    Adapter adapter(SequencedMap<String, FloatTensor> tensors, List<String> labels) {
        Map<String, LowRank.Svd> factored = new LinkedHashMap<>();
        int rank = 1;
        for (String layer : PairAggregation.layers(initial.keySet())) {
            FloatTensor difference = tensors.get(layer + PairAggregation.DIFFERENCE);
            if (difference != null) {
                LowRank.Svd svd = LowRank.dense(difference, 1 / spec.lora().scaling()).svd();
                factored.put(layer, svd);
                rank = Math.max(rank, svd.rank(EXACT));
            }
        }
        SequencedMap<String, FloatTensor> all = PairAggregation.resized(initial, rank);
        all.replaceAll((name, tensor) -> FloatTensor.zeros(tensor.shape()));
        all.putAll(PairAggregation.withoutPairs(tensors));
        for (Map.Entry<String, LowRank.Svd> layer : factored.entrySet()) {
            LowRank.Pair pair = layer.getValue().pair(rank, null);
            all.put(layer.getKey() + Lora.A, pair.a());
            all.put(layer.getKey() + Lora.B, pair.b());
        }
        return new Adapter(spec.model(), spec.lora().withRank(rank), labels, all);
    }
}
