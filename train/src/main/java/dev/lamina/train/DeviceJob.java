package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.data.Sample;
import dev.lamina.lam.Lora;
import dev.lamina.lam.SegmentFile;
import dev.lamina.lam.TextTokenizer;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A device's own side of a run: its part of the model, its samples as tokens, its optimiser, and
/// the states of its last two rounds on disk, so that it can be killed at any moment.
final class DeviceJob implements AutoCloseable {
    private final Assignment assignment;
    private final NDManager manager;
    private final Device device;
    private final StateFiles states;
    private final String data;

    private DeviceJob(
            Assignment assignment,
            NDManager manager,
            Device device,
            StateFiles states,
            String data) {
        this.assignment = assignment;
        this.manager = manager;
        this.device = device;
        this.states = states;
        this.data = data;
    }

    /// Makes the device as it stood after the last round that it has stored.
    ///
    /// @param part file with its part of the model
    /// @param tokenizer content of `tokenizer.json`
    /// @param samples its own
    /// @param directory for its states
    /// @param threads of a tensor operation
    /// @throws BadInputException if the stored states are of other samples
    static DeviceJob load(
            Assignment assignment,
            Path part,
            byte[] tokenizer,
            List<Sample> samples,
            Path directory,
            int threads,
            Consumer<String> warnings) {
        Tensors.useThreads(threads);
        NDManager manager = Tensors.newManager();
        try (TextTokenizer texts = new TextTokenizer(tokenizer, "the run's tokenizer")) {
            SegmentFile.Loaded loaded = SegmentFile.load(part, manager);
            TrainingRule rule = assignment.rule();
            Batches batches =
                    new Batches(
                            TokenizedSample.of(samples, texts, assignment.seqLen()),
                            assignment.batch(),
                            rule.seed(),
                            assignment.device());
            Map<String, FloatTensor> initial = placeholders(assignment, loaded);
            Device device =
                    new Device(
                            assignment.device(),
                            manager,
                            loaded.lower(),
                            loaded.upper(),
                            initial,
                            batches,
                            rule);
            String data = Long.toHexString(Seeds.derive(0, samples.hashCode(), samples.size()));
            StateFiles states =
                    new StateFiles(directory, "device-" + assignment.device(), warnings);
            DeviceJob job = new DeviceJob(assignment, manager, device, states, data);
            job.restore(directory);
            return job;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /// Tensors of the right shapes: the values come with the first round.
    private static Map<String, FloatTensor> placeholders(
            Assignment assignment, SegmentFile.Loaded loaded) {
        Map<String, FloatTensor> tensors =
                new LinkedHashMap<>(
                        assignment
                                .rule()
                                .lora()
                                .initial(loaded.config(), assignment.rule().seed()));
        tensors.put(
                Lora.HEAD_WEIGHT,
                FloatTensor.zeros(assignment.labels().size(), loaded.config().hidden()));
        tensors.put(Lora.HEAD_BIAS, FloatTensor.zeros(assignment.labels().size()));
        return tensors;
    }

    private void restore(Path directory) {
        StateFiles.Stored last = states.newest();
        if (last == null) {
            return;
        }
        BadInputException.check(
                last.json().equals(data),
                "the samples are not those that this device began the run with (" + directory + ")",
                "the data file was changed; put it back, or delete that folder to begin anew");
        StateFiles.Stored earlier = states.before(last.number());
        if (earlier != null) {
            device.keep(state(earlier));
        }
        device.restore(state(last));
    }

    private static Device.State state(StateFiles.Stored stored) {
        return new Device.State(Math.toIntExact(stored.number()), stored.tensors());
    }

    Assignment assignment() {
        return assignment;
    }

    Device device() {
        return device;
    }

    /// Stores where the device stands at a round's end.
    void save() {
        Device.State state = device.state();
        states.save(state.step(), state.tensors(), data);
    }

    @Override
    public void close() {
        device.close();
        manager.close();
    }
}
