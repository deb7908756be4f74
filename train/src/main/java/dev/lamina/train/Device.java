package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The role of a device: it holds private samples and the lower part of the model, and speaks to
/// the server through a [Link] only. A step is [#forward(Link)], then [#backward(Link)]; between
/// them the server works. A device that holds the whole model computes the loss itself, and the
/// server has nothing to do.
final class Device implements AutoCloseable {
    private static final String RESIDUAL = "residual.";

    private final int index;
    private final NDManager manager;
    private final Segment lower;
    private final boolean whole;
    private final TrainingRule rule;
    private final Batches batches;
    private final ErrorFeedback feedback;
    private AdapterSet adapters;
    private int step;
    private @Nullable Pending pending;

    private int round;
    private long samples;
    private double loss;
    private SequencedMap<String, FloatTensor> global = new LinkedHashMap<>();
    private @Nullable State before;

    /// A forward pass that waits for its gradient: the output is the hidden state at the cut, or
    /// the loss.
    private record Pending(NDManager scope, NDArray output, int samples) {}

    /// What a step came to.
    ///
    /// @param samples in its batch
    /// @param loss mean over them, before the update
    record StepReport(int samples, double loss) {}

    /// Where a device stands between two steps.
    ///
    /// @param step taken so far
    /// @param tensors values, optimiser state and what error feedback holds back
    record State(int step, Map<String, FloatTensor> tensors) {}

    /// Prepares a device; its first round begins with [#begin].
    ///
    /// @param lower its part of the model
    /// @param initial the adapter's tensors, at least those of its part
    Device(
            int index,
            NDManager manager,
            Segment lower,
            Map<String, FloatTensor> initial,
            Batches batches,
            TrainingRule rule) {
        this.index = index;
        this.manager = manager;
        this.lower = lower;
        this.whole = lower.head() != null;
        this.rule = rule;
        this.batches = batches;
        this.feedback = new ErrorFeedback(rule.updateCodec());
        this.adapters = new AdapterSet(manager, rule.lora(), lower, initial, rule);
    }

    int index() {
        return index;
    }

    /// Takes over the global adapter and the place to start from. The optimiser's state is that of
    /// the step which the round starts from; if this device does not have it, a fresh one.
    ///
    /// @return whether the state was at hand
    boolean begin(Message.RoundStart start) {
        abandon();
        boolean found = start.fromStep() == step;
        State kept = before;
        if (!found && kept != null && kept.step() == start.fromStep()) {
            restore(kept);
            found = true;
        }
        SequencedMap<String, FloatTensor> tensors = new LinkedHashMap<>();
        start.tensors().forEach((name, tensor) -> tensors.put(name, tensor.decode()));
        if (!found) {
            adapters.close();
            adapters = new AdapterSet(manager, rule.lora(), lower, tensors, rule);
            feedback.restore(Map.of());
            step = start.fromStep();
        }
        adapters.parameters().assign(tensors);
        global = tensors;
        round = start.round();
        samples = 0;
        loss = 0;
        before = state();
        return found;
    }

    /// Gives up the step that is under way, if there is one.
    void abandon() {
        if (pending != null) {
            pending.scope().close();
            pending = null;
        }
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
                            round, step, hidden, asList(tokens.lengths()), asList(labels)));
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
        Message answer = whole ? null : link.down();
        pending = null;
        try (NDManager scope = waiting.scope()) {
            double mean;
            if (answer == null) {
                Autograd.backward(waiting.output());
                mean = waiting.output().getFloat();
            } else {
                Message.Gradient gradient = gradient(answer);
                EncodedTensor encoded = gradient.gradient();
                if (encoded != null) {
                    Autograd.backward(waiting.output(), Tensors.toEngine(scope, encoded.decode()));
                }
                mean = gradient.loss();
            }
            if (!adapters.parameters().isEmpty()) {
                adapters.step(rule.schedule().at(step));
            }
            step++;
            samples += waiting.samples();
            loss += mean * waiting.samples();
            return new StepReport(waiting.samples(), mean);
        }
    }

    private Message.Gradient gradient(Message message) {
        if (message instanceof Message.Gradient gradient
                && gradient.round() == round
                && gradient.step() == step) {
            return gradient;
        }
        throw new IllegalStateException(
                "device " + index + " expects the gradient of step " + step);
    }

    private static List<Integer> asList(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /// The trained tensors, at a round's end.
    Message.AdapterUpdate update() {
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        if (rule.sendsDifferences()) {
            Map<String, FloatTensor> differences = new LinkedHashMap<>();
            adapters.parameters()
                    .values()
                    .forEach((name, tensor) ->
                            differences.put(
                                    name,
                                    Aggregation.difference(
                                            tensor, Objects.requireNonNull(global.get(name)))));
            tensors.putAll(feedback.encode(differences));
        } else {
            adapters.parameters()
                    .values()
                    .forEach((name, tensor) ->
                            tensors.put(name, EncodedTensor.of(rule.updateCodec(), tensor)));
        }
        return new Message.AdapterUpdate(round, samples, loss, tensors);
    }

    /// Samples that it has trained on in this round so far.
    long roundSamples() {
        return samples;
    }

    /// Sum of their losses.
    double roundLoss() {
        return loss;
    }

    /// Where it stands now.
    State state() {
        SequencedMap<String, FloatTensor> tensors = adapters.state();
        feedback.state().forEach((name, tensor) -> tensors.put(RESIDUAL + name, tensor));
        return new State(step, tensors);
    }

    /// Keeps a state that a round may have to start from.
    void keep(State earlier) {
        before = earlier;
    }

    /// Goes on from a stored state.
    void restore(State state) {
        adapters.restore(state.tensors());
        Map<String, FloatTensor> residuals = new LinkedHashMap<>();
        state.tensors()
                .forEach((name, tensor) -> {
                    if (name.startsWith(RESIDUAL)) {
                        residuals.put(name.substring(RESIDUAL.length()), tensor);
                    }
                });
        feedback.restore(residuals);
        step = state.step();
    }

    /// Goes on from a stored state in the middle of a round.
    ///
    /// @param current the global adapter that the round began with
    void restore(
            State state,
            int underWay,
            long roundSamples,
            double roundLoss,
            SequencedMap<String, FloatTensor> current) {
        restore(state);
        round = underWay;
        samples = roundSamples;
        loss = roundLoss;
        global = current;
    }

    @Override
    public void close() {
        abandon();
        adapters.close();
    }
}
