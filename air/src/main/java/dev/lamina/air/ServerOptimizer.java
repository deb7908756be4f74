package dev.lamina.air;

import dev.lamina.nn.Aggregation;
import dev.lamina.nn.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// What the server of a federation makes of a round's mean: the mean itself (FedAvg, McMahan et
/// al., arXiv 1602.05629), or a step along the difference that it makes, with momentum (FedAvgM) or
/// with Adam (FedAdam, Reddi et al., arXiv 2003.00295, algorithm 2).
final class ServerOptimizer {
    private static final float MOMENTUM = 0.9f;
    private static final float SQUARES = 0.99f;
    private static final float ADAPTIVITY = 1e-3f; // τ

    private final ServerRule rule;
    private final SequencedMap<String, FloatTensor> first = new LinkedHashMap<>();
    private final SequencedMap<String, FloatTensor> second = new LinkedHashMap<>();

    ServerOptimizer(ServerRule rule) {
        this.rule = rule;
    }

    /// The next global parameters.
    SequencedMap<String, FloatTensor> next(
            SequencedMap<String, FloatTensor> global, Map<String, FloatTensor> mean) {
        SequencedMap<String, FloatTensor> next = new LinkedHashMap<>();
        global.forEach((name, tensor) ->
                next.put(name, next(name, tensor, Objects.requireNonNull(mean.get(name)))));
        return next;
    }

    private FloatTensor next(String name, FloatTensor global, FloatTensor mean) {
        if (rule.kind() == ServerRule.Kind.AVERAGE && rule.rate() == 1) {
            return mean;
        }
        FloatTensor step = Aggregation.difference(mean, global);
        if (rule.kind() != ServerRule.Kind.AVERAGE) {
            float[] m = zeros(first, name, global).values();
            float[] v = zeros(second, name, global).values();
            boolean adam = rule.kind() == ServerRule.Kind.ADAM;
            for (int i = 0; i < m.length; i++) {
                float delta = step.values()[i];
                m[i] = MOMENTUM * m[i] + (adam ? (1 - MOMENTUM) * delta : delta);
                v[i] = SQUARES * v[i] + (1 - SQUARES) * delta * delta;
                step.values()[i] = adam ? m[i] / ((float) Math.sqrt(v[i]) + ADAPTIVITY) : m[i];
            }
        }
        for (int i = 0; i < step.size(); i++) {
            step.values()[i] *= (float) rule.rate();
        }
        return Aggregation.sum(global, step);
    }

    private static FloatTensor zeros(
            Map<String, FloatTensor> state, String name, FloatTensor like) {
        return state.computeIfAbsent(name, _ -> FloatTensor.zeros(like.shape()));
    }

    /// What it remembers, for a checkpoint.
    SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        first.forEach((name, tensor) -> state.put("server.first." + name, tensor));
        second.forEach((name, tensor) -> state.put("server.second." + name, tensor));
        return state;
    }

    void restore(Map<String, FloatTensor> state) {
        state.forEach((name, tensor) -> {
            if (name.startsWith("server.first.")) {
                first.put(name.substring("server.first.".length()), tensor.copy());
            } else if (name.startsWith("server.second.")) {
                second.put(name.substring("server.second.".length()), tensor.copy());
            }
        });
    }
}
