package dev.lamina.train;

import dev.lamina.edge.LinkProfile;
import dev.lamina.edge.Timeline;
import dev.lamina.lam.Cut;
import dev.lamina.nn.FloatTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Devices and server in one process. The roles and their messages are those of a deployment; this
/// class only decides when each of them is called. In a wave every device that has a step left in
/// the round takes it: devices go forward side by side, the server takes what they sent in the
/// run's order, devices go backward side by side. Between two waves all state is at rest and can be
/// stored. Under a scheme in turn a wave is one device's.
final class Trainer implements AutoCloseable {
    private final FinetuneSpec spec;
    private final TaskModel model;
    private final String fingerprint;
    private final Lanes lanes;
    private final StepPlan plan;
    private final List<Device> devices = new ArrayList<>();
    private final List<LocalLink> links = new ArrayList<>();
    private final Server server;
    private final Rounds rounds;
    private final SimulatedTime time;
    private final JointStep joint;
    private final @Nullable PersonalHeads heads;

    private final @Nullable Scheduling scheduling;

    private List<Integer> active;
    private Map<Integer, LinkProfile> cellLinks = Map.of();
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
        time = new SimulatedTime(spec, model.backbone().bert().config(), model.labels().size());
        plan = StepPlan.of(spec, shards.stream().map(List::size).toList());
        List<Batches> batches = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            batches.add(new Batches(shards.get(u), plan.batch(u), spec.seed(), u));
        }
        server =
                new Server(
                        model.manager(),
                        model.initial(),
                        spec.scheme(),
                        spec.execution().recompute(),
                        spec.joining().method());
        heads = spec.personalHead() ? new PersonalHeads(model, shards) : null;
        rounds = new Rounds(server, this::current, adapter -> evaluate(adapter, validation));
        joint = new JointStep(server, lanes, spec.execution().together());
        active = IntStream.range(0, count).boxed().toList();
        Wireless wireless = spec.wireless();
        scheduling =
                wireless == null
                        ? null
                        : new Scheduling(
                                spec,
                                wireless,
                                time.step(),
                                plan.rounds(),
                                batches.stream().map(Batches::typical).toList());
        for (int u = 0; u < count; u++) {
            Cut.Parts parts = model.parts(u);
            TrainingRule rule = TrainingRule.of(spec, u, plan.steps(u));
            server.admit(u, parts.middle(), rule);
            devices.add(
                    new Device(
                            u,
                            model.manager(),
                            parts.lower(),
                            parts.upper(),
                            PairAggregation.resized(model.initial(), rule.lora().rank()),
                            batches.get(u),
                            rule));
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
        if (scheduling == null) {
            listener.planned(plan.total(), doneSteps());
        } else {
            listener.planned(plan.rounds(), rounds.number());
        }
        while (rounds.number() < plan.rounds()) {
            boolean finished = trainRound(listener);
            RoundReport report = finished ? endRound(listener) : null;
            if (report != null) {
                listener.round(report);
            }
            wallSeconds = before + secondsSince(began);
            if (directory != null && (report != null || !finished)) {
                checkpoint().save(directory);
            }
            if (!finished) {
                return false;
            }
        }
        return true;
    }

    /// A round: all devices at once, or where the scheme says so one after another.
    private boolean trainRound(RunListener listener) {
        if (spec.scheme().averagesGradients()) {
            return exchange(listener);
        }
        int round = rounds.number();
        for (List<Integer> turn : turns()) {
            if (turn.stream().allMatch(u -> devices.get(u).steps() == plan.stepsAfter(u, round))) {
                continue; // it was over before a stop
            }
            if (!begun) {
                begin(turn);
            }
            while (true) {
                List<Integer> active =
                        turn.stream()
                                .filter(u -> devices.get(u).steps() < plan.stepsAfter(u, round))
                                .toList();
                if (active.isEmpty()) {
                    break;
                }
                if (listener.stopRequested()) {
                    return false;
                }
                long began = System.nanoTime();
                double loss = wave(active);
                trainSeconds += secondsSince(began);
                listener.stepped(doneSteps(), loss);
            }
            end(turn);
        }
        return true;
    }

    /// A round of one step, after which gradients are averaged.
    private boolean exchange(RunListener listener) {
        if (listener.stopRequested()) {
            return false;
        }
        long began = System.nanoTime();
        active = devices.stream().map(Device::index).toList();
        Scheduling cell = scheduling;
        if (cell != null) {
            cellLinks = cell.next(u -> devices.get(u).nextShape());
            active = List.copyOf(cellLinks.keySet());
        }
        begin(active);
        joint.begin(active.stream().mapToLong(u -> devices.get(u).nextShape().texts()).sum());
        double loss = wave(active);
        end(active);
        trainSeconds += secondsSince(began);
        listener.stepped(cell == null ? doneSteps() : rounds.number() + 1, loss);
        return true;
    }

    /// Who works side by side, and who after whom.
    private List<List<Integer>> turns() {
        List<Integer> all = devices.stream().map(Device::index).toList();
        return spec.scheme().inTurn() ? all.stream().map(List::of).toList() : List.of(all);
    }

    private void begin(List<Integer> turn) {
        int round = rounds.number();
        for (int u : turn) {
            Device device = devices.get(u);
            LocalLink link = links.get(u);
            link.send(
                    server.begin(u, round, device.steps(), plan.stepsIn(u, round), device.names()));
            device.begin((Message.RoundStart) link.down());
        }
        begun = true;
    }

    /// One step of each of these devices; the mean loss over their samples.
    private double wave(List<Integer> active) {
        List<Integer> sequence = time.sequence(active, u -> devices.get(u).nextShape());
        each(active, u -> devices.get(u).forward(links.get(u)));
        Map<Integer, Device.StepReport> done = new TreeMap<>();
        while (done.size() < active.size()) {
            serveAll(sequence.stream().filter(u -> links.get(u).hasUp()).toList());
            List<Integer> waiting = active.stream().filter(u -> !done.containsKey(u)).toList();
            lanes.run(
                            waiting.stream()
                                    .<Callable<Optional<Device.StepReport>>>map(u ->
                                            () ->
                                                    Optional.ofNullable(
                                                            devices.get(u).answerAll(links.get(u))))
                                    .toList())
                    .forEach(report -> report.ifPresent(r -> done.put(r.device(), r)));
        }
        double loss = 0;
        long samples = 0;
        for (Device.StepReport report : done.values()) {
            loss += report.loss() * report.samples();
            samples += report.samples();
        }
        return loss / samples;
    }

    private void each(List<Integer> these, IntConsumer work) {
        lanes.run(these.stream().map(u -> Executors.callable(() -> work.accept(u), true)).toList());
    }

    private void serveAll(List<Integer> sequence) {
        int together = spec.execution().together();
        if (joins()) {
            joint.serve(sequence.stream().sorted().toList(), links);
            return;
        }
        if (together == 1) {
            each(sequence, u -> links.get(u).serve(server, u));
            return;
        }
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        sequence.forEach(u -> groups.computeIfAbsent(spec.cut(u), k -> new ArrayList<>()).add(u));
        groups.values()
                .forEach(group -> {
                    for (int from = 0; from < group.size(); from += together) {
                        List<Integer> some =
                                group.subList(from, Math.min(group.size(), from + together));
                        if (some.size() == 1) {
                            each(some, u -> links.get(u).serve(server, u));
                        } else {
                            serveTogether(some);
                        }
                    }
                });
    }

    /// Whether batches go through the server together, with their graphs kept.
    private boolean joins() {
        return spec.scheme().averagesGradients()
                && spec.execution().microBatches() == 1
                && !spec.execution().recompute();
    }

    private void serveTogether(List<Integer> group) {
        SequencedMap<Integer, Message.Activation> activations = new LinkedHashMap<>();
        for (int u : group) {
            activations.put(u, (Message.Activation) links.get(u).receive());
        }
        lanes.<Map<Integer, Message.Gradient>>run(List.of(() -> server.stepTogether(activations)))
                .getFirst()
                .forEach((u, gradient) -> links.get(u).send(gradient));
    }

    /// Ends the turn of these devices: their adapters are averaged.
    private void end(List<Integer> turn) {
        SortedMap<Integer, Message.AdapterUpdate> updates = new TreeMap<>();
        for (int u : turn) {
            LocalLink link = links.get(u);
            link.up(devices.get(u).update());
            updates.put(u, (Message.AdapterUpdate) link.receive());
        }
        server.aggregate(updates);
        begun = false;
    }

    private @Nullable RoundReport endRound(RunListener listener) {
        int round = rounds.number();
        SortedMap<Integer, List<List<BatchShape>>> steps = new TreeMap<>();
        for (int u : active) {
            Device device = devices.get(u);
            List<List<BatchShape>> shapes = new ArrayList<>();
            for (int i = device.steps() - plan.stepsIn(u, round); i < device.steps(); i++) {
                shapes.add(device.shapes(i));
            }
            steps.put(u, shapes);
        }
        Timeline timeline = time.round(round, steps, cellLinks);
        if (scheduling != null) {
            scheduling.served(timeline.makespanSeconds());
        }
        listener.simulated(round + 1, timeline);
        long samples = active.stream().mapToLong(u -> devices.get(u).roundSamples()).sum();
        double loss = active.stream().mapToDouble(u -> devices.get(u).roundLoss()).sum();
        if (!judges(round, samples)) {
            rounds.skip(samples, loss);
            return null;
        }
        return rounds.end(samples, loss, doneSteps(), time.total().seconds());
    }

    private boolean judges(int round, long samples) {
        Wireless wireless = spec.wireless();
        if (wireless == null || wireless.judgeSamples() == 0) {
            return plan.judges(round);
        }
        return rounds.unreported().samples() + samples >= wireless.judgeSamples()
                || round == plan.rounds() - 1;
    }

    /// What is judged after a round.
    private SequencedMap<String, FloatTensor> current() {
        return heads == null ? server.global() : heads.join(server.global(), devices);
    }

    Evaluation evaluate(SequencedMap<String, FloatTensor> adapter, List<TokenizedSample> samples) {
        return heads == null
                ? model.evaluate(adapter, samples, lanes)
                : heads.evaluate(adapter, samples, lanes);
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
        server.handedOn().forEach((name, tensor) -> tensors.put("server.next." + name, tensor));
        return Checkpoint.of(
                fingerprint,
                rounds,
                devices.stream().map(Device::steps).toList(),
                devices.stream().map(Device::roundSamples).toList(),
                devices.stream().map(Device::roundLoss).toList(),
                begun,
                costs(),
                null,
                scheduling == null ? null : scheduling.history(),
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
                    server.given(u));
            server.restore(u, checkpoint.part("server." + u + "."));
        }
        begun = progress.begun();
        Scheduling.History history = progress.wireless();
        if (scheduling != null && history != null) {
            scheduling.restore(history);
        }
        Costs costs = progress.costs();
        trainSeconds = costs.trainSeconds();
        wallSeconds = costs.wallSeconds();
        time.restore(costs.simulated());
        earlierUplinkBytes = costs.uplinkBytes();
        earlierDownlinkBytes = costs.downlinkBytes();
    }

    /// Of the wireless cell's rounds; null without one.
    @Nullable WirelessResult wireless() {
        return scheduling == null ? null : scheduling.result();
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
                time.total(),
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
        joint.close();
        server.close();
        devices.forEach(Device::close);
    }
}
