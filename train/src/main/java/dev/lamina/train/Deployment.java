package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.CutPlan;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Job;
import dev.lamina.lam.Bert;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which devices take part in a run and where the model is cut for each ([B]'s resource-aware
/// deployment). A device that cannot hold even the embedding is left out; cuts that the spec leaves
/// open are chosen so that a round is shortest and everybody's memory suffices.
///
/// @param spec with the devices that take part, and a cut for each
/// @param leftOut names of devices that are too small
/// @param plan of the chosen cuts; null where the spec gives them, and with micro-batches, whose
///   overlap its times do not know
record Deployment(FinetuneSpec spec, List<String> leftOut, @Nullable CutPlan plan) {
    /// Steps that a device is looked ahead when cuts are chosen: enough for the server's load to
    /// show.
    private static final int STEPS = 8;

    /// Works it out.
    ///
    /// @throws BadInputException if no device or not the server can hold its part
    static Deployment of(FinetuneSpec given, Bert.Config shape, int classes) {
        MemoryModel memory = MemoryModel.of(given, shape, classes);
        BatchShape batch = new BatchShape(given.batch(), given.seqLen());
        Deployment deployment =
                given.scheme().pooled()
                        ? new Deployment(resolved(given), List.of(), null)
                        : fit(given, shape, memory, batch);
        checkServer(deployment.spec(), memory, batch);
        return deployment;
    }

    /// A spec whose open cuts do not matter.
    private static FinetuneSpec resolved(FinetuneSpec spec) {
        return spec.cuts().isEmpty() ? spec.withDevices(spec.devices(), List.of(0)) : spec;
    }

    private static Deployment fit(
            FinetuneSpec given, Bert.Config shape, MemoryModel memory, BatchShape batch) {
        boolean cut = given.scheme().cut();
        boolean head = !cut || given.execution().headOnDevice();
        List<Integer> most = new ArrayList<>();
        List<Integer> stay = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (int u = 0; u < given.devices().size(); u++) {
            DeviceProfile device = given.devices().get(u);
            int largest = largestCut(memory.of(given, u), device, head, batch, shape.layers());
            if (cut ? largest >= 0 : largest == shape.layers()) {
                stay.add(u);
                most.add(largest);
            } else {
                leftOut.add(device.name());
            }
        }
        BadInputException.check(
                !stay.isEmpty(),
                "none of the %d devices can hold %s: %s has %,d bytes and needs %,d"
                        .formatted(
                                given.devices().size(),
                                cut ? "even the embedding" : "the model",
                                given.devices().getFirst().name(),
                                given.devices().getFirst().memoryBytes(),
                                memory.of(given, 0).device(cut ? 0 : shape.layers(), head, batch)),
                "take a smaller --batch, --seq-len or model, or devices with more memory.");
        List<DeviceProfile> devices = stay.stream().map(given.devices()::get).toList();
        if (!given.cuts().isEmpty() || !cut) {
            List<Integer> cuts =
                    given.cuts().size() <= 1
                            ? given.cuts().isEmpty() ? List.of(0) : given.cuts()
                            : stay.stream().map(given.cuts()::get).toList();
            FinetuneSpec spec = given.keeping(stay, cuts);
            for (int u = 0; u < devices.size() && cut; u++) {
                BadInputException.check(
                        spec.cut(u) <= most.get(u),
                        "device %s cannot hold cut %d: it has %,d bytes and needs %,d"
                                .formatted(
                                        devices.get(u).name(),
                                        spec.cut(u),
                                        devices.get(u).memoryBytes(),
                                        memory.of(spec, u).device(spec.cut(u), head, batch)),
                        "take --cut "
                                + most.get(u)
                                + ", the most that it can hold, or --cut auto.");
            }
            return new Deployment(spec, List.copyOf(leftOut), null);
        }
        FinetuneSpec spec = given.keeping(stay, List.of(0));
        CutPlan plan = CutPlan.choose(jobs(spec, shape, batch, most), spec.order(), STEPS);
        return new Deployment(
                spec.withDevices(devices, plan.cuts()),
                List.copyOf(leftOut),
                spec.execution().microBatches() > 1 ? null : plan);
    }

    /// A device's step for each cut; null where its memory does not suffice.
    private static List<List<@Nullable Job>> jobs(
            FinetuneSpec spec, Bert.Config shape, BatchShape batch, List<Integer> most) {
        List<StepTime> times = new ArrayList<>();
        for (int cut = 0; cut <= shape.layers(); cut++) {
            times.add(new StepTime(spec.withDevices(spec.devices(), List.of(cut)), shape, 0));
        }
        List<List<@Nullable Job>> jobs = new ArrayList<>();
        for (int u = 0; u < most.size(); u++) {
            List<@Nullable Job> ofDevice = new ArrayList<>();
            for (int cut = 0; cut < times.size(); cut++) {
                ofDevice.add(cut <= most.get(u) ? times.get(cut).estimate(u, batch) : null);
            }
            jobs.add(ofDevice);
        }
        return jobs;
    }

    private static int largestCut(
            MemoryModel memory, DeviceProfile device, boolean head, BatchShape batch, int layers) {
        int cut = layers;
        while (cut >= 0 && memory.device(cut, head, batch) > device.memoryBytes()) {
            cut--;
        }
        return cut;
    }

    private static void checkServer(FinetuneSpec spec, MemoryModel memory, BatchShape batch) {
        long needed = server(spec, memory, batch);
        long there = spec.server().memoryBytes();
        if (needed <= there) {
            return;
        }
        int fits = batch.texts();
        while (fits > 0 && server(spec, memory, new BatchShape(fits, batch.tokens())) > there) {
            fits--;
        }
        int tokens = batch.tokens();
        while (tokens > 0 && server(spec, memory, new BatchShape(batch.texts(), tokens)) > there) {
            tokens--;
        }
        throw new BadInputException(
                "batch %d of %d tokens needs %,d bytes on server %s, which has %,d"
                        .formatted(
                                batch.texts(), batch.tokens(), needed, spec.server().name(), there),
                fits == 0
                        ? "the model itself is too large for it under scheme "
                                + spec.scheme()
                                + "; take --scheme shared, a smaller model or a larger server."
                        : "take --batch "
                                + fits
                                + (tokens < 3 ? "" : " or --seq-len " + tokens)
                                + ", the largest that fit, or --recompute.");
    }

    private static long server(FinetuneSpec spec, MemoryModel memory, BatchShape batch) {
        int devices = spec.scheme().pooled() ? 1 : spec.devices().size();
        return memory.server(spec, Collections.nCopies(devices, batch));
    }
}
