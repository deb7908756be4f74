package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Cut;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.TensorCodec;
import dev.lamina.nn.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The role of a device: it holds private samples and the lower part of the model, and speaks to
/// the server through a [Link] only. A step is [#forward(Link)], then [#backward(Link)]; between
/// them the server works. A device that holds the whole model computes the loss itself, and the
/// server has nothing to do.
final class Device implements AutoCloseable {
    private final int index;
    private final NDManager manager;
    private final Segment lower;
    private final boolean whole;
    private final TrainingRule rule;
    private final Batches batches;
    private final AdapterSet adapters;
    private int step;
    private @Nullable Pending pending;

    /// A forward pass that waits for its gradient: the output is the hidden state at the cut, or
    /// the loss.
    private record Pending(NDManager scope, NDArray output, int samples) {}

    /// What a step came to.
    ///
    /// @param samples in its batch
    /// @param loss mean over them, before the update
    record StepReport(int samples, double loss) {}

    Device(
            int index,
            NDManager manager,
            Cut.Parts parts,
            Map<String, FloatTensor> initial,
            Batches batches,
            TrainingRule rule) {
        this.index = index;
        this.manager = manager;
        this.lower = parts.lower();
        this.whole = parts.middle().isEmpty();
        this.rule = rule;
        this.batches = batches;
        this.adapters = new AdapterSet(manager, rule.lora(), lower, initial, rule);
    }

    int index() {
        return index;
    }

    /// Steps taken so far.
    int steps() {
        return step;
    }

    /// The batch of the coming step: texts and their longest length, `[B,T]`.
    int[] nextShape() {
        List<TokenizedSample> batch = batches.at(step);
        return new int[] {
            batch.size(), batch.stream().mapToInt(s -> s.tokens().length).max().orElse(1)
        };
    }

    /// Computes the lower part of the next batch and sends the activation up; or the loss, if the
    /// whole model is here.
    void forward(Link link) {
        List<TokenizedSample> batch = batches.at(step);
        TokenBatch tokens = Batches.tokens(batch);
        int[] labels = Batches.labels(batch);
        NDManager scope = manager.newSubManager();
        boolean trains = !adapters.parameters().isEmpty();
        NDArray output =
                trains
                        ? Autograd.recording(() -> lower(scope, tokens, labels))
                        : Autograd.withoutGradient(() -> lower(scope, tokens, labels));
        pending = new Pending(scope, output, labels.length);
        if (!whole) {
            EncodedTensor hidden = EncodedTensor.of(rule.codec(), Tensors.toJava(output));
            link.up(
                    new Message.Activation(
                            index, step, hidden, asList(tokens.lengths()), asList(labels)));
        }
    }

    private NDArray lower(NDManager scope, TokenBatch tokens, int[] labels) {
        NDArray mask = TokenBatch.mask(scope, tokens.lengths());
        Segment adapted =
                rule.lora().attach(lower, adapters.parameters(), rule.dropout(index, step));
        NDArray output = adapted.forward(tokens.ids(scope), mask);
        return whole ? Loss.crossEntropy(output, labels) : output;
    }

    /// Takes the server's answer, goes backward through the lower part and updates its adapter.
    StepReport backward(Link link) {
        Pending waiting = pending;
        if (waiting == null) {
            throw new IllegalStateException("device " + index + " goes backward before forward");
        }
        pending = null;
        try (NDManager scope = waiting.scope()) {
            double loss;
            if (whole) {
                Autograd.backward(waiting.output());
                loss = waiting.output().getFloat();
            } else {
                Message.Gradient answer = gradient(link.down());
                EncodedTensor gradient = answer.gradient();
                if (gradient != null) {
                    Autograd.backward(waiting.output(), Tensors.toEngine(scope, gradient.decode()));
                }
                loss = answer.loss();
            }
            if (!adapters.parameters().isEmpty()) {
                adapters.step(rule.schedule().at(step));
            }
            step++;
            return new StepReport(waiting.samples(), loss);
        }
    }

    private Message.Gradient gradient(Message message) {
        if (message instanceof Message.Gradient gradient && gradient.step() == step) {
            return gradient;
        }
        throw new IllegalStateException(
                "device " + index + " expects the gradient of step " + step);
    }

    private static List<Integer> asList(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /// Sends the trained tensors up, at a round's end.
    void report(Link link, long samples) {
        Map<String, EncodedTensor> tensors = new LinkedHashMap<>();
        adapters.parameters()
                .values()
                .forEach((name, tensor) ->
                        tensors.put(name, EncodedTensor.of(new TensorCodec.Fp32(), tensor)));
        link.up(new Message.AdapterUpdate(index, samples, tensors));
    }

    /// Takes over the global adapter. The optimiser's moments stay as they are.
    void adopt(Link link) {
        if (!(link.down() instanceof Message.GlobalAdapter global)) {
            throw new IllegalStateException("device " + index + " got no global adapter");
        }
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        global.tensors().forEach((name, tensor) -> tensors.put(name, tensor.decode()));
        adapters.parameters().assign(tensors);
    }

    Map<String, FloatTensor> state() {
        return adapters.state();
    }

    /// Goes on from a stored state, after `steps` steps.
    void restore(Map<String, FloatTensor> state, int steps) {
        adapters.restore(state);
        step = steps;
    }

    @Override
    public void close() {
        if (pending != null) {
            pending.scope().close();
        }
        adapters.close();
    }
}
