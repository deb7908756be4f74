package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// All of a run's state between two steps, in one file of [StateFiles]: tensors under `device.N.`,
/// `server.N.`, `global.`, `best.`, and the progress as JSON. The order of the data needs no state:
/// it follows from the seed and the steps taken.
///
/// @param progress numbers
/// @param tensors by full name
record Checkpoint(Progress progress, Map<String, FloatTensor> tensors) {
    /// What the files in a run's directory begin with; their number is that of all devices' steps.
    private static final String PREFIX = "checkpoint";

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    /// The numbers of a run's state.
    ///
    /// @param fingerprint of the spec and the data that it belongs to
    /// @param round that is under way, counted from 0
    /// @param deviceSteps taken by each device
    /// @param roundSamples trained on by each device in this round so far
    /// @param roundLoss sum of these samples' losses, by device
    /// @param begun whether devices have begun this round
    /// @param unreported of rounds since the last report
    /// @param reports of the rounds that are over
    /// @param best of them, by validation accuracy, then loss; null before the first
    /// @param costs so far
    /// @param fleet who takes part over a network; null in one process
    /// @param wireless of the rounds in a wireless cell; null without one
    record Progress(
            String fingerprint,
            int round,
            List<Integer> deviceSteps,
            List<Long> roundSamples,
            List<Double> roundLoss,
            boolean begun,
            Rounds.Unreported unreported,
            List<RoundReport> reports,
            @Nullable RoundReport best,
            Costs costs,
            @Nullable Fleet fleet,
            Scheduling.@Nullable History wireless) {}

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
            Scheduling.@Nullable History wireless,
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
                        rounds.unreported(),
                        List.copyOf(rounds.reports()),
                        rounds.best(),
                        costs,
                        fleet,
                        wireless),
                tensors);
    }

    /// Writes it atomically into a run's directory, beside the one before it.
    void save(Path directory) {
        long steps = progress.deviceSteps().stream().mapToLong(Integer::longValue).sum();
        files(directory).save(steps, tensors, JsonMapper.shared().writeValueAsString(progress));
    }

    /// Whether there is any in a run's directory.
    static boolean exists(Path directory) {
        return !files(directory).isEmpty();
    }

    /// Reads the newest checkpoint in a run's directory that is not damaged.
    ///
    /// @throws BadInputException if there is none, or it belongs to another spec or other data
    static Checkpoint load(Path directory, String fingerprint) {
        StateFiles files = files(directory);
        BadInputException.check(
                !files.isEmpty(),
                "no checkpoint in " + directory,
                "the run ended before its first round, or it is another directory; start it anew with its spec.yaml.");
        StateFiles.Stored stored = files.newest();
        if (stored == null) {
            throw new BadInputException(
                    "every checkpoint in " + directory + " is damaged",
                    "the disk is failing; restore them from a copy, or start the run anew with its spec.yaml.");
        }
        try {
            Progress progress = JsonMapper.shared().readValue(stored.json(), Progress.class);
            BadInputException.check(
                    progress.fingerprint().equals(fingerprint),
                    "the checkpoint in " + directory + " belongs to another spec or other data",
                    "the spec, the data file or the model changed since the run was stopped; start a new run.");
            return new Checkpoint(progress, stored.tensors());
        } catch (JacksonException e) {
            throw new BadInputException(
                    "the checkpoint in "
                            + directory
                            + ": no run's state: "
                            + e.getOriginalMessage(),
                    "it was written by another program.");
        }
    }

    private static StateFiles files(Path directory) {
        return new StateFiles(directory, PREFIX, LOG::warn);
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
