package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Gradients;
import dev.lamina.nn.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The trainable tensors of one part of a cut model, for one device, with the optimiser state that
/// belongs to them. Switching the set switches the state: one device's moments never touch
/// another's.
final class AdapterSet implements AutoCloseable {
    private final Parameters parameters;
    private final AdamW.Config config;
    private final double clip;
    private AdamW optimiser;

    /// @param names of its tensors; those that the rule does not train are constants
    /// @param initial values of at least those
    AdapterSet(
            NDManager manager,
            List<String> names,
            Map<String, FloatTensor> initial,
            TrainingRule rule) {
        Map<String, FloatTensor> own = new LinkedHashMap<>();
        Map<String, FloatTensor> constant = new LinkedHashMap<>();
        for (String name : names) {
            (rule.aggregation().trains(name) ? own : constant)
                    .put(name, java.util.Objects.requireNonNull(initial.get(name), name));
        }
        parameters = new Parameters(manager, own, constant);
        config = rule.optimiser();
        optimiser = new AdamW(config, parameters);
        clip = rule.clip();
    }

    Parameters parameters() {
        return parameters;
    }

    /// Forgets the optimiser's moments and steps.
    void restart() {
        optimiser = new AdamW(config, parameters);
    }

    /// One step of the optimiser with the gradients that backward has left on the leaves.
    void step(double learningRate) {
        step(parameters.takeGradients(), learningRate);
    }

    /// One step of the optimiser with given gradients; they may be clipped in place.
    void step(Map<String, FloatTensor> gradients, double learningRate) {
        if (clip > 0) {
            Map<String, List<FloatTensor>> byModule = new TreeMap<>();
            gradients.forEach((name, g) ->
                    byModule.computeIfAbsent(module(name), m -> new ArrayList<>()).add(g));
            byModule.values().forEach(group -> Gradients.clip(group, clip));
        }
        optimiser.step(gradients, learningRate);
    }

    /// The block that a tensor belongs to, or the head. Gradients are clipped by block, not by
    /// part, so that the result does not depend on where the model is cut.
    private static String module(String name) {
        String[] path = name.split("\\.", 4);
        return path[0].equals("encoder") ? path[2] : "head";
    }

    /// Values and optimiser state, for a checkpoint.
    SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = parameters.snapshot();
        state.putAll(optimiser.state());
        return state;
    }

    void restore(Map<String, FloatTensor> state) {
        parameters.assign(state);
        optimiser.restore(state);
    }

    /// Goes on with the optimiser of another set, as far as it has the same tensors.
    void takeOver(Map<String, FloatTensor> state) {
        SequencedMap<String, FloatTensor> own = optimiser.state();
        own.replaceAll((name, tensor) -> state.getOrDefault(name, tensor));
        optimiser.restore(own);
    }

    /// Forgets the gradients of a step that is given up.
    void dropGradients() {
        parameters.takeGradients();
    }

    @Override
    public void close() {
        parameters.close();
    }
}
