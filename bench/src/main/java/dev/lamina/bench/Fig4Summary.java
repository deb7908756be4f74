package dev.lamina.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Makes a result of the runs of [Fig4Experiment].
final class Fig4Summary {
    private static final double LOWEST_DECIBELS = 5; // of training, dev.lamina.radio.Noise
    private static final double HIGHEST_DECIBELS = 20;

    private Fig4Summary() {}

    static Fig4Result of(Fig4Experiment.Plan plan, List<Fig4Result.Run> runs, long weights) {
        Map<String, List<Fig4Result.Run>> byArm = new LinkedHashMap<>();
        runs.forEach(run -> byArm.computeIfAbsent(run.arm(), a -> new ArrayList<>()).add(run));
        Map<String, Fig4Result.Score> nmse = new LinkedHashMap<>();
        byArm.forEach((arm, of) -> nmse.put(arm, score(of)));
        String largest = Fig4Experiment.Plan.federated(plan.servers().getLast());
        long bytes = of(byArm, largest).getFirst().bytesUp();
        return new Fig4Result(
                plan.seeds(),
                plan.tracksPerServer(),
                Fig4Data.SPEEDS_KMH.size() * plan.usersPerSpeed(),
                plan.federation().rounds(),
                plan.federation().localEpochs(),
                plan.partition(),
                nmse,
                new Fig4Result.Floor(0, noisy(0), trainingFloor()),
                checks(plan, byArm, largest),
                new Fig4Result.Traffic(bytes, 4 * weights, bytes / (4.0 * weights)),
                runs);
    }

    private static Fig4Result.Score score(List<Fig4Result.Run> runs) {
        double clean = mean(runs, Fig4Result.Run::nmse);
        Map<Integer, Double> bySpeed = new TreeMap<>();
        for (Fig4Result.Run run : runs) {
            run.bySpeed().forEach((v, e) -> bySpeed.merge(v, e / runs.size(), Double::sum));
        }
        return new Fig4Result.Score(
                clean,
                noisy(clean),
                runs.stream().mapToDouble(Fig4Result.Run::nmse).min().orElseThrow(),
                runs.stream().mapToDouble(Fig4Result.Run::nmse).max().orElseThrow(),
                bySpeed,
                mean(runs, Fig4Result.Run::seconds));
    }

    private static double mean(List<Fig4Result.Run> runs, ToDoubleFunction<Fig4Result.Run> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }

    /// Against labels as noisy as the held-out histories (derived: reference 5.1, for errors that
    /// do not depend on the labels' noise).
    private static double noisy(double clean) {
        double rho = Math.pow(10, -Fig4Data.SNR_DECIBELS / 10);
        return (clean + rho) / (1 + rho);
    }

    /// The mean of ρ/(1+ρ) over ratios that are uniform in decibels (derived): with ρ = 10^(-s/10),
    /// its integral over s is -10/ln 10 · ln(1+ρ).
    private static double trainingFloor() {
        double scale = 10 / Math.log(10) / (HIGHEST_DECIBELS - LOWEST_DECIBELS);
        return scale
                * (Math.log1p(Math.pow(10, -LOWEST_DECIBELS / 10))
                        - Math.log1p(Math.pow(10, -HIGHEST_DECIBELS / 10)));
    }

    private static Fig4Result.Checks checks(
            Fig4Experiment.Plan plan, Map<String, List<Fig4Result.Run>> byArm, String largest) {
        List<String> more = new ArrayList<>(List.of(Fig4Experiment.LOCAL));
        plan.servers().forEach(servers -> more.add(Fig4Experiment.Plan.federated(servers)));
        int seeds = plan.seeds().size();
        List<Double> overCentral =
                IntStream.range(0, seeds)
                        .mapToObj(s ->
                                of(byArm, largest).get(s).nmse()
                                        / of(byArm, Fig4Experiment.CENTRAL).get(s).nmse())
                        .toList();
        return new Fig4Result.Checks(
                falls(more.stream().map(arm -> mean(byArm, arm)).toList()),
                (int)
                        IntStream.range(0, seeds)
                                .filter(s ->
                                        falls(
                                                more.stream()
                                                        .map(arm -> of(byArm, arm).get(s).nmse())
                                                        .toList()))
                                .count(),
                mean(byArm, largest) / mean(byArm, Fig4Experiment.CENTRAL),
                overCentral,
                mean(byArm, largest) / mean(byArm, Fig4Experiment.UNTRAINED),
                mean(byArm, largest) / mean(byArm, "ar"));
    }

    private static boolean falls(List<Double> values) {
        return IntStream.range(1, values.size()).allMatch(i -> values.get(i) < values.get(i - 1));
    }

    private static double mean(Map<String, List<Fig4Result.Run>> byArm, String arm) {
        return mean(of(byArm, arm), Fig4Result.Run::nmse);
    }

    private static List<Fig4Result.Run> of(Map<String, List<Fig4Result.Run>> byArm, String arm) {
        return Objects.requireNonNull(byArm.get(arm), arm);
    }
}
