package dev.lamina.bench;

import dev.lamina.base.AtomicFiles;
import dev.lamina.edge.CutPlan;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.OrderGap;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.ServerProfile;
import dev.lamina.edge.Timeline;
import dev.lamina.nn.TensorCodec;
import dev.lamina.nn.Tensors;
import dev.lamina.train.Execution;
import dev.lamina.train.Finetune;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.RoundEstimate;
import dev.lamina.train.RunListener;
import dev.lamina.train.Scheme;
import dev.lamina.train.ServerProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Paper [B]'s experiment: memory-efficient split federated learning against split learning and
/// split federated learning, on the same devices, seeds and data; timing and memory at the paper's
/// shape, and real training. What is done is kept in the run's directory, so that an interrupted
/// experiment goes on where it stopped.
public final class SflExperiment {
    private static final int ORDER_CASES = 1000;
    private static final int MOST_DEVICES = 100_000;
    private static final String PLUS = "shared+";

    /// How much lower the learning rate is where one adapter takes all the steps in a row. Where
    /// each device takes a sixth of them and adapters are averaged, a rate that suits is too high
    /// for that, and diverges.
    private static final double IN_A_ROW = 3;

    private final Plan plan;
    private final Path directory;
    private final Listener listener;
    private final Map<String, RoundEstimate> rounds = new LinkedHashMap<>();

    /// What is to be done.
    ///
    /// @param shape model whose shape timing and memory are of
    /// @param seqLen tokens of its texts
    /// @param stepsPerRound of each device in a timed round
    /// @param training the spec of the training runs, scheme `shared`
    /// @param partitions of the training samples; the first for all schemes, the others for
    ///   `shared` and `shared+`
    /// @param measure whether real processes are measured
    /// @param target accuracy
    public record Plan(
            String shape,
            int seqLen,
            int stepsPerRound,
            FinetuneSpec training,
            List<String> partitions,
            boolean measure,
            double target) {}

    /// Who wants to know how it goes.
    public interface Listener {
        /// Something begins.
        void stage(String what);

        /// Who listens to a training run.
        RunListener training(String name);
    }

    /// Prepares the experiment.
    ///
    /// @param directory where results are kept as they come
    /// @throws dev.lamina.base.BadInputException if shape and machines do not fit
    public SflExperiment(Plan plan, Path directory, Listener listener) {
        this.plan = plan;
        this.directory = directory;
        this.listener = listener;
        variants().forEach((name, spec) -> rounds.put(name, estimate(spec, plan.stepsPerRound())));
    }

    /// The specs of all schemes at the paper's shape, and of each improvement by itself.
    private Map<String, FinetuneSpec> variants() {
        FinetuneSpec t = plan.training();
        FinetuneSpec shared =
                SflSpecs.shared(
                        plan.shape(),
                        t.devices(),
                        t.server(),
                        List.of(1),
                        t.batch(),
                        plan.seqLen(),
                        t.seed(),
                        t.threads());
        TensorCodec exact = shared.codec();
        Map<String, FinetuneSpec> all = new LinkedHashMap<>();
        all.put("sequential", shared.withScheme(Scheme.SEQUENTIAL));
        all.put("parallel", shared.withScheme(Scheme.PARALLEL));
        all.put("shared", shared);
        all.put("shared, recompute", shared.withExecution(exact, new Execution(false, 1, true, 1)));
        all.put(
                "shared, 4 micro-batches",
                shared.withExecution(exact, new Execution(false, 4, false, 1)));
        all.put("shared, fp16", shared.withExecution(new TensorCodec.Fp16(), Execution.PLAIN));
        all.put("shared, int8", shared.withExecution(new TensorCodec.Int8(), Execution.PLAIN));
        all.put("shared, cut auto", shared.withDevices(shared.devices(), List.of()));
        all.put(PLUS, SflSpecs.plus(shared));
        return all;
    }

    /// Runs all of it.
    ///
    /// @return null if the listener asked to stop before the end
    public @Nullable SflResult run() {
        List<SflResult.Training> trained = new ArrayList<>();
        for (Map.Entry<String, FinetuneSpec> run : trainings().entrySet()) {
            SflResult.@Nullable Training training = train(run.getKey(), run.getValue());
            if (training == null) {
                return null;
            }
            trained.add(training);
        }
        Map<String, ServerMemory> measured = new LinkedHashMap<>();
        if (plan.measure()) {
            for (String name :
                    List.of(
                            "sequential",
                            "parallel",
                            "shared",
                            "shared, recompute",
                            "shared, 4 micro-batches",
                            PLUS)) {
                measured.put(name, memory(name));
            }
        }
        return result(measured, trained);
    }

    private static RoundEstimate estimate(FinetuneSpec spec, int steps) {
        return RoundEstimate.of(spec, SflSpecs.CLASSES, steps);
    }

    /// The spec of a scheme, with its cuts.
    private FinetuneSpec spec(String scheme) {
        return Objects.requireNonNull(rounds.get(scheme), scheme).spec();
    }

    /// A short round of a scheme, for a picture.
    ///
    /// @param steps of each device
    public Timeline timeline(String scheme, int steps) {
        return estimate(spec(scheme), steps).timeline();
    }

    private SflResult result(Map<String, ServerMemory> measured, List<SflResult.Training> trained) {
        SflResult.@Nullable SideBySide sideBySide = sideBySide();
        List<SflResult.Scheme> schemes = new ArrayList<>();
        rounds.forEach(
                (name, round) -> schemes.add(scheme(name, round, measured.get(name), sideBySide)));
        listener.stage("orders: " + ORDER_CASES + " random cases of six devices");
        List<OrderGap> orders =
                List.of("longest-tail", "fifo", "strict-longest-tail", "shortest-first", "random")
                        .stream()
                        .map(name ->
                                OrderGap.measure(
                                        ServerOrder.parse(name, plan.training().seed()),
                                        ORDER_CASES,
                                        plan.training().seed()))
                        .toList();
        listener.stage("timeline: rounds of up to 100,000 devices");
        List<TimelineBench.Point> timeline =
                TimelineBench.run(MOST_DEVICES, plan.training().seed());
        Map<String, Double> accuracy = new LinkedHashMap<>();
        trained.forEach(t -> accuracy.put(t.name(), t.accuracy()));
        FinetuneSpec t = plan.training();
        return new SflResult(
                plan.shape(),
                t.batch(),
                plan.seqLen(),
                spec("shared").devices().stream().map(DeviceProfile::name).toList(),
                t.server().name(),
                plan.stepsPerRound(),
                memoryRatios(schemes, "parallel"),
                memoryRatios(schemes, "sequential"),
                timeRatios(schemes, "sequential"),
                timeRatios(schemes, "parallel"),
                accuracy,
                orders.getFirst().meanRatio(),
                orders.getFirst().maxRatio(),
                orders,
                schemes,
                trained,
                sideBySide,
                together(),
                calibration(),
                timeline,
                plan.target(),
                t.seed());
    }

    private SflResult.Scheme scheme(
            String name,
            RoundEstimate round,
            @Nullable ServerMemory memory,
            SflResult.@Nullable SideBySide sideBySide) {
        FinetuneSpec spec = round.spec();
        Timeline timeline = round.timeline();
        Double penalised = null;
        if (sideBySide != null && spec.scheme() == Scheme.PARALLEL) {
            ServerProfile server = spec.server().withPenalty(sideBySide.penalty());
            penalised =
                    estimate(spec.withServer(server), plan.stepsPerRound())
                            .timeline()
                            .makespanSeconds();
        }
        CutPlan chosen = round.plan();
        return new SflResult.Scheme(
                name,
                spec.cutOfEach(),
                chosen == null ? null : chosen.lowerBoundSeconds(),
                timeline.makespanSeconds(),
                penalised,
                round.serverBytes(),
                memory == null ? null : memory.measuredBytes(),
                round.deviceBytes().stream().mapToLong(Long::longValue).max().orElse(0),
                round.uplinkBytes(),
                round.downlinkBytes(),
                round.deviceJoules(),
                round.serverJoules(),
                IntStream.range(0, spec.devices().size())
                        .mapToObj(timeline::waitingSeconds)
                        .toList(),
                timeline.serverUtilisation());
    }

    private static Map<String, SflResult.Ratio> memoryRatios(
            List<SflResult.Scheme> schemes, String other) {
        return ratios(
                schemes,
                other,
                SflResult.Scheme::serverBytes,
                SflResult.Scheme::serverMeasuredBytes,
                SflResult.Scheme::serverMeasuredBytes);
    }

    private static Map<String, SflResult.Ratio> timeRatios(
            List<SflResult.Scheme> schemes, String other) {
        return ratios(
                schemes,
                other,
                SflResult.Scheme::secondsPerRound,
                SflResult.Scheme::secondsPerRound,
                SflResult.Scheme::secondsPerRoundSideBySide);
    }

    /// Ours over another scheme's: as modelled, and where both were measured, as measured.
    private static Map<String, SflResult.Ratio> ratios(
            List<SflResult.Scheme> schemes,
            String other,
            ToDoubleFunction<SflResult.Scheme> modelled,
            Function<SflResult.Scheme, @Nullable Number> ourMeasured,
            Function<SflResult.Scheme, @Nullable Number> theirMeasured) {
        SflResult.Scheme theirs = named(schemes, other);
        Map<String, SflResult.Ratio> ratios = new LinkedHashMap<>();
        for (String name : List.of("shared", PLUS)) {
            SflResult.Scheme ours = named(schemes, name);
            Number our = ourMeasured.apply(ours);
            Number their = theirMeasured.apply(theirs);
            ratios.put(
                    name,
                    new SflResult.Ratio(
                            modelled.applyAsDouble(ours) / modelled.applyAsDouble(theirs),
                            our == null || their == null
                                    ? null
                                    : our.doubleValue() / their.doubleValue()));
        }
        return ratios;
    }

    private static SflResult.Scheme named(List<SflResult.Scheme> schemes, String name) {
        return schemes.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    }

    private SflResult.@Nullable SideBySide sideBySide() {
        if (!plan.measure()) {
            return null;
        }
        ServerMemory parallel = compared("parallel", ServerMemory.Compare.AT_ONCE, "all at once");
        int copies = plan.training().devices().size();
        double slowdown = parallel.atOnceSeconds() / parallel.inTurnSeconds();
        return new SflResult.SideBySide(
                parallel.inTurnSeconds(),
                parallel.atOnceSeconds(),
                slowdown,
                copies == 1 ? 0 : Math.max(0, slowdown - 1) / (copies - 1));
    }

    private ServerMemory compared(String name, ServerMemory.Compare compare, String what) {
        return kept(
                "compared-" + name,
                ServerMemory.class,
                () -> {
                    listener.stage(
                            "comparing: a step of each device one after another, and " + what);
                    return ServerMemory.measure(spec(name), compare);
                });
    }

    private List<SflResult.Together> together() {
        if (!plan.measure()) {
            return List.of();
        }
        ServerMemory shared = compared("shared", ServerMemory.Compare.TOGETHER, "in one pass");
        List<SflResult.Together> all = new ArrayList<>();
        all.add(
                new SflResult.Together(
                        plan.shape() + "@" + plan.seqLen(),
                        shared.inTurnSeconds(),
                        shared.togetherSeconds(),
                        shared.inTurnSeconds() / shared.togetherSeconds()));
        FinetuneSpec t = plan.training();
        listener.stage("together: six devices in one pass, a small model");
        int tokens = 24;
        Tensors.useThreads(t.threads());
        try (ServerProbe probe =
                new ServerProbe(
                        SflSpecs.shared(
                                "shape:6x384x12",
                                t.devices(),
                                t.server(),
                                List.of(1),
                                t.batch(),
                                tokens,
                                t.seed(),
                                t.threads()),
                        SflSpecs.CLASSES)) {
            List<Double> alone = new ArrayList<>();
            List<Double> joint = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                alone.add(probe.inTurn());
                joint.add(probe.together());
            }
            double inTurn = StepBench.quantile(alone, 0.5);
            double together = StepBench.quantile(joint, 0.5);
            all.add(
                    new SflResult.Together(
                            "shape:6x384x12@" + tokens, inTurn, together, inTurn / together));
        }
        return all;
    }

    private @Nullable Calibration calibration() {
        if (!plan.measure()) {
            return null;
        }
        return kept(
                "calibration",
                Calibration.class,
                () -> {
                    listener.stage("calibration: steps of five shapes");
                    return Calibration.run(plan.training().threads(), plan.training().seed());
                });
    }

    private ServerMemory memory(String name) {
        return kept(
                "memory-" + name,
                ServerMemory.class,
                () -> {
                    listener.stage("memory: the server of '" + name + "' in a process of its own");
                    return ServerMemory.measure(spec(name), ServerMemory.Compare.NOTHING);
                });
    }

    /// The training runs: all schemes on the first partition, ours on the others too.
    private Map<String, FinetuneSpec> trainings() {
        FinetuneSpec shared = plan.training();
        Map<String, FinetuneSpec> all = new LinkedHashMap<>();
        FinetuneSpec first = shared.withPartition(plan.partitions().getFirst());
        all.put("shared", first);
        all.put("parallel", first.withScheme(Scheme.PARALLEL));
        all.put(PLUS, SflSpecs.plus(first));
        double inARow = first.learningRate() / IN_A_ROW;
        all.put("central", first.withScheme(Scheme.CENTRAL).withLearningRate(inARow));
        all.put("sequential", first.withScheme(Scheme.SEQUENTIAL).withLearningRate(inARow));
        for (String partition : plan.partitions().subList(1, plan.partitions().size())) {
            FinetuneSpec other = shared.withPartition(partition);
            all.put("shared, " + partition, other);
            all.put(PLUS + ", " + partition, SflSpecs.plus(other));
        }
        return all;
    }

    private SflResult.@Nullable Training train(String name, FinetuneSpec spec) {
        return new Kept(directory)
                .getOrStop("training-" + name, SflResult.Training.class, () -> trained(name, spec));
    }

    private SflResult.@Nullable Training trained(String name, FinetuneSpec spec) {
        listener.stage("training: " + name);
        Path state = directory.resolve("training-" + Kept.file(name));
        try (Finetune job = Finetune.prepare(spec)) {
            Files.createDirectories(state);
            boolean resume = Finetune.canResume(state);
            FinetuneResult result = job.run(state, resume, listener.training(name));
            if (result == null) {
                return null;
            }
            AtomicFiles.deleteTree(state);
            return training(name, spec, result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SflResult.Training training(String name, FinetuneSpec spec, FinetuneResult result) {
        Double toTarget = null;
        for (int i = 0; i < result.valAccuracy().size() && toTarget == null; i++) {
            if (result.valAccuracy().get(i) >= plan.target()) {
                toTarget = result.roundSeconds().get(i);
            }
        }
        return new SflResult.Training(
                name,
                spec.partition(),
                result.steps(),
                result.accuracy(),
                result.macroF1(),
                toTarget,
                result.roundSeconds(),
                result.valAccuracy(),
                result.wallSeconds(),
                result.uplinkBytes(),
                result.downlinkBytes(),
                result.serverJoules()
                        + result.deviceJoules().stream().mapToDouble(Double::doubleValue).sum());
    }

    private <T> T kept(String name, Class<T> type, Supplier<T> make) {
        return new Kept(directory).get(name, type, make);
    }
}
