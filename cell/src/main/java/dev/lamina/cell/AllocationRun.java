package dev.lamina.cell;

import java.util.ArrayList;
import java.util.List;

/// Rounds of allocation without training: what a policy does to delays, samples and queue.
///
/// @param policy its name
/// @param rounds in order
/// @param starved devices that had no usable channel in any round
/// @param neverScheduled devices that had one, but were never scheduled
public record AllocationRun(
        String policy, List<Round> rounds, List<Starved> starved, List<String> neverScheduled) {
    /// One round.
    ///
    /// @param seconds T(t)
    /// @param samples N(t)
    /// @param queueSeconds Q(t), before the round
    /// @param scheduled how many devices
    /// @param penalty w_t / N(t)
    public record Round(
            double seconds, long samples, double queueSeconds, int scheduled, double penalty) {}

    /// A device without a channel.
    public record Starved(String device, int rounds) {}

    /// Runs a policy.
    ///
    /// @param allocator at the round to begin with; it goes on to the last
    /// @param loads one for each device, the same in all rounds
    /// @param rounds in all
    public static AllocationRun simulate(
            Cell cell,
            AllocationPolicy policy,
            Allocator allocator,
            List<DeviceLoad> loads,
            int rounds,
            Importance importance) {
        Checks.positive("rounds", rounds);
        int devices = cell.devices().size();
        int[] unusable = new int[devices];
        int[] scheduled = new int[devices];
        List<Round> log = new ArrayList<>();
        for (int t = allocator.state().round(); t < rounds; t++) {
            List<Candidate> candidates = cell.candidates(t, loads);
            double weight = importance.weight(t, rounds);
            RoundState problem = allocator.problem(candidates, weight);
            Allocation allocation = allocator.next(problem);
            for (int k = 0; k < devices; k++) {
                unusable[k] += candidates.get(k).usable() ? 0 : 1;
                scheduled[k] += allocation.scheduled(k) ? 1 : 0;
            }
            log.add(
                    new Round(
                            allocation.predictedSeconds(),
                            allocation.samples(),
                            problem.queueSeconds(),
                            allocation.scheduledCount(),
                            weight / allocation.samples()));
            allocator.served(allocation.predictedSeconds(), allocator.joules(problem, allocation));
        }
        List<Starved> starved = new ArrayList<>();
        List<String> never = new ArrayList<>();
        for (int k = 0; k < devices; k++) {
            String name = cell.devices().get(k).name();
            if (unusable[k] == log.size()) {
                starved.add(new Starved(name, log.size()));
            } else if (scheduled[k] == 0) {
                never.add(name);
            }
        }
        return new AllocationRun(policy.name(), List.copyOf(log), starved, never);
    }

    /// (1/R) Σ T(t).
    public double meanSeconds() {
        return rounds.stream().mapToDouble(Round::seconds).average().orElse(0);
    }

    /// (1/R) Σ w_t / N(t), what is minimised.
    public double meanPenalty() {
        return rounds.stream().mapToDouble(Round::penalty).average().orElse(0);
    }

    /// (1/R) Σ Q(t).
    public double meanQueueSeconds() {
        return rounds.stream().mapToDouble(Round::queueSeconds).average().orElse(0);
    }

    public double meanScheduled() {
        return rounds.stream().mapToInt(Round::scheduled).average().orElse(0);
    }
}
