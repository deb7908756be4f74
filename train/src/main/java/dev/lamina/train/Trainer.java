package dev.lamina.train;

import dev.lamina.lam.Cut;
import dev.lamina.nn.FloatTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Devices and server in one process. The roles and their messages are those of a deployment; this
/// class only decides when each of them is called. In a wave every device that has a step left in
/// the round takes it: devices go forward side by side, the server takes the activations in the
/// order of the simulated timeline, devices go backward side by side. Between two waves all state
/// is at rest and can be stored.
final class Trainer implements AutoCloseable {
    private final FinetuneSpec spec;
    private final TaskModel model;
    private final String fingerprint;
    private final Lanes lanes;
    private final StepPlan plan;
    private final List<Device> devices = new ArrayList<>();
    private final List<LocalLink> links = new ArrayList<>();
    private final List<List<String>> lowerNames = new ArrayList<>();
    private final Server server;
    private final Rounds rounds;
    private final SimulatedTime time;

    private boolean begun;
    private double trainSeconds;
    private double wallSeconds;
    private long earlierUplinkBytes;
    private long earlierDownlinkBytes;

    /// Prepares a run.
    ///
    /// @param shards training samples of each device
    /// @param validation samples that rounds are judged by
    /// @param fingerprint of spec and data
    Trainer(
            FinetuneSpec spec,
            TaskModel model,
            List<List<TokenizedSample>> shards,
            List<TokenizedSample> validation,
            String fingerprint) {
        this.spec = spec;
        this.model = model;
        this.fingerprint = fingerprint;
        int count = shards.size();
        lanes = new Lanes(spec.threads(), count);
        time = new SimulatedTime(spec, model.backbone().bert().config());
        List<Batches> batches = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            batches.add(new Batches(shards.get(u), spec.batch(), spec.seed(), u));
        }
        plan = StepPlan.of(spec, batches.stream().map(Batches::samples).toList());
        server = new Server(model.manager(), model.initial());
        rounds = new Rounds(server, adapter -> model.evaluate(adapter, validation, lanes));
        for (int u = 0; u < count; u++) {
            Cut.Parts parts = model.parts(u);
            TrainingRule rule = TrainingRule.of(spec, plan.steps(u));
            server.admit(u, parts.middle(), rule);
            devices.add(
                    new Device(
                            u,
                            model.manager(),
                            parts.lower(),
                            model.initial(),
                            batches.get(u),
                            rule));
            lowerNames.add(spec.lora().names(parts.lower()));
            links.add(new LocalLink());
        }
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
        while (rounds.number() < plan.rounds()) {
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
        if (!begun) {
            beginRound();
        }
        while (true) {
            List<Integer> active = new ArrayList<>();
            for (int u = 0; u < devices.size(); u++) {
                if (devices.get(u).steps() < plan.stepsAfter(u, rounds.number())) {
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

    private void beginRound() {
        int round = rounds.number();
        for (int u = 0; u < devices.size(); u++) {
            Device device = devices.get(u);
            LocalLink link = links.get(u);
            link.send(
                    server.begin(
                            u, round, device.steps(), plan.stepsIn(u, round), lowerNames.get(u)));
            device.begin((Message.RoundStart) link.down());
        }
        begun = true;
    }

    /// One step of each of these devices; the mean loss over their samples.
    private double wave(List<Integer> active) {
        List<int[]> shapes = active.stream().map(u -> devices.get(u).nextShape()).toList();
        List<Integer> sequence = time.step(active, shapes);
        each(active, u -> devices.get(u).forward(links.get(u)));
        each(sequence.stream().map(active::get).toList(), this::serve);
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
        }
        return loss / samples;
    }

    private void each(List<Integer> these, IntConsumer work) {
        lanes.run(these.stream().map(u -> Executors.callable(() -> work.accept(u), true)).toList());
    }

    private void serve(int device) {
        LocalLink link = links.get(device);
        if (!(link.receive() instanceof Message.Activation activation)) {
            throw new IllegalStateException("the server expects an activation");
        }
        link.send(server.step(device, activation));
    }

    private RoundReport endRound() {
        double[] up = new double[devices.size()];
        double[] down = new double[devices.size()];
        SortedMap<Integer, Message.AdapterUpdate> updates = new TreeMap<>();
        for (Device device : devices) {
            int u = device.index();
            LocalLink link = links.get(u);
            link.up(device.update());
            Message.AdapterUpdate update = (Message.AdapterUpdate) link.receive();
            up[u] = update.bytes();
            down[u] = 4.0 * model.adapterParameters(model.parts(u).lower());
            updates.put(u, update);
        }
        if (!spec.scheme().pooled()) {
            time.exchange(up, down);
        }
        begun = false;
        server.aggregate(updates);
        return rounds.end(updates, doneSteps());
    }

    Evaluation evaluate(Map<String, FloatTensor> adapter, List<TokenizedSample> samples) {
        return model.evaluate(adapter, samples, lanes);
    }

    /// All of the state.
    Checkpoint checkpoint() {
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (Device device : devices) {
            int u = device.index();
            device.state()
                    .tensors()
                    .forEach((name, tensor) -> tensors.put("device." + u + "." + name, tensor));
            server.state(u)
                    .forEach((name, tensor) -> tensors.put("server." + u + "." + name, tensor));
        }
        return Checkpoint.of(
                fingerprint,
                rounds,
                devices.stream().map(Device::steps).toList(),
                devices.stream().map(Device::roundSamples).toList(),
                devices.stream().map(Device::roundLoss).toList(),
                begun,
                costs(),
                null,
                server.global(),
                tensors);
    }

    /// Goes on from a stored state.
    void restore(Checkpoint checkpoint) {
        Checkpoint.Progress progress = checkpoint.progress();
        rounds.restore(checkpoint);
        for (Device device : devices) {
            int u = device.index();
            device.restore(
                    new Device.State(
                            progress.deviceSteps().get(u), checkpoint.part("device." + u + ".")),
                    progress.round(),
                    progress.roundSamples().get(u),
                    progress.roundLoss().get(u),
                    server.global());
            server.restore(u, checkpoint.part("server." + u + "."));
        }
        begun = progress.begun();
        Costs costs = progress.costs();
        trainSeconds = costs.trainSeconds();
        wallSeconds = costs.wallSeconds();
        time.restore(costs.simulatedSeconds());
        earlierUplinkBytes = costs.uplinkBytes();
        earlierDownlinkBytes = costs.downlinkBytes();
    }

    int doneSteps() {
        return devices.stream().mapToInt(Device::steps).sum();
    }

    Rounds rounds() {
        return rounds;
    }

    /// Nothing is sent where all is in one place.
    Costs costs() {
        boolean sends = !spec.scheme().pooled();
        return new Costs(
                trainSeconds,
                wallSeconds,
                time.seconds(),
                sends ? earlierUplinkBytes + sum(LocalLink::uplinkBytes) : 0,
                sends ? earlierDownlinkBytes + sum(LocalLink::downlinkBytes) : 0);
    }

    private long sum(ToLongFunction<LocalLink> bytes) {
        return links.stream().mapToLong(bytes).sum();
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
