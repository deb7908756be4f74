package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.data.Columns;
import dev.lamina.data.Partition;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A fine-tuning job: [#prepare] reads and checks all input, [#run] trains, then the adapter and
/// the merged model can be written. Nothing is written before the input has proved usable.
public final class Finetune implements AutoCloseable {
    private final FinetuneSpec spec;
    private final TextDataset data;
    private final Backbone backbone;
    private final Segment whole;
    private final List<TokenizedSample> test;
    private final Trainer trainer;
    private final SequencedMap<String, FloatTensor> initial;
    private final List<List<TokenizedSample>> shards;

    private Finetune(FinetuneSpec spec, TextDataset data, Backbone backbone) {
        this.spec = spec;
        this.data = data;
        this.backbone = backbone;
        int classes = data.labels().size();
        initial = initialAdapter();
        whole =
                Segment.whole(
                        backbone.bert(),
                        new Head(
                                backbone.pooling(),
                                Tensors.toEngine(backbone.manager(), tensor(Lora.HEAD_WEIGHT)),
                                Tensors.toEngine(backbone.manager(), tensor(Lora.HEAD_BIAS))));
        shards = shards();
        test = tokenize(data.test());
        trainer =
                new Trainer(
                        spec,
                        new Trainer.Task(
                                backbone.manager(),
                                backbone.bert().config(),
                                whole,
                                initial,
                                shards,
                                tokenize(data.validation()),
                                classes,
                                fingerprint()));
    }

    /// Loads data and model and checks that they and the spec fit together.
    ///
    /// @throws BadInputException if they do not
    public static Finetune prepare(FinetuneSpec spec) {
        TextDataset data =
                TextDatasets.load(
                        spec.data(),
                        new Columns(spec.textColumn(), spec.labelColumn()),
                        spec.seed());
        Backbone backbone = Backbone.load(spec.model(), spec.seed());
        try {
            check(spec, backbone);
            return new Finetune(spec, data, backbone);
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
        if (trained != null && trained.labels().equals(data.labels())) {
            tensors.put(Lora.HEAD_WEIGHT, trained.weight());
            tensors.put(Lora.HEAD_BIAS, trained.bias());
            return tensors;
        }
        FloatTensor weight =
                FloatTensor.zeros(data.labels().size(), backbone.bert().config().hidden());
        RandomGenerator random = Seeds.stream(spec.seed(), "head");
        for (int i = 0; i < weight.size(); i++) {
            weight.values()[i] = (float) (0.02 * random.nextGaussian());
        }
        tensors.put(Lora.HEAD_WEIGHT, weight);
        tensors.put(Lora.HEAD_BIAS, FloatTensor.zeros(data.labels().size()));
        return tensors;
    }

    private List<List<TokenizedSample>> shards() {
        if (spec.scheme().pooled()) {
            return List.of(tokenize(data.train()));
        }
        List<List<TokenizedSample>> all = new ArrayList<>();
        for (List<Sample> shard :
                Partition.parse(spec.partition())
                        .split(
                                data.train(),
                                data.labels().size(),
                                spec.devices().size(),
                                spec.seed())) {
            all.add(tokenize(shard));
        }
        return all;
    }

    private List<TokenizedSample> tokenize(List<Sample> samples) {
        return TokenizedSample.of(samples, backbone.tokenizer(), spec.seqLen());
    }

    /// Of everything that the result depends on: the spec but for its number of threads, and the
    /// data.
    private String fingerprint() {
        long hash = Seeds.derive(0, spec.withThreads(1));
        for (List<Sample> split : List.of(data.train(), data.validation(), data.test())) {
            hash = Seeds.derive(hash, split.hashCode(), split.size());
        }
        return Long.toHexString(hash);
    }

    /// Trains, or goes on training.
    ///
    /// @param directory where the state is stored after each round and when it stops; null for
    ///   nowhere
    /// @param resume whether to go on from the state stored there
    /// @return the result; null if the listener asked to stop before the end
    /// @throws BadInputException if there is nothing to resume, or it belongs to another spec
    public @Nullable FinetuneResult run(
            @Nullable Path directory, boolean resume, RunListener listener) {
        if (resume) {
            trainer.restore(Checkpoint.load(Objects.requireNonNull(directory), fingerprint()));
        }
        return trainer.run(directory, listener) ? result() : null;
    }

    private FinetuneResult result() {
        Evaluation tested = trainer.evaluate(trainer.bestAdapter(), test);
        List<RoundReport> reports = trainer.reports();
        RoundReport best = trainer.best();
        long adapterParameters = initial.values().stream().mapToLong(FloatTensor::size).sum();
        return new FinetuneResult(
                spec.scheme().toString(),
                spec.model(),
                data.name(),
                spec.devices().size(),
                data.train().size(),
                data.test().size(),
                trainer.doneSteps(),
                reports.size(),
                tested.accuracy(),
                tested.macroF1(),
                best == null ? 0 : best.round(),
                reports.stream().map(RoundReport::trainLoss).toList(),
                reports.stream().map(RoundReport::valLoss).toList(),
                reports.stream().map(RoundReport::valAccuracy).toList(),
                trainer.wallSeconds(),
                trainer.trainSeconds() / trainer.doneSteps(),
                trainer.simulatedSeconds(),
                trainer.uplinkBytes(),
                trainer.downlinkBytes(),
                adapterParameters,
                backbone.bert().config().parameters() + adapterParameters,
                serverPeakBytes(adapterParameters),
                devicePeakBytes(),
                spec.seed());
    }

    private long serverPeakBytes(long adapterParameters) {
        MemoryModel memory = new MemoryModel(backbone.bert().config());
        if (!spec.scheme().cut()) {
            long adapter = memory.adapter(adapterParameters);
            return spec.scheme().pooled()
                    ? memory.weights(whole)
                            + adapter
                            + memory.activations(
                                    whole.blocks().size(), spec.batch(), longest(shards))
                    : adapter;
        }
        long bytes = memory.weights(whole);
        long activations = 0;
        for (int u = 0; u < shards.size(); u++) {
            Segment part = new Cut(spec.cut(u), false).apply(whole).middle();
            bytes += memory.adapter(parameters(part));
            activations =
                    Math.max(
                            activations,
                            memory.activations(
                                    part.blocks().size(), spec.batch(), longest(shards.get(u))));
        }
        return bytes + activations;
    }

    private List<Long> devicePeakBytes() {
        if (spec.scheme().pooled()) {
            return List.of();
        }
        MemoryModel memory = new MemoryModel(backbone.bert().config());
        List<Long> bytes = new ArrayList<>();
        for (int u = 0; u < shards.size(); u++) {
            Cut cut =
                    spec.scheme().cut()
                            ? new Cut(spec.cut(u), false)
                            : Cut.none(backbone.bert().blocks().size());
            Segment part = cut.apply(whole).lower();
            bytes.add(
                    memory.weights(part)
                            + memory.adapter(parameters(part))
                            + memory.activations(
                                    part.blocks().size(), spec.batch(), longest(shards.get(u))));
        }
        return bytes;
    }

    private long parameters(Segment part) {
        return spec.lora().names(part).stream().mapToLong(name -> tensor(name).size()).sum();
    }

    private static int longest(List<List<TokenizedSample>> shards) {
        return shards.stream().mapToInt(Finetune::longest).max().orElse(1);
    }

    private static int longest(Iterable<TokenizedSample> samples) {
        int longest = 1;
        for (TokenizedSample sample : samples) {
            longest = Math.max(longest, sample.tokens().length);
        }
        return longest;
    }

    private FloatTensor tensor(String name) {
        return Objects.requireNonNull(initial.get(name), name);
    }

    /// The best adapter so far.
    public Adapter adapter() {
        return new Adapter(spec.model(), spec.lora(), data.labels(), trainer.bestAdapter());
    }

    /// Writes the best adapter in PEFT's format.
    public void saveAdapter(Path directory) {
        AdapterFiles.save(directory, adapter());
    }

    /// Writes the model with the best adapter merged into it, as a Hugging Face directory.
    public void saveModel(Path directory) {
        Adapter adapter = adapter();
        try (ai.djl.ndarray.NDManager scope = backbone.manager().newSubManager()) {
            HuggingFaceDirectory.save(
                    directory,
                    backbone,
                    adapter.lora().merge(backbone.bert(), adapter.tensors(), scope),
                    adapter.classifier());
        }
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }
}
