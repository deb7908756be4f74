package dev.lamina.train;

import dev.lamina.base.Seeds;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Job;
import dev.lamina.edge.LinkProfile;
import dev.lamina.edge.Schedule;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.Service;
import dev.lamina.edge.Timeline;
import dev.lamina.edge.Workload;
import dev.lamina.lam.Bert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.IntFunction;

/// What a run would take on the declared devices, links and server (derived): each round's steps,
/// as they were taken, become the tasks of a discrete-event simulation. Between two rounds all wait
/// for the aggregation; within a round no device waits for another, but for the server.
final class SimulatedTime {
    private final FinetuneSpec spec;
    private final StepTime step;
    private double seconds;
    private double serverJoules;
    private final double[] deviceJoules;

    SimulatedTime(FinetuneSpec spec, Bert.Config shape, int classes) {
        this.spec = spec;
        this.step = new StepTime(spec, shape, classes);
        this.deviceJoules = new double[spec.devices().size()];
    }

    /// What the rounds so far would have taken, and the energy.
    Simulated total() {
        List<Double> joules = new ArrayList<>();
        for (double j : deviceJoules) {
            joules.add(j);
        }
        return new Simulated(seconds, joules, serverJoules);
    }

    /// In which order the server takes a step of each of these devices.
    List<Integer> sequence(List<Integer> devices, IntFunction<BatchShape> shapes) {
        if (!spec.scheme().cut()) {
            return devices;
        }
        List<Job> jobs = devices.stream().map(u -> step.estimate(u, shapes.apply(u))).toList();
        return Schedule.schedule(jobs, spec.order()).sequence().stream().map(devices::get).toList();
    }

    void restore(Simulated stored) {
        seconds = stored.seconds();
        serverJoules = stored.serverJoules();
        for (int u = 0; u < stored.deviceJoules().size(); u++) {
            deviceJoules[u] = stored.deviceJoules().get(u);
        }
    }

    StepTime step() {
        return step;
    }

    /// Adds a round over the devices' own links.
    ///
    /// @param number of the round, for what is drawn at random in it
    /// @param steps of each device that took part: the micro-batches of each of its steps
    Timeline round(int number, SortedMap<Integer, List<List<BatchShape>>> steps) {
        return round(number, steps, Map.of());
    }

    /// Adds a round.
    ///
    /// @param links of devices that have others than in their profiles in this round
    Timeline round(
            int number,
            SortedMap<Integer, List<List<BatchShape>>> steps,
            Map<Integer, LinkProfile> links) {
        Workload work = new Workload();
        if (spec.scheme().averagesGradients()) {
            steps.forEach((u, batches) -> exchange(work, u, batches));
        } else if (spec.scheme().pooled()) {
            pooled(work, steps);
        } else if (spec.scheme().inTurn()) {
            inTurn(work, steps);
        } else {
            sideBySide(work, steps);
        }
        List<DeviceProfile> devices = new ArrayList<>(spec.devices());
        links.forEach((u, link) -> devices.set(u, devices.get(u).withLink(link)));
        Timeline timeline =
                work.run(devices, service(), Seeds.derive(spec.seed(), "round", number));
        seconds += timeline.makespanSeconds();
        serverJoules += timeline.serverEnergyJoules(spec.server());
        for (int u = 0; u < deviceJoules.length && !spec.scheme().pooled(); u++) {
            deviceJoules[u] += timeline.energyJoules(u);
        }
        return timeline;
    }

    private Service service() {
        return switch (spec.scheme()) {
            case PARALLEL -> new Service.SideBySide(spec.server().sideBySidePenalty());
            case SHARED, USHAPE -> new Service.InTurn(spec.order());
            case CENTRAL, FEDERATED, SEQUENTIAL -> // never two at the server
                    new Service.InTurn(new ServerOrder.Fifo());
        };
    }

    private void pooled(Workload work, SortedMap<Integer, List<List<BatchShape>>> steps) {
        double rate = spec.server().effectiveFlopsPerSecond();
        int before = work.barrier();
        for (List<BatchShape> batch : steps.getOrDefault(0, List.of())) {
            double time = batch.stream().mapToDouble(b -> step.wholeSeconds(b, rate)).sum();
            before = work.serve(0, new Job(0, time, 0), time, before);
        }
    }

    private void inTurn(Workload work, SortedMap<Integer, List<List<BatchShape>>> steps) {
        int before = work.barrier();
        for (int u : steps.keySet()) {
            before = work.download(u, step.downBytes(u), before);
            for (List<BatchShape> batch : steps.getOrDefault(u, List.of())) {
                before = step(work, u, batch, before);
            }
            before = work.upload(u, step.upBytes(u), before);
        }
    }

    private void sideBySide(Workload work, SortedMap<Integer, List<List<BatchShape>>> steps) {
        List<Integer> ends = new ArrayList<>();
        int begin = work.barrier();
        steps.forEach((u, batches) -> {
            int before = begin;
            for (List<BatchShape> batch : batches) {
                before = step(work, u, batch, before);
            }
            ends.add(work.upload(u, step.upBytes(u), before));
        });
        int all = work.barrier(ends.stream().mapToInt(Integer::intValue).toArray());
        steps.keySet().forEach(u -> work.download(u, step.downBytes(u), all));
    }

    /// A device's round of one step after which gradients are averaged: the head comes down,
    /// activations go up, representations down, gradients up. The server takes who has arrived.
    private void exchange(Workload work, int u, List<List<BatchShape>> steps) {
        int begin = work.download(u, step.downBytes(u), work.barrier());
        for (List<BatchShape> parts : steps) {
            for (int i = 0; i < parts.size(); i++) {
                BatchShape batch = parts.get(i);
                double pooled = step.pooledBytes(batch);
                double server = step.serverSeconds(batch, u);
                Job job = step.estimate(u, batch);
                double light = step.lightSeconds(batch, u) + (i == 0 ? step.transfersSeconds() : 0);
                int embedded = work.compute(u, light, begin);
                int arrived = work.upload(u, step.bytes(batch), embedded);
                int represented = work.serve(u, job, server, arrived);
                int down = work.download(u, pooled, represented);
                boolean last = i == parts.size() - 1;
                int up = work.upload(u, pooled + (last ? step.upBytes(u) : 0), down);
                work.serve(u, job, step.secondPasses() * server, up);
            }
        }
    }

    /// A device's step after `before`; the task that ends it.
    private int step(Workload work, int u, List<BatchShape> parts, int before) {
        if (!spec.scheme().cut()) {
            double rate = spec.devices().get(u).effectiveFlopsPerSecond();
            double time = parts.stream().mapToDouble(b -> step.wholeSeconds(b, rate)).sum();
            return work.compute(u, time, before);
        }
        int[] ends = new int[parts.size()];
        for (int i = 0; i < ends.length; i++) {
            BatchShape batch = parts.get(i);
            int forward = work.compute(u, step.deviceSeconds(batch, u), before);
            int arrived = work.upload(u, step.bytes(batch), forward);
            double server = step.serverSeconds(batch, u);
            if (spec.execution().headOnDevice()) {
                int represented = work.serve(u, step.estimate(u, batch), server, arrived);
                int down = work.download(u, step.pooledBytes(batch), represented);
                arrived = work.upload(u, step.pooledBytes(batch), down);
            }
            int served = work.serve(u, step.estimate(u, batch), step.passes() * server, arrived);
            if (spec.cut(u) > 0) {
                int down = work.download(u, step.bytes(batch), served);
                served = work.compute(u, step.deviceSeconds(batch, u), down);
            }
            ends[i] = served;
        }
        return ends.length == 1 ? ends[0] : work.barrier(ends);
    }
}
