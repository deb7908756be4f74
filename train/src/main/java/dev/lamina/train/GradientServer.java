package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;

/// What is on the server under `ushape` ([A] II-A): one adapter with one optimiser. The gradients
/// of the devices that take part in a round are averaged, weighted by their samples, and the
/// optimiser takes one step: the step that it would take with all their samples in one batch.
final class GradientServer implements AutoCloseable {
    private final NDManager manager;
    private final Segment part;
    private final TrainingRule rule;
    private final AdapterSet adapter;

    /// @param part the blocks on the server
    /// @param rule alike for all devices
    GradientServer(
            NDManager manager, Segment part, TrainingRule rule, Map<String, FloatTensor> initial) {
        this.manager = manager;
        this.part = part;
        this.rule = rule;
        List<String> names = new ArrayList<>(rule.lora().names(part));
        if (rule.head() == HeadRule.GRADIENTS) {
            initial.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
        }
        adapter = new AdapterSet(manager, names, initial, rule);
    }

    /// Takes some devices' batches forward together.
    JointPass forward(SequencedMap<Integer, Message.Activation> sent) {
        Map<String, FloatTensor> values = new LinkedHashMap<>(adapter.parameters().values());
        values.keySet().retainAll(rule.lora().names(part));
        return JointPass.forward(manager, part, rule, values, sent);
    }

    /// Takes the step.
    ///
    /// @param blocks the averaged gradients of the blocks' adapters
    /// @param updates of the devices that take part, with the gradients of a shared head
    /// @return the adapter after it: those tensors that are trained here
    SequencedMap<String, FloatTensor> step(
            Map<String, FloatTensor> blocks, SortedMap<Integer, Message.AdapterUpdate> updates) {
        SequencedMap<String, FloatTensor> head = new LinkedHashMap<>(adapter.parameters().values());
        head.keySet().removeAll(blocks.keySet());
        List<Aggregation.Contribution> contributions = new ArrayList<>();
        updates.values()
                .forEach(update -> {
                    Map<String, FloatTensor> sent = new LinkedHashMap<>();
                    update.tensors().forEach((name, tensor) -> sent.put(name, tensor.decode()));
                    contributions.add(new Aggregation.Contribution(update.samples(), sent));
                });
        SequencedMap<String, FloatTensor> gradients = new LinkedHashMap<>(blocks);
        gradients.putAll(Aggregation.average(head, contributions));
        int round = updates.firstEntry().getValue().round();
        adapter.step(gradients, rule.schedule().at(round));
        return adapter.parameters().snapshot();
    }

    /// Values and optimiser.
    Map<String, FloatTensor> state() {
        return adapter.state();
    }

    void restore(Map<String, FloatTensor> state) {
        adapter.restore(state);
    }

    @Override
    public void close() {
        adapter.close();
    }
}
