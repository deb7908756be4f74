package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.data.Sample;
import dev.lamina.lam.Adapter;
import dev.lamina.lam.AdapterFiles;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Cut;
import dev.lamina.lam.Head;
import dev.lamina.lam.HuggingFaceDirectory;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A pretrained model made ready for a task: a head for the task's classes, and the adapter that
/// training starts from. Whoever holds the same spec makes the same one.
final class TaskModel implements AutoCloseable {
    private final Deployment deployment;
    private final FinetuneSpec spec;
    private final List<String> labels;
    private final Backbone backbone;
    private final SequencedMap<String, FloatTensor> initial;
    private final Segment whole;

    private TaskModel(Deployment deployment, List<String> labels, Backbone backbone) {
        this.deployment = deployment;
        this.spec = deployment.spec();
        this.labels = labels;
        this.backbone = backbone;
        initial = initialAdapter();
        whole =
                Segment.whole(
                        backbone.bert(),
                        new Head(
                                backbone.pooling(),
                                Tensors.toEngine(backbone.manager(), tensor(Lora.HEAD_WEIGHT)),
                                Tensors.toEngine(backbone.manager(), tensor(Lora.HEAD_BIAS))));
    }

    /// Loads the spec's model for these classes.
    ///
    /// @throws BadInputException if it does not fit the spec
    static TaskModel load(FinetuneSpec spec, List<String> labels) {
        Backbone backbone = Backbone.load(spec.model(), spec.seed());
        try {
            check(spec, backbone);
            return new TaskModel(
                    Deployment.of(spec, backbone.bert().config(), labels.size()), labels, backbone);
        } catch (RuntimeException e) {
            backbone.close();
            throw e;
        }
    }

    private static void check(FinetuneSpec spec, Backbone backbone) {
        int positions = backbone.bert().config().positions();
        int layers = backbone.bert().config().layers();
        BadInputException.check(
                spec.seqLen() <= positions,
                "seq-len "
                        + spec.seqLen()
                        + " is above "
                        + positions
                        + ", the positions of "
                        + backbone.name(),
                "take --seq-len 128.");
        for (int cut : spec.cuts()) {
            BadInputException.check(
                    cut <= layers,
                    "cut " + cut + " is above " + layers + ", the blocks of " + backbone.name(),
                    "take --cut 1: one block on each device, the rest on the server.");
        }
    }

    /// Fresh pairs; the head from the model if it was trained on the same labels, else a fresh one.
    private SequencedMap<String, FloatTensor> initialAdapter() {
        SequencedMap<String, FloatTensor> tensors =
                spec.lora().initial(backbone.bert().config(), spec.seed());
        Backbone.Classifier trained = backbone.classifier();
        if (trained != null && trained.labels().equals(labels)) {
            tensors.put(Lora.HEAD_WEIGHT, trained.weight());
            tensors.put(Lora.HEAD_BIAS, trained.bias());
            return tensors;
        }
        FloatTensor weight = FloatTensor.zeros(labels.size(), backbone.bert().config().hidden());
        RandomGenerator random = Seeds.stream(spec.seed(), "head");
        for (int i = 0; i < weight.size(); i++) {
            weight.values()[i] = (float) (0.02 * random.nextGaussian());
        }
        tensors.put(Lora.HEAD_WEIGHT, weight);
        tensors.put(Lora.HEAD_BIAS, FloatTensor.zeros(labels.size()));
        return tensors;
    }

    private FloatTensor tensor(String name) {
        return Objects.requireNonNull(initial.get(name), name);
    }

    /// The spec with the devices that take part, and their cuts.
    FinetuneSpec spec() {
        return spec;
    }

    Deployment deployment() {
        return deployment;
    }

    List<String> labels() {
        return labels;
    }

    Backbone backbone() {
        return backbone;
    }

    NDManager manager() {
        return backbone.manager();
    }

    /// The frozen model with its head.
    Segment whole() {
        return whole;
    }

    /// The adapter that training starts from.
    SequencedMap<String, FloatTensor> initial() {
        return initial;
    }

    /// How the model is cut for a device under the spec's scheme.
    Cut.Parts parts(int device) {
        Cut cut =
                spec.scheme().cut()
                        ? new Cut(spec.cut(device), spec.execution().headOnDevice())
                        : Cut.none(backbone.bert().config().layers());
        return cut.apply(whole);
    }

    List<TokenizedSample> tokenize(List<Sample> samples) {
        return TokenizedSample.of(samples, backbone.tokenizer(), spec.seqLen());
    }

    Evaluation evaluate(
            Map<String, FloatTensor> adapter, List<TokenizedSample> samples, Lanes lanes) {
        if (spec.joining().method() == RankAggregation.STACK) {
            return new Differences(spec, initial)
                    .evaluate(adapter, whole, samples, labels.size(), manager(), lanes);
        }
        return Evaluation.of(whole, spec.lora(), adapter, samples, labels.size(), manager(), lanes);
    }

    long adapterParameters() {
        return initial.entrySet().stream()
                .filter(e -> spec.joining().method().trains(e.getKey()))
                .mapToLong(e -> e.getValue().size())
                .sum();
    }

    /// The names of the tensors that a device trains.
    List<String> deviceNames(int device) {
        Cut.Parts parts = parts(device);
        return Stream.of(parts.lower(), parts.upper())
                .flatMap(part -> spec.lora().names(part).stream())
                .toList();
    }

    long totalParameters() {
        return backbone.bert().config().parameters() + adapterParameters();
    }

    /// An adapter with what it needs to be used.
    Adapter adapter(SequencedMap<String, FloatTensor> tensors) {
        if (spec.joining().method() == RankAggregation.STACK) {
            return new Differences(spec, initial).adapter(tensors, labels);
        }
        return new Adapter(spec.model(), spec.lora(), labels, PersonalHeads.strip(tensors));
    }

    /// Writes an adapter in PEFT's format.
    void saveAdapter(Path directory, SequencedMap<String, FloatTensor> tensors) {
        AdapterFiles.save(directory, adapter(tensors));
    }

    /// Writes the model with an adapter merged into it, as a Hugging Face directory.
    void saveModel(Path directory, SequencedMap<String, FloatTensor> tensors) {
        Adapter adapter = adapter(tensors);
        try (NDManager scope = manager().newSubManager()) {
            HuggingFaceDirectory.save(
                    directory,
                    backbone,
                    adapter.lora().merge(backbone.bert(), adapter.tensors(), scope),
                    adapter.classifier());
        }
    }

    @Override
    public void close() {
        backbone.close();
    }
}
