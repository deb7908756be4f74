package dev.lamina.train;

import java.util.Arrays;
import java.util.List;

/// How many steps each device takes in each round, and of how many samples: all of its passes over
/// its own samples, capped together by the greatest number of steps, evenly spread over the rounds.
///
/// Where gradients are averaged (`ushape`), a round is one step of everybody, and batches are in
/// proportion to the devices' samples (derived): a pass then takes everybody equally long, and the
/// joined batch is a fair sample of all data. `rounds` of the spec then says how often the model is
/// judged.
final class StepPlan {
    private final int[] steps;
    private final int[] batches;
    private final int rounds;
    private final int judgements;

    private StepPlan(int[] steps, int[] batches, int rounds, int judgements) {
        this.steps = steps;
        this.batches = batches;
        this.rounds = rounds;
        this.judgements = judgements;
    }

    /// The plan of a run.
    ///
    /// @param samples on each device; 0 for one that is not there yet
    static StepPlan of(FinetuneSpec spec, List<Integer> samples) {
        int[] batches = new int[samples.size()];
        Arrays.fill(batches, spec.batch());
        if (!spec.scheme().averagesGradients()) {
            int[] perPass = samples.stream().mapToInt(n -> Math.ceilDiv(n, spec.batch())).toArray();
            return of(perPass, batches, spec.epochs(), spec.maxSteps(), spec.rounds());
        }
        double mean = samples.stream().mapToInt(n -> n).filter(n -> n > 0).average().orElse(1);
        for (int u = 0; u < batches.length; u++) {
            if (samples.get(u) > 0) {
                batches[u] = Math.max(1, (int) Math.round(spec.batch() * samples.get(u) / mean));
            }
        }
        int rounds = Math.max(1, (int) Math.round(spec.epochs() * mean / spec.batch()));
        if (spec.maxSteps() > 0) {
            rounds = Math.min(rounds, Math.max(1, spec.maxSteps() / batches.length));
        }
        Wireless wireless = spec.wireless();
        if (wireless != null && wireless.rounds() > 0) {
            rounds = wireless.rounds();
        }
        int[] steps = new int[batches.length];
        Arrays.fill(steps, rounds);
        return new StepPlan(steps, batches, rounds, Math.min(rounds, spec.rounds()));
    }

    /// Makes a plan of rounds of many steps.
    ///
    /// @param perPass batches in a pass over each device's samples
    /// @param maxSteps cap for all devices together; 0 for none
    static StepPlan of(int[] perPass, int[] batches, double epochs, int maxSteps, int rounds) {
        int[] steps = new int[perPass.length];
        long total = 0;
        for (int u = 0; u < steps.length; u++) {
            steps[u] = Math.toIntExact(Math.max(1, Math.round(perPass[u] * epochs)));
            total += steps[u];
        }
        if (maxSteps > 0 && total > maxSteps) {
            cap(steps, total, maxSteps);
        }
        int most = Math.min(rounds, Arrays.stream(steps).max().orElse(1));
        return new StepPlan(steps, batches, most, most);
    }

    /// Scales the shares down to `maxSteps` in all: the cumulated shares are rounded, so the sum is
    /// exact.
    private static void cap(int[] steps, long total, int maxSteps) {
        long before = 0;
        for (int u = 0; u < steps.length; u++) {
            long after = before + steps[u];
            steps[u] = Math.toIntExact(after * maxSteps / total - before * maxSteps / total);
            before = after;
        }
    }

    /// Rounds; fewer than asked for where no device has so many steps.
    int rounds() {
        return rounds;
    }

    /// Whether the model is judged after a round, counted from 0.
    boolean judges(int round) {
        return (round + 1L) * judgements / rounds > (long) round * judgements / rounds;
    }

    /// Samples in a step of a device.
    int batch(int device) {
        return batches[device];
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
        return Arrays.stream(steps).sum();
    }
}
