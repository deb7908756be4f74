package dev.lamina.train;

import java.util.List;

/// How many steps each device takes in each round: all of its passes over its own samples, capped
/// together by the greatest number of steps, evenly spread over the rounds.
final class StepPlan {
    private final int[] steps;
    private final int rounds;

    /// The plan of a run.
    ///
    /// @param samples on each device
    static StepPlan of(FinetuneSpec spec, List<Integer> samples) {
        return new StepPlan(
                samples.stream().mapToInt(n -> Math.ceilDiv(n, spec.batch())).toArray(),
                spec.epochs(),
                spec.maxSteps(),
                spec.rounds());
    }

    /// Makes the plan.
    ///
    /// @param perPass batches in a pass over each device's samples
    /// @param maxSteps cap for all devices together; 0 for none
    StepPlan(int[] perPass, double epochs, int maxSteps, int rounds) {
        steps = new int[perPass.length];
        long total = 0;
        for (int u = 0; u < steps.length; u++) {
            steps[u] = Math.toIntExact(Math.max(1, Math.round(perPass[u] * epochs)));
            total += steps[u];
        }
        if (maxSteps > 0 && total > maxSteps) {
            cap(total, maxSteps);
        }
        this.rounds = Math.min(rounds, longest());
    }

    /// Scales the shares down to `maxSteps` in all: the cumulated shares are rounded, so the sum is
    /// exact.
    private void cap(long total, int maxSteps) {
        long before = 0;
        for (int u = 0; u < steps.length; u++) {
            long after = before + steps[u];
            steps[u] = Math.toIntExact(after * maxSteps / total - before * maxSteps / total);
            before = after;
        }
    }

    private int longest() {
        int longest = 1;
        for (int s : steps) {
            longest = Math.max(longest, s);
        }
        return longest;
    }

    /// Rounds; fewer than asked for where no device has so many steps.
    int rounds() {
        return rounds;
    }

    /// Steps of a device in all.
    int steps(int device) {
        return steps[device];
    }

    /// Steps of a device by the end of a round, counted from 0.
    int stepsAfter(int device, int round) {
        return Math.toIntExact((long) steps[device] * (round + 1) / rounds);
    }

    /// Steps of a device in a round, counted from 0.
    int stepsIn(int device, int round) {
        return stepsAfter(device, round) - (round == 0 ? 0 : stepsAfter(device, round - 1));
    }

    /// Steps of all devices in all.
    int total() {
        int total = 0;
        for (int s : steps) {
            total += s;
        }
        return total;
    }
}
