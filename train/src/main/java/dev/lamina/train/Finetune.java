package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.data.Columns;
import dev.lamina.data.Partition;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import dev.lamina.edge.CutPlan;
import dev.lamina.lam.Adapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A fine-tuning job in one process: [#prepare] reads and checks all input, [#run] trains, then the
/// adapter and the merged model can be written. Nothing is written before the input has proved
/// usable.
public final class Finetune implements AutoCloseable {
    private final FinetuneSpec spec;
    private final TextDataset data;
    private final TaskModel model;
    private final List<TokenizedSample> test;
    private final Trainer trainer;
    private final List<List<TokenizedSample>> shards;

    private Finetune(FinetuneSpec spec, TextDataset data, TaskModel model, int mostHeldOut) {
        this.spec = spec;
        this.data = data;
        this.model = model;
        shards = shards();
        test = model.tokenize(data.test());
        List<Sample> validation = some(data.validation(), mostHeldOut);
        trainer = new Trainer(spec, model, shards, model.tokenize(validation), fingerprint());
    }

    /// Loads data and model and checks that they and the spec fit together.
    ///
    /// @throws BadInputException if they do not
    public static Finetune prepare(FinetuneSpec spec) {
        return prepare(spec, Integer.MAX_VALUE);
    }

    /// Likewise, for a run that is judged often.
    ///
    /// @param mostHeldOut greatest number of validation samples; of more, as many are taken evenly
    public static Finetune prepare(FinetuneSpec spec, int mostHeldOut) {
        TextDataset data =
                TextDatasets.load(
                        spec.data(),
                        new Columns(spec.textColumn(), spec.labelColumn()),
                        spec.seed());
        TaskModel model = TaskModel.load(spec, data.labels());
        try {
            return new Finetune(model.spec(), data, model, mostHeldOut);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static List<Sample> some(List<Sample> samples, int most) {
        int count = Math.min(most, samples.size());
        return IntStream.range(0, count)
                .mapToObj(i -> samples.get((int) ((long) i * samples.size() / count)))
                .toList();
    }

    private List<List<TokenizedSample>> shards() {
        if (spec.scheme().pooled()) {
            return List.of(model.tokenize(data.train()));
        }
        List<List<TokenizedSample>> all = new ArrayList<>();
        for (List<Sample> shard :
                Partition.parse(spec.partition())
                        .split(
                                data.train(),
                                data.labels().size(),
                                spec.devices().size(),
                                spec.seed())) {
            all.add(model.tokenize(shard));
        }
        return all;
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
        Evaluation tested = trainer.evaluate(trainer.rounds().bestAdapter(), test);
        return FinetuneResult.of(
                spec,
                model,
                data.name(),
                data.train().size(),
                data.test().size(),
                trainer.rounds(),
                tested,
                trainer.doneSteps(),
                trainer.costs(),
                shards.stream().map(shard -> BatchShape.of(shard).tokens()).toList(),
                trainer.wireless());
    }

    /// Whether a directory holds the state of a run to go on with.
    public static boolean canResume(Path directory) {
        return Checkpoint.exists(directory);
    }

    /// Devices that are too small to take part.
    public List<String> leftOut() {
        return model.deployment().leftOut();
    }

    /// Blocks on each device; none where the model is not cut.
    public List<Integer> cuts() {
        return spec.scheme().cut() ? spec.cutOfEach() : List.of();
    }

    /// The cuts that were chosen, with the round's length and a bound on it; null where they were
    /// given, and with micro-batches, whose overlap the bound does not know.
    public @Nullable CutPlan cutPlan() {
        return model.deployment().plan();
    }

    /// The best adapter so far.
    public Adapter adapter() {
        return model.adapter(trainer.rounds().bestAdapter());
    }

    /// Writes the best adapter in PEFT's format.
    public void saveAdapter(Path directory) {
        model.saveAdapter(directory, trainer.rounds().bestAdapter());
    }

    /// Writes the model with the best adapter merged into it, as a Hugging Face directory.
    public void saveModel(Path directory) {
        model.saveModel(directory, trainer.rounds().bestAdapter());
    }

    /// Of the wireless cell's rounds so far; null without one.
    public @Nullable WirelessResult wireless() {
        return trainer.wireless();
    }

    /// Bytes of messages from devices to the server so far.
    public long uplinkBytes() {
        return trainer.costs().uplinkBytes();
    }

    /// Arrays that the model's manager holds itself; a step must leave as many as it found.
    int liveArrays() {
        return model.manager().getManagedArrays().size();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
