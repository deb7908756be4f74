package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Cut;
import dev.lamina.lam.Segment;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.LearningRate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Devices and server in one process. The roles and their messages are those of a deployment; this
/// class only decides when each of them is called. In a wave every device that has a step left in
/// the round takes it: devices go forward side by side, the server takes the activations in the
/// order of the simulated timeline, devices go backward side by side. Between two waves all state
/// is at rest and can be stored.
final class Trainer implements AutoCloseable {
    private final FinetuneSpec spec;
    private final Task task;
    private final Lanes lanes;
    private final StepPlan plan;
    private final List<Device> devices = new ArrayList<>();
    private final List<LocalLink> links = new ArrayList<>();
    private final Server server;
    private final SimulatedTime time;

    private int round;
    private final long[] roundSamples;
    private double roundLoss;
    private final List<RoundReport> reports = new ArrayList<>();
    private @Nullable RoundReport best;
    private SequencedMap<String, FloatTensor> bestAdapter;
    private double trainSeconds;
    private double wallSeconds;
    private long earlierUplinkBytes;
    private long earlierDownlinkBytes;

    /// What is trained, on what.
    ///
    /// @param whole the frozen model with its head
    /// @param initial the adapter that training starts from
    /// @param shards training samples of each device
    /// @param validation samples that rounds are judged by
    /// @param classes number of labels
    /// @param fingerprint of spec and data
    record Task(
            NDManager manager,
            Bert.Config shape,
            Segment whole,
            SequencedMap<String, FloatTensor> initial,
            List<List<TokenizedSample>> shards,
            List<TokenizedSample> validation,
            int classes,
            String fingerprint) {}

    Trainer(FinetuneSpec spec, Task task) {
        this.spec = spec;
        this.task = task;
        int count = task.shards().size();
        lanes = new Lanes(spec.threads(), count);
        time = new SimulatedTime(spec, task.shape());
        List<Batches> batches = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            batches.add(new Batches(task.shards().get(u), spec.batch(), spec.seed(), u));
        }
        plan =
                new StepPlan(
                        batches.stream().mapToInt(Batches::perPass).toArray(),
                        spec.epochs(),
                        spec.maxSteps(),
                        spec.rounds());
        List<Cut.Parts> parts = new ArrayList<>();
        List<TrainingRule> rules = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            Cut cut =
                    spec.scheme().cut()
                            ? new Cut(spec.cut(u), false)
                            : Cut.none(task.shape().layers());
            parts.add(cut.apply(task.whole()));
            rules.add(rule(Math.max(1, plan.steps(u))));
            devices.add(
                    new Device(
                            u,
                            task.manager(),
                            parts.get(u),
                            task.initial(),
                            batches.get(u),
                            rules.get(u)));
            links.add(new LocalLink());
        }
        server = new Server(task.manager(), parts, task.initial(), rules);
        roundSamples = new long[count];
        bestAdapter = task.initial();
    }

    private TrainingRule rule(int steps) {
        int warmup = Math.toIntExact(Math.round(spec.warmup() * steps));
        return new TrainingRule(
                spec.lora(),
                AdamW.Config.withWeightDecay(spec.weightDecay()),
                new LearningRate(
                        spec.learningRate(), spec.schedule(), Math.min(warmup, steps - 1), steps),
                spec.clip(),
                spec.codec(),
                spec.seed());
    }

    /// Trains to the end, or until the listener asks to stop.
    ///
    /// @param directory where the state is stored after each round and when it stops; null for
    ///   nowhere
    /// @return whether it came to the end
    boolean run(@Nullable Path directory, RunListener listener) {
        long began = System.nanoTime();
        double before = wallSeconds;
        listener.planned(plan.total(), doneSteps());
        while (round < plan.rounds()) {
            boolean finished = trainRound(listener);
            if (finished) {
                listener.round(endRound());
            }
            wallSeconds = before + secondsSince(began);
            if (directory != null) {
                checkpoint().save(directory);
            }
            if (!finished) {
                return false;
            }
        }
        return true;
    }

    private boolean trainRound(RunListener listener) {
        while (true) {
            List<Integer> active = new ArrayList<>();
            for (int u = 0; u < devices.size(); u++) {
                if (devices.get(u).steps() < plan.stepsAfter(u, round)) {
                    active.add(u);
                }
            }
            if (active.isEmpty()) {
                return true;
            }
            if (listener.stopRequested()) {
                return false;
            }
            long began = System.nanoTime();
            double loss = wave(active);
            trainSeconds += secondsSince(began);
            listener.stepped(doneSteps(), loss);
        }
    }

    /// One step of each of these devices; the mean loss over their samples.
    private double wave(List<Integer> active) {
        List<int[]> shapes = active.stream().map(u -> devices.get(u).nextShape()).toList();
        List<Integer> sequence = time.step(active, shapes);
        each(active, u -> devices.get(u).forward(links.get(u)));
        each(sequence.stream().map(active::get).toList(), u -> serve(links.get(u)));
        List<Device.StepReport> done =
                lanes.run(
                        active.stream()
                                .<Callable<Device.StepReport>>map(
                                        u -> () -> devices.get(u).backward(links.get(u)))
                                .toList());
        double loss = 0;
        long samples = 0;
        for (int i = 0; i < active.size(); i++) {
            Device.StepReport report = done.get(i);
            loss += report.loss() * report.samples();
            samples += report.samples();
            roundSamples[active.get(i)] += report.samples();
        }
        roundLoss += loss;
        return loss / samples;
    }

    private void each(List<Integer> these, IntConsumer work) {
        lanes.run(these.stream().map(u -> Executors.callable(() -> work.accept(u), true)).toList());
    }

    private void serve(LocalLink link) {
        if (!(link.receive() instanceof Message.Activation activation)) {
            throw new IllegalStateException("the server expects an activation");
        }
        link.send(server.step(activation));
    }

    /// Aggregates, sends the global adapter out, evaluates it, and turns to the next round.
    private RoundReport endRound() {
        double[] up = new double[devices.size()];
        double[] down = new double[devices.size()];
        List<Message.AdapterUpdate> updates = new ArrayList<>();
        for (int u = 0; u < devices.size(); u++) {
            LocalLink link = links.get(u);
            devices.get(u).report(link, roundSamples[u]);
            Message.AdapterUpdate update = (Message.AdapterUpdate) link.receive();
            up[u] = update.bytes();
            updates.add(update);
        }
        server.aggregate(updates);
        for (Message.AdapterUpdate update : updates) {
            LocalLink link = links.get(update.device());
            Message.GlobalAdapter global = server.globalFor(update.tensors().keySet());
            down[update.device()] = global.bytes();
            link.send(global);
            devices.get(update.device()).adopt(link);
        }
        if (!spec.scheme().pooled()) {
            time.exchange(up, down);
        }
        Evaluation validation = evaluate(server.global(), task.validation());
        long samples = 0;
        for (long s : roundSamples) {
            samples += s;
        }
        RoundReport report =
                new RoundReport(
                        round + 1,
                        doneSteps(),
                        roundLoss / samples,
                        validation.loss(),
                        validation.accuracy());
        reports.add(report);
        if (best == null || isBetter(report, best)) {
            best = report;
            bestAdapter = server.global();
        }
        round++;
        Arrays.fill(roundSamples, 0);
        roundLoss = 0;
        return report;
    }

    private static boolean isBetter(RoundReport a, RoundReport b) {
        return a.valAccuracy() > b.valAccuracy()
                || (a.valAccuracy() == b.valAccuracy() && a.valLoss() < b.valLoss());
    }

    Evaluation evaluate(Map<String, FloatTensor> adapter, List<TokenizedSample> samples) {
        return Evaluation.of(
                task.whole(), spec.lora(), adapter, samples, task.classes(), task.manager(), lanes);
    }

    /// All of the state.
    Checkpoint checkpoint() {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (Device device : devices) {
            device.state()
                    .forEach((name, tensor) ->
                            tensors.put("device." + device.index() + "." + name, tensor));
            server.state(device.index())
                    .forEach((name, tensor) ->
                            tensors.put("server." + device.index() + "." + name, tensor));
        }
        server.global().forEach((name, tensor) -> tensors.put("global." + name, tensor));
        bestAdapter.forEach((name, tensor) -> tensors.put("best." + name, tensor));
        List<Long> samples = Arrays.stream(roundSamples).boxed().toList();
        return new Checkpoint(
                new Checkpoint.Progress(
                        task.fingerprint(),
                        round,
                        devices.stream().map(Device::steps).toList(),
                        samples,
                        roundLoss,
                        List.copyOf(reports),
                        best,
                        trainSeconds,
                        wallSeconds,
                        time.seconds(),
                        uplinkBytes(),
                        downlinkBytes()),
                tensors);
    }

    /// Goes on from a stored state.
    void restore(Checkpoint checkpoint) {
        Checkpoint.Progress progress = checkpoint.progress();
        for (Device device : devices) {
            device.restore(
                    checkpoint.part("device." + device.index() + "."),
                    progress.deviceSteps().get(device.index()));
            server.restore(device.index(), checkpoint.part("server." + device.index() + "."));
            roundSamples[device.index()] = progress.roundSamples().get(device.index());
        }
        server.restoreGlobal(checkpoint.part("global."));
        bestAdapter = checkpoint.part("best.");
        round = progress.round();
        roundLoss = progress.roundLoss();
        reports.addAll(progress.reports());
        best = progress.best();
        trainSeconds = progress.trainSeconds();
        wallSeconds = progress.wallSeconds();
        time.restore(progress.simulatedSeconds());
        earlierUplinkBytes = progress.uplinkBytes();
        earlierDownlinkBytes = progress.downlinkBytes();
    }

    int doneSteps() {
        return devices.stream().mapToInt(Device::steps).sum();
    }

    List<RoundReport> reports() {
        return reports;
    }

    @Nullable RoundReport best() {
        return best;
    }

    SequencedMap<String, FloatTensor> bestAdapter() {
        return bestAdapter;
    }

    double trainSeconds() {
        return trainSeconds;
    }

    double wallSeconds() {
        return wallSeconds;
    }

    double simulatedSeconds() {
        return time.seconds();
    }

    /// Bytes from devices to the server; none where all is in one place.
    long uplinkBytes() {
        return spec.scheme().pooled()
                ? 0
                : earlierUplinkBytes + links.stream().mapToLong(LocalLink::uplinkBytes).sum();
    }

    /// Bytes from the server to devices.
    long downlinkBytes() {
        return spec.scheme().pooled()
                ? 0
                : earlierDownlinkBytes + links.stream().mapToLong(LocalLink::downlinkBytes).sum();
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    @Override
    public void close() {
        lanes.close();
        server.close();
        devices.forEach(Device::close);
    }
}
