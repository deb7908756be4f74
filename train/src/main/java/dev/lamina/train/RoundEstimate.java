package dev.lamina.train;

import dev.lamina.edge.CutPlan;
import dev.lamina.edge.Timeline;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Bert;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a round takes on the declared machines, without training: full batches of longest texts
/// through the same timeline and memory model as a run's (derived).
///
/// @param spec with the devices that take part, and their cuts
/// @param leftOut devices that are too small
/// @param plan of cuts that were chosen; null where they were given
/// @param timeline of the round
/// @param serverBytes most that the server needs for steps
/// @param deviceBytes most that each device needs
/// @param uplinkBytes from all devices
/// @param downlinkBytes to all devices
public record RoundEstimate(
        FinetuneSpec spec,
        List<String> leftOut,
        @Nullable CutPlan plan,
        Timeline timeline,
        long serverBytes,
        List<Long> deviceBytes,
        double uplinkBytes,
        double downlinkBytes) {

    /// Estimates a round.
    ///
    /// @param classes of the head
    /// @param steps of each device
    /// @throws dev.lamina.base.BadInputException if the spec does not fit the model or its machines
    public static RoundEstimate of(FinetuneSpec given, int classes, int steps) {
        Bert.Config shape = Backbone.config(given.model());
        Deployment deployment = Deployment.of(given, shape, classes);
        FinetuneSpec spec = deployment.spec();
        int devices = spec.scheme().pooled() ? 1 : spec.devices().size();
        int parts = spec.scheme().cut() ? spec.execution().microBatches() : 1;
        List<BatchShape> step = BatchShape.even(spec.batch(), spec.seqLen(), parts);
        SortedMap<Integer, List<List<BatchShape>>> work = new TreeMap<>();
        for (int u = 0; u < devices; u++) {
            work.put(u, Collections.nCopies(steps, step));
        }
        SimulatedTime time = new SimulatedTime(spec, shape, classes);
        Timeline timeline = time.round(0, work);
        MemoryModel memory = MemoryModel.of(spec, shape, classes);
        List<BatchShape> batches =
                Collections.nCopies(devices, new BatchShape(spec.batch(), spec.seqLen()));
        return new RoundEstimate(
                spec,
                deployment.leftOut(),
                deployment.plan(),
                timeline,
                memory.server(spec, batches),
                memory.devices(spec, batches),
                time.step().sentBytes(step, steps, devices, true),
                time.step().sentBytes(step, steps, devices, false));
    }

    /// Simulated energy of each device.
    public List<Double> deviceJoules() {
        return IntStream.range(0, spec.scheme().pooled() ? 0 : spec.devices().size())
                .mapToObj(timeline::energyJoules)
                .toList();
    }

    /// Simulated energy of the server.
    public double serverJoules() {
        return timeline.serverEnergyJoules(spec.server());
    }
}
