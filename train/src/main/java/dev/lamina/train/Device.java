package dev.lamina.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Segment;
import dev.lamina.lam.TokenBatch;
import dev.lamina.nn.Aggregation;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The role of a device: it holds private samples and the lower part of the model, perhaps the head
/// as well, and speaks to the server through a [Link] only. A step is [#forward(Link)], then
/// [#backward(Link)]; between them the server works. A device that holds the whole model computes
/// the loss itself, and the server has nothing to do.
final class Device implements AutoCloseable {
    private static final String RESIDUAL = "residual.";
    private static final String FROZEN = "frozen.";

    private final int index;
    private final NDManager manager;
    private final Segment lower;
    private final @Nullable Segment head;
    private final boolean whole;
    private final TrainingRule rule;
    private final List<String> names;
    private final Batches batches;
    private final ErrorFeedback feedback;
    private final Map<String, FloatTensor> initial;
    private final RoundPairs pairs;
    private Segment lowerNow;
    private AdapterSet adapters;
    private int step;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private double mean;

    private int round;
    private long samples;
    private double loss;
    private SequencedMap<String, FloatTensor> global = new LinkedHashMap<>();
    private Map<String, FloatTensor> gradients = Map.of();
    private @Nullable State before;

    /// A forward pass that waits for its gradient: the output is the hidden state at the cut, or
    /// the loss.
    private record Pending(
            NDManager scope, MicroBatch at, NDArray output, List<TokenizedSample> texts) {}

    /// What a step came to.
    ///
    /// @param device whose it was
    /// @param samples in its batch
    /// @param loss mean over them, before the update
    record StepReport(int device, int samples, double loss) {}

    /// Where a device stands between two steps.
    ///
    /// @param step taken so far
    /// @param tensors values, optimiser state and what error feedback holds back
    record State(int step, Map<String, FloatTensor> tensors) {}

    /// Prepares a device; its first round begins with [#begin].
    ///
    /// @param lower its part of the model, up to the cut
    /// @param upper its part after the server's: the head, or nothing
    /// @param initial the adapter's tensors, at least those of its part
    Device(
            int index,
            NDManager manager,
            Segment lower,
            Segment upper,
            Map<String, FloatTensor> initial,
            Batches batches,
            TrainingRule rule) {
        this.index = index;
        this.manager = manager;
        this.lower = lower;
        this.head = upper.isEmpty() ? null : upper;
        this.whole = lower.head() != null;
        this.rule = rule;
        this.batches = batches;
        this.feedback = new ErrorFeedback(rule.updateCodec());
        this.names = new ArrayList<>(rule.lora().names(lower));
        names.addAll(rule.lora().names(upper));
        this.initial = initial;
        this.pairs = new RoundPairs(manager);
        this.lowerNow = lower;
        this.adapters = new AdapterSet(manager, names, initial, rule);
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
            Map<String, FloatTensor> all = new HashMap<>(initial);
            all.putAll(tensors);
            adapters.close();
            adapters = new AdapterSet(manager, names, all, rule);
            feedback.restore(Map.of());
            step = start.fromStep();
        }
        if (rule.aggregation() == RankAggregation.STACK) {
            pairs.merge(tensors, rule.lora().scaling());
            lowerNow = pairs.beside(rule.lora(), lower);
        }
        if (rule.aggregation().restarts()) {
            adapters.restart();
        }
        global =
                RoundPairs.start(
                        rule, adapters.parameters().values(), tensors, start.round(), index);
        if (rule.head() != HeadRule.PERSONAL || !found || step == 0) {
            adapters.parameters().assign(global);
        }
        gradients = Map.of();
        round = start.round();
        samples = 0;
        loss = 0;
        before = state();
        return found;
    }

    /// Gives up the step that is under way, if there is one.
    void abandon() {
        pending.values().forEach(waiting -> waiting.scope().close());
        pending.clear();
        adapters.dropGradients();
    }

    /// Steps taken so far.
    int steps() {
        return step;
    }

    /// The batch of the coming step.
    BatchShape nextShape() {
        return BatchShape.of(batches.at(step));
    }

    /// The micro-batches of a step, counted over the whole run.
    List<BatchShape> shapes(int anyStep) {
        return BatchShape.of(batches.at(anyStep), whole ? 1 : rule.microBatches());
    }

    /// The names of the tensors that it trains.
    List<String> names() {
        return names;
    }

    /// Computes the lower part of the next batch, micro-batch by micro-batch, and sends each
    /// activation up as soon as it is there; or computes the loss, if the whole model is here.
    void forward(Link link) {
        List<TokenizedSample> batch = batches.at(step);
        MicroBatch first =
                MicroBatch.first(round, step, whole ? 1 : rule.microBatches(), batch.size());
        mean = 0;
        for (int part = 0; part < first.parts(); part++) {
            forward(first.part(part), first.part(part).of(batch), link);
        }
    }

    private void forward(MicroBatch at, List<TokenizedSample> texts, Link link) {
        TokenBatch tokens = Batches.tokens(texts);
        int[] labels = Batches.labels(texts);
        NDManager scope = manager.newSubManager();
        boolean trains = !rule.lora().names(lower).isEmpty();
        NDArray output =
                trains
                        ? Autograd.recording(() -> lower(scope, at, tokens, labels))
                        : Autograd.withoutGradient(() -> lower(scope, at, tokens, labels));
        pending.put(at.part(), new Pending(scope, at, output, texts));
        if (!whole) {
            EncodedTensor hidden = EncodedTensor.of(rule.codec(), Tensors.toJava(output));
            link.up(
                    new Message.Activation(
                            at,
                            hidden,
                            asList(tokens.lengths()),
                            head == null ? asList(labels) : null));
        }
    }

    private NDArray lower(NDManager scope, MicroBatch at, TokenBatch tokens, int[] labels) {
        NDArray mask = TokenBatch.mask(scope, tokens.lengths());
        NDArray output = attach(lowerNow, at).forward(tokens.ids(scope), mask);
        return whole ? Loss.crossEntropy(output, labels) : output;
    }

    private Segment attach(Segment part, MicroBatch at) {
        return rule.lora().attach(part, adapters.parameters(), rule.dropout(index, at));
    }

    /// Takes the server's answers, goes backward through the lower part and updates its adapter.
    StepReport backward(Link link) {
        if (whole) {
            Pending all = take(0);
            Autograd.backward(all.output());
            mean = all.output().getFloat();
            all.scope().close();
            return finish(all.at());
        }
        while (true) {
            StepReport report = answer(link.down(), link);
            if (report != null) {
                return report;
            }
        }
    }

    /// Does what the server's answers ask for that are there already; all of the step if the whole
    /// model is here.
    ///
    /// @return what the step came to, if its last answer was among them
    @Nullable StepReport answerAll(LocalLink link) {
        if (whole) {
            return backward(link);
        }
        while (link.hasDown()) {
            StepReport report = answer(link.down(), link);
            if (report != null) {
                return report;
            }
        }
        return null;
    }

    /// Does what an answer of the server asks for.
    ///
    /// @return what the step came to, if this was its last answer
    @Nullable StepReport answer(Message message, Link link) {
        if (message instanceof Message.Representation representation && head != null) {
            link.up(lossOf(representation, head));
            return null;
        }
        if (!(message instanceof Message.Gradient gradient)) {
            throw new IllegalStateException("device " + index + " expects a gradient");
        }
        Pending waiting = take(gradient.at().part());
        try (NDManager scope = waiting.scope()) {
            check(gradient.at(), waiting.at());
            EncodedTensor encoded = gradient.gradient();
            if (encoded != null) {
                Autograd.backward(waiting.output(), Tensors.toEngine(scope, encoded.decode()));
            }
        }
        mean += gradient.loss() * waiting.at().weight();
        return pending.isEmpty() ? finish(waiting.at()) : null;
    }

    /// The head's part of the step: labels never leave the device.
    private Message.RepresentationGradient lossOf(
            Message.Representation representation, Segment top) {
        Pending waiting = pending.get(representation.at().part());
        if (waiting == null) {
            throw new IllegalStateException("device " + index + " answers before it asks");
        }
        check(representation.at(), waiting.at());
        try (NDManager scope = manager.newSubManager()) {
            NDArray input =
                    Autograd.leaf(Tensors.toEngine(scope, representation.hidden().decode()));
            NDArray loss =
                    Autograd.recording(() ->
                            Loss.crossEntropy(
                                    attach(top, waiting.at())
                                            .forward(
                                                    input,
                                                    TokenBatch.mask(
                                                            scope,
                                                            Batches.tokens(waiting.texts())
                                                                    .lengths())),
                                    Batches.labels(waiting.texts())));
            Autograd.backward(loss, waiting.at().weight());
            return new Message.RepresentationGradient(
                    waiting.at(),
                    loss.getFloat(),
                    EncodedTensor.of(rule.codec(), Autograd.takeGradient(input)));
        }
    }

    private Pending take(int part) {
        Pending waiting = pending.remove(part);
        if (waiting == null) {
            throw new IllegalStateException("device " + index + " goes backward before forward");
        }
        return waiting;
    }

    private void check(MicroBatch given, MicroBatch expected) {
        if (!given.equals(expected)) {
            throw new IllegalStateException(
                    "device " + index + " expects an answer to " + expected + ", not " + given);
        }
    }

    private StepReport finish(MicroBatch at) {
        if (rule.head() == HeadRule.GRADIENTS) {
            gradients = adapters.parameters().takeGradients();
        } else if (!adapters.parameters().isEmpty()) {
            adapters.step(rule.schedule().at(step));
        }
        step++;
        samples += at.texts();
        loss += mean * at.texts();
        return new StepReport(index, at.texts(), mean);
    }

    private static List<Integer> asList(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /// What the device has to tell of its trained tensors, at a round's end.
    Message.AdapterUpdate update() {
        Map<String, FloatTensor> told =
                switch (rule.head()) {
                    case AVERAGED ->
                            rule.sendsDifferences()
                                    ? differences()
                                    : adapters.parameters().values();
                    case GRADIENTS -> gradients;
                    case PERSONAL -> Map.of();
                };
        SequencedMap<String, EncodedTensor> tensors = new LinkedHashMap<>();
        if (rule.sendsDifferences()) {
            tensors.putAll(feedback.encode(told));
        } else {
            told.forEach((name, tensor) ->
                    tensors.put(name, EncodedTensor.of(rule.updateCodec(), tensor)));
        }
        return new Message.AdapterUpdate(round, samples, loss, tensors);
    }

    private Map<String, FloatTensor> differences() {
        Map<String, FloatTensor> differences = new LinkedHashMap<>();
        adapters.parameters()
                .values()
                .forEach((name, tensor) ->
                        differences.put(
                                name,
                                Aggregation.difference(
                                        tensor, Objects.requireNonNull(global.get(name)))));
        return differences;
    }

    /// The values of what it trains.
    SequencedMap<String, FloatTensor> values() {
        return adapters.parameters().snapshot();
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
        pairs.differences().forEach((name, tensor) -> tensors.put(FROZEN + name, tensor));
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
        Map<String, FloatTensor> frozen = new LinkedHashMap<>();
        state.tensors()
                .forEach((name, tensor) -> {
                    if (name.startsWith(RESIDUAL)) {
                        residuals.put(name.substring(RESIDUAL.length()), tensor);
                    } else if (name.startsWith(FROZEN)) {
                        frozen.put(name.substring(FROZEN.length()), tensor);
                    }
                });
        feedback.restore(residuals);
        pairs.set(frozen);
        lowerNow = pairs.beside(rule.lora(), lower);
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
        pairs.close();
    }
}
