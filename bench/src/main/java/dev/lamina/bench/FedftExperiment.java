package dev.lamina.bench;

import dev.lamina.base.Seeds;
import dev.lamina.cell.AllocationRun;
import dev.lamina.cell.Cell;
import dev.lamina.cell.CellSpec;
import dev.lamina.cell.DeviceLoad;
import dev.lamina.cell.Feasibility;
import dev.lamina.cell.Importance;
import dev.lamina.cell.VSweep;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Lora;
import dev.lamina.train.Finetune;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.RoundReport;
import dev.lamina.train.RunListener;
import dev.lamina.train.Scheme;
import dev.lamina.train.Wireless;
import dev.lamina.train.WirelessResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Paper [A]'s experiment (II-A): split federated fine-tuning in a wireless cell, with online
/// scheduling and bandwidth allocation against its baselines, on the same data, places and
/// channels. What is done is kept in the run's directory, so that an interrupted experiment goes on
/// where it stopped.
public final class FedftExperiment {
    /// The paper's policy, with the weights of the bound on convergence.
    public static final String ONLINE = "online";

    /// The same with constant weights.
    public static final String CONSTANT = "online, constant weights";

    private static final List<String> SIMPLE = List.of("random", "round-robin", "best-channel");
    private static final int SWEEP_DEVICES = 8;

    /// How much higher the learning rate is where a step has all devices' batches joined, and there
    /// are so many times fewer of them.
    private static final double JOINED = 3;

    /// Steps of a run whose messages are only counted.
    private static final int TRAFFIC_STEPS = 60;

    private final Plan plan;
    private final Kept kept;
    private final SflExperiment.Listener listener;

    /// What is to be done.
    ///
    /// @param training the spec of the runs in the cell, scheme `ushape`, with the cell and its
    ///   budget; seed and policy are those of each run
    /// @param accuracies specs under `ushape` whose test accuracy is held against `central`, by
    ///   name
    /// @param seeds of the runs in the cell
    /// @param policies besides `online`, with constant weights too
    /// @param contraction ρ of the weights w_t = ρ^(R-1-t)
    /// @param heldOut validation samples of a run in the cell
    /// @param target accuracy whose time is told
    /// @param multiples v of the sweep over V
    /// @param ranks of the adapter to try with the first seed
    /// @param radii of the cell to try with the first seed, in metres
    public record Plan(
            FinetuneSpec training,
            Map<String, FinetuneSpec> accuracies,
            List<Long> seeds,
            List<String> policies,
            double contraction,
            int heldOut,
            double target,
            List<Double> multiples,
            List<Integer> ranks,
            List<Double> radii) {}

    /// Prepares the experiment.
    ///
    /// @param directory where results are kept as they come
    public FedftExperiment(Plan plan, Path directory, SflExperiment.Listener listener) {
        this.plan = plan;
        this.kept = new Kept(directory);
        this.listener = listener;
    }

    /// Runs all of it.
    ///
    /// @return null if the listener asked to stop before the end
    public @Nullable FedftResult run() {
        List<FedftResult.Run> runs = new ArrayList<>();
        List<String> policies = new ArrayList<>(List.of(ONLINE, CONSTANT));
        policies.addAll(plan.policies());
        for (long seed : plan.seeds()) {
            for (String policy : policies) {
                FedftResult.Run run =
                        inCell(policy + ", seed " + seed, spec(policy).withSeed(seed));
                if (run == null) {
                    return null;
                }
                runs.add(run);
            }
        }
        List<FedftResult.Varied> ranks = new ArrayList<>();
        FinetuneSpec online = spec(ONLINE).withSeed(plan.seeds().getFirst());
        for (int rank : plan.ranks()) {
            Lora lora = plan.training().lora();
            double alpha = lora.alpha() * rank / lora.rank();
            FedftResult.Run run =
                    inCell(
                            "rank " + rank,
                            online.withLora(new Lora(rank, alpha, lora.dropout(), lora.targets())));
            if (run == null) {
                return null;
            }
            ranks.add(varied(rank, run));
        }
        List<FedftResult.Varied> radii = new ArrayList<>();
        for (double radius : plan.radii()) {
            Wireless cell = Objects.requireNonNull(online.wireless());
            FedftResult.Run run =
                    inCell(
                            "radius " + radius,
                            online.withWireless(cell.withCell(cell.cell().withRadius(radius))));
            if (run == null) {
                return null;
            }
            radii.add(varied(radius, run));
        }
        Map<String, Map<String, Double>> accuracy = new LinkedHashMap<>();
        Map<String, Double> bytes = new LinkedHashMap<>();
        for (Map.Entry<String, FinetuneSpec> entry : plan.accuracies().entrySet()) {
            Map<String, Double> ofData = new LinkedHashMap<>();
            for (Scheme scheme : List.of(Scheme.CENTRAL, Scheme.USHAPE)) {
                FinetuneSpec spec = entry.getValue().withScheme(scheme);
                double rate = spec.learningRate();
                Everybody run =
                        everybody(
                                entry.getKey(),
                                scheme == Scheme.USHAPE
                                        ? spec.withLearningRate(JOINED * rate)
                                        : spec);
                if (run == null) {
                    return null;
                }
                ofData.put(scheme.toString(), run.accuracy());
                if (scheme == Scheme.USHAPE) {
                    bytes.putIfAbsent(scheme.toString(), run.uplinkBytesPerRound());
                }
            }
            if (!bytes.containsKey(Scheme.FEDERATED.toString())) {
                Everybody run =
                        everybody(
                                entry.getKey(),
                                entry.getValue()
                                        .withScheme(Scheme.FEDERATED)
                                        .withMaxSteps(TRAFFIC_STEPS));
                if (run == null) {
                    return null;
                }
                bytes.put(Scheme.FEDERATED.toString(), run.uplinkBytesPerRound());
            }
            bytes.putIfAbsent("fedavg", wholeModelBytes(entry.getValue()));
            accuracy.put(entry.getKey(), ofData);
        }
        listener.stage("sweep over V");
        VSweep sweep = kept.get("sweep", VSweep.class, this::sweep);
        return result(runs, ranks, radii, accuracy, bytes, sweep);
    }

    private FinetuneSpec spec(String policy) {
        Wireless cell = Objects.requireNonNull(plan.training().wireless());
        boolean weighted = policy.equals(ONLINE);
        Importance importance =
                weighted
                        ? new Importance.Contraction(plan.contraction())
                        : new Importance.Constant();
        return plan.training()
                .withWireless(
                        cell.withPolicy(policy.equals(CONSTANT) ? ONLINE : policy, importance));
    }

    /// A run in the cell, until the target is reached.
    private FedftResult.@Nullable Run inCell(String name, FinetuneSpec spec) {
        return kept.getOrStop("run-" + name, FedftResult.Run.class, () -> trained(name, spec));
    }

    private FedftResult.@Nullable Run trained(String name, FinetuneSpec spec) {
        listener.stage("training: " + name);
        RunListener shown = listener.training(name);
        List<RoundReport> reports = new ArrayList<>();
        try (Finetune job = Finetune.prepare(spec, plan.heldOut())) {
            job.run(
                    null,
                    false,
                    new RunListener() {
                        @Override
                        public void planned(int total, int done) {
                            shown.planned(total, done);
                        }

                        @Override
                        public void stepped(int done, double loss) {
                            shown.stepped(done, loss);
                        }

                        @Override
                        public void round(RoundReport report) {
                            reports.add(report);
                            shown.round(report);
                        }

                        @Override
                        public boolean stopRequested() {
                            return shown.stopRequested() || reached(reports);
                        }
                    });
            if (shown.stopRequested() && !reached(reports)) {
                return null;
            }
            WirelessResult cell = Objects.requireNonNull(job.wireless());
            List<AllocationRun.Round> rounds = cell.rounds();
            String policy = name.replaceFirst(", seed .*", "");
            return new FedftResult.Run(
                    policy,
                    spec.seed(),
                    cell.delayBudget(),
                    cell.meanDelay(),
                    rounds.stream().mapToLong(AllocationRun.Round::samples).average().orElse(0),
                    rounds.stream().mapToInt(AllocationRun.Round::scheduled).average().orElse(0),
                    secondsToTarget(reports),
                    reports.stream().map(RoundReport::simulatedSeconds).toList(),
                    reports.stream().map(RoundReport::valAccuracy).toList(),
                    reports.stream().map(RoundReport::valLoss).toList(),
                    rounds.stream().map(AllocationRun.Round::seconds).toList(),
                    rounds.stream().map(AllocationRun.Round::queueSeconds).toList(),
                    rounds.stream().map(AllocationRun.Round::scheduled).toList(),
                    (double) job.uplinkBytes() / rounds.size(),
                    cell.starved(),
                    cell.neverScheduled());
        }
    }

    private boolean reached(List<RoundReport> reports) {
        return !reports.isEmpty() && reports.getLast().valAccuracy() >= plan.target();
    }

    private @Nullable Double secondsToTarget(List<RoundReport> reports) {
        double accuracy = 0;
        double seconds = 0;
        for (RoundReport report : reports) {
            if (report.valAccuracy() >= plan.target()) {
                double part = (plan.target() - accuracy) / (report.valAccuracy() - accuracy);
                return seconds + part * (report.simulatedSeconds() - seconds);
            }
            accuracy = report.valAccuracy();
            seconds = report.simulatedSeconds();
        }
        return null;
    }

    private static FedftResult.Varied varied(double value, FedftResult.Run run) {
        return new FedftResult.Varied(
                value,
                run.delayBudget(),
                run.meanDelay(),
                run.meanSamples(),
                run.uplinkBytesPerRound(),
                run.secondsToTarget(),
                run.accuracy().getLast());
    }

    /// A run with everybody in every round.
    private record Everybody(double accuracy, double uplinkBytesPerRound) {}

    private @Nullable Everybody everybody(String data, FinetuneSpec spec) {
        String name = spec.scheme() + " on " + data;
        return kept.getOrStop(
                "accuracy-" + name,
                Everybody.class,
                () -> {
                    listener.stage("training: " + name);
                    try (Finetune job = Finetune.prepare(spec)) {
                        FinetuneResult result = job.run(null, false, listener.training(name));
                        return result == null
                                ? null
                                : new Everybody(
                                        result.accuracy(),
                                        (double) result.uplinkBytes() / result.rounds());
                    }
                });
    }

    /// What every device would send in a round of plain federated averaging: all of the model's
    /// weights, encoded as every tensor in a message is.
    private static double wholeModelBytes(FinetuneSpec spec) {
        return 4.0 * Backbone.config(spec.model()).parameters() * spec.devices().size();
    }

    /// The trade-off of V over the first devices' typical loads, on channels that do not depend on
    /// training.
    private VSweep sweep() {
        CellSpec spec = Objects.requireNonNull(plan.training().wireless()).cell();
        long seed = plan.seeds().getFirst();
        Cell cell = Cell.place(spec, SWEEP_DEVICES, Seeds.derive(seed, "sweep"));
        List<DeviceLoad> loads =
                Collections.nCopies(SWEEP_DEVICES, new DeviceLoad(16, 0.03, 2.6e6, 2e5, 0));
        int rounds =
                (int)
                        (VSweep.ROUNDS_PER_MULTIPLE
                                * plan.multiples().stream().mapToDouble(v -> v).max().orElse(2));
        double budget = 4 * Feasibility.smallestMeanDelay(cell, loads, rounds);
        return VSweep.run(cell, loads, budget, plan.multiples(), rounds);
    }

    private FedftResult result(
            List<FedftResult.Run> runs,
            List<FedftResult.Varied> ranks,
            List<FedftResult.Varied> radii,
            Map<String, Map<String, Double>> accuracy,
            Map<String, Double> bytes,
            VSweep sweep) {
        Map<String, List<FedftResult.Run>> byPolicy = new LinkedHashMap<>();
        runs.forEach(
                run -> byPolicy.computeIfAbsent(run.policy(), p -> new ArrayList<>()).add(run));
        Map<String, @Nullable Double> toTarget = new LinkedHashMap<>();
        byPolicy.forEach((policy, of) -> {
            double median =
                    median(
                            of.stream()
                                    .map(FedftResult.Run::secondsToTarget)
                                    .map(s -> s == null ? Double.POSITIVE_INFINITY : s)
                                    .toList());
            toTarget.put(policy, Double.isFinite(median) ? median : null);
        });
        List<Double> saving = new ArrayList<>();
        for (long seed : plan.seeds()) {
            double best = Double.POSITIVE_INFINITY;
            double ours = Double.POSITIVE_INFINITY;
            for (FedftResult.Run run : runs) {
                Double seconds = run.secondsToTarget();
                if (run.seed() != seed || seconds == null) {
                    continue;
                }
                if (run.policy().equals(ONLINE)) {
                    ours = seconds;
                } else if (SIMPLE.contains(run.policy().replaceFirst(":.*", ""))) {
                    best = Math.min(best, seconds);
                }
            }
            saving.add(
                    Double.isInfinite(best)
                            ? Double.isInfinite(ours) ? 0 : 1
                            : Math.max(-9, 1 - ours / best));
        }
        List<FedftResult.Run> online = Objects.requireNonNull(byPolicy.get(ONLINE));
        return new FedftResult(
                plan.training().devices().size(),
                plan.target(),
                median(online.stream().map(FedftResult.Run::delayBudget).toList()),
                median(online.stream().map(FedftResult.Run::meanDelay).toList()),
                toTarget,
                saving,
                median(saving),
                bytes,
                accuracy,
                sweep.rows(),
                sweep.settledGapSlope(),
                sweep.gapSlope(),
                sweep.queueSlope(),
                runs,
                ranks,
                radii);
    }

    private static double median(List<Double> values) {
        return StepBench.quantile(values, 0.5);
    }
}
