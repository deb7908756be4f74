package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Some devices' batches in one pass through the frozen blocks with one adapter ([A] II-A): forward
/// to the pooled representations, which go to the devices; and, when all have answered with the
/// gradients of their losses, backward to the gradient of the adapter. Shorter texts are padded to
/// the longest of all. The graph is kept between the two.
final class JointPass implements AutoCloseable {
    private final Parameters adapter;
    private final NDManager scope;
    private final TrainingRule rule;
    private final SequencedMap<Integer, Message.Activation> sent;
    private final NDArray output;

    private JointPass(
            Parameters adapter,
            NDManager scope,
            TrainingRule rule,
            SequencedMap<Integer, Message.Activation> sent,
            NDArray output) {
        this.adapter = adapter;
        this.scope = scope;
        this.rule = rule;
        this.sent = sent;
        this.output = output;
    }

    /// Goes forward.
    ///
    /// @param part the blocks on the server
    /// @param values of the adapter
    /// @param sent by device, in the order of their rows
    static JointPass forward(
            NDManager manager,
            Segment part,
            TrainingRule rule,
            Map<String, FloatTensor> values,
            SequencedMap<Integer, Message.Activation> sent) {
        Parameters adapter = new Parameters(manager, values);
        NDManager scope = manager.newSubManager();
        try {
            NDArray output = Autograd.recording(() -> forward(scope, part, rule, adapter, sent));
            return new JointPass(adapter, scope, rule, sent, output);
        } catch (RuntimeException e) {
            scope.close();
            adapter.close();
            throw e;
        }
    }

    private static NDArray forward(
            NDManager scope,
            Segment part,
            TrainingRule rule,
            Parameters adapter,
            SequencedMap<Integer, Message.Activation> sent) {
        int longest =
                sent.values().stream()
                        .mapToInt(a -> Math.toIntExact(a.hidden().shape()[1]))
                        .max()
                        .orElse(1);
        NDList rows = new NDList();
        List<Integer> lengths = new ArrayList<>();
        List<Lora.Share> shares = new ArrayList<>();
        sent.forEach((device, activation) -> {
            rows.add(
                    Tensors.toEngine(
                            scope, Together.ofLength(activation.hidden().decode(), longest)));
            lengths.addAll(activation.lengths());
            shares.add(
                    new Lora.Share(
                            adapter,
                            rule.dropout(device, activation.at()),
                            activation.lengths().size()));
        });
        boolean apart = rule.lora().dropout() > 0 && shares.size() > 1; // each has its own masks
        Segment adapted =
                apart
                        ? rule.lora().attach(part, shares)
                        : rule.lora().attach(part, adapter, shares.getFirst().drop());
        return adapted.forward(
                NDArrays.concat(rows, 0), TokenBatch.mask(scope, Server.asArray(lengths)));
    }

    /// What becomes of each device's batch.
    Map<Integer, Message.Representation> representations() {
        Map<Integer, Message.Representation> each = new LinkedHashMap<>();
        FloatTensor all = Tensors.toJava(output);
        int from = 0;
        for (Map.Entry<Integer, Message.Activation> entry : sent.entrySet()) {
            int rows = entry.getValue().lengths().size();
            each.put(
                    entry.getKey(),
                    new Message.Representation(
                            entry.getValue().at(),
                            EncodedTensor.of(rule.codec(), all.slice(from, from + rows))));
            from += rows;
        }
        return each;
    }

    /// Goes backward, with the devices' answers weighted by their samples.
    ///
    /// @param answers of all devices in the pass
    /// @param samples in the batches of all devices that take part, of this pass and others
    /// @return this pass's share of the gradient of the mean loss over all these samples
    SequencedMap<String, FloatTensor> backward(
            Map<Integer, Message.RepresentationGradient> answers, long samples) {
        FloatTensor upstream = FloatTensor.zeros(output.getShape().getShape());
        int at = 0;
        for (int device : sent.keySet()) {
            Message.RepresentationGradient answer = answers.get(device);
            if (answer == null) {
                throw new IllegalStateException("device " + device + " has not answered");
            }
            float weight = (float) ((double) answer.at().texts() / samples);
            for (float g : answer.gradient().decode().values()) {
                upstream.values()[at++] = weight * g;
            }
        }
        Autograd.backward(output, Tensors.toEngine(scope, upstream));
        return adapter.takeGradients();
    }

    @Override
    public void close() {
        scope.close();
        adapter.close();
    }
}
