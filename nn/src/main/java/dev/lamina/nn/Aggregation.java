package dev.lamina.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Federated averaging (McMahan et al., arXiv 1602.05629) of adapters, weighted by samples. A and B
/// are averaged apart, as [B] does; that is not the average of their products. Optimiser moments
/// are not averaged: each device's stay with its adapter set (docs/adr/0005).
public final class Aggregation {
    private Aggregation() {}

    /// One device's adapter and its weight.
    ///
    /// @param samples trained on in this round; 0 leaves it out
    /// @param tensors by name, all of the adapter
    public record Contribution(long samples, Map<String, FloatTensor> tensors) {}

    /// The weighted mean, summed in double precision in the given order; `before` where nobody has
    /// weight.
    public static SequencedMap<String, FloatTensor> average(
            SequencedMap<String, FloatTensor> before, List<Contribution> contributions) {
        double total = contributions.stream().mapToLong(Contribution::samples).sum();
        SequencedMap<String, FloatTensor> mean = new LinkedHashMap<>();
        before.forEach((name, tensor) ->
                mean.put(name, total == 0 ? tensor : mean(name, tensor, contributions, total)));
        return mean;
    }

    private static FloatTensor mean(
            String name, FloatTensor like, List<Contribution> contributions, double total) {
        double[] sum = new double[like.size()];
        for (Contribution contribution : contributions) {
            FloatTensor tensor = contribution.tensors().get(name);
            if (tensor == null || tensor.size() != sum.length) {
                throw new IllegalArgumentException(
                        "tensor " + name + " " + like + " is given " + tensor);
            }
            double weight = contribution.samples() / total;
            float[] values = tensor.values();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * values[i];
            }
        }
        FloatTensor result = FloatTensor.zeros(like.shape());
        for (int i = 0; i < sum.length; i++) {
            result.values()[i] = (float) sum[i];
        }
        return result;
    }

    /// a + b, element by element.
    public static FloatTensor sum(FloatTensor a, FloatTensor b) {
        return combined(a, b, 1);
    }

    /// a − b, element by element.
    public static FloatTensor difference(FloatTensor a, FloatTensor b) {
        return combined(a, b, -1);
    }

    private static FloatTensor combined(FloatTensor a, FloatTensor b, float factor) {
        FloatTensor result = FloatTensor.zeros(a.shape());
        for (int i = 0; i < result.size(); i++) {
            result.values()[i] = a.values()[i] + factor * b.values()[i];
        }
        return result;
    }
}
