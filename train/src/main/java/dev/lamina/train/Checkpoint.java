package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.SafeTensorsFile;
import dev.lamina.nn.SafeTensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// All of a run's state between two steps, in one safetensors file: tensors under `device.N.`,
/// `server.N.`, `global.`, `best.`, and the progress as JSON in its metadata. The order of the data
/// needs no state: it follows from the seed and the steps taken.
///
/// @param progress numbers
/// @param tensors by full name
record Checkpoint(Progress progress, Map<String, FloatTensor> tensors) {
    /// File in a run's directory.
    static final String FILE = "checkpoint.safetensors";

    private static final String PROGRESS = "progress";

    /// The numbers of a run's state.
    ///
    /// @param fingerprint of the spec and the data that it belongs to
    /// @param round that is under way, counted from 0
    /// @param deviceSteps taken by each device
    /// @param roundSamples trained on by each device in this round so far
    /// @param roundLoss sum of these samples' losses, by device
    /// @param begun whether devices have begun this round
    /// @param reports of the rounds that are over
    /// @param best of them, by validation accuracy, then loss; null before the first
    /// @param costs so far
    /// @param fleet who takes part over a network; null in one process
    record Progress(
            String fingerprint,
            int round,
            List<Integer> deviceSteps,
            List<Long> roundSamples,
            List<Double> roundLoss,
            boolean begun,
            List<RoundReport> reports,
            @Nullable RoundReport best,
            Costs costs,
            @Nullable Fleet fleet) {}

    /// Who takes part in a run over a network.
    ///
    /// @param run its name, under which devices keep their state
    /// @param devices by number; null for a place that nobody has taken
    /// @param planned samples that the plan was made for, by number
    /// @param longest tokens of the longest batch of each
    record Fleet(
            String run,
            List<@Nullable Member> devices,
            List<Integer> planned,
            List<Integer> longest) {}

    /// A device of a network.
    ///
    /// @param samples on it
    /// @param steps that count
    record Member(String name, long samples, int steps) {}

    /// Puts a state together.
    ///
    /// @param parts adapter sets with their optimisers, by full name
    static Checkpoint of(
            String fingerprint,
            Rounds rounds,
            List<Integer> deviceSteps,
            List<Long> roundSamples,
            List<Double> roundLoss,
            boolean begun,
            Costs costs,
            @Nullable Fleet fleet,
            Map<String, FloatTensor> global,
            Map<String, FloatTensor> parts) {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>(parts);
        global.forEach((name, tensor) -> tensors.put("global." + name, tensor));
        rounds.bestAdapter().forEach((name, tensor) -> tensors.put("best." + name, tensor));
        return new Checkpoint(
                new Progress(
                        fingerprint,
                        rounds.number(),
                        deviceSteps,
                        roundSamples,
                        roundLoss,
                        begun,
                        List.copyOf(rounds.reports()),
                        rounds.best(),
                        costs,
                        fleet),
                tensors);
    }

    /// Writes it atomically into a run's directory.
    void save(Path directory) {
        SafeTensorsWriter.write(
                directory.resolve(FILE),
                tensors,
                Map.of(PROGRESS, JsonMapper.shared().writeValueAsString(progress)));
    }

    /// Reads the checkpoint of a run's directory.
    ///
    /// @throws BadInputException if there is none, or it belongs to another spec or other data
    static Checkpoint load(Path directory, String fingerprint) {
        Path file = directory.resolve(FILE);
        BadInputException.check(
                Files.isRegularFile(file),
                "no checkpoint in " + directory,
                "the run ended before its first round, or it is another directory; start it anew with its spec.yaml.");
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        try (SafeTensorsFile in = SafeTensorsFile.open(file)) {
            String json = in.metadata().getOrDefault(PROGRESS, "");
            Progress progress = JsonMapper.shared().readValue(json, Progress.class);
            BadInputException.check(
                    progress.fingerprint().equals(fingerprint),
                    file + " belongs to another spec or other data",
                    "the spec, the data file or the model changed since the run was stopped; start a new run.");
            for (String name : in.names()) {
                tensors.put(name, in.read(name));
            }
            return new Checkpoint(progress, tensors);
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + ": no run's state: " + e.getOriginalMessage(),
                    "it was written by another program.");
        }
    }

    /// The tensors whose names start with `prefix`, without it.
    SequencedMap<String, FloatTensor> part(String prefix) {
        SequencedMap<String, FloatTensor> part = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
            }
        });
        return part;
    }
}
