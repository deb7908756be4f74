package dev.lamina.train;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Job;
import dev.lamina.edge.StepCost;
import dev.lamina.edge.Timeline;
import dev.lamina.lam.Bert;
import dev.lamina.nn.TensorCodec;
import java.util.ArrayList;
import java.util.List;

/// What a run would take on the declared devices, links and server (derived; see [StepCost]).
final class SimulatedTime {
    private final FinetuneSpec spec;
    private final Bert.Config shape;
    private double seconds;

    SimulatedTime(FinetuneSpec spec, Bert.Config shape) {
        this.spec = spec;
        this.shape = shape;
    }

    double seconds() {
        return seconds;
    }

    void restore(double seconds) {
        this.seconds = seconds;
    }

    /// Adds one step of each of these devices, side by side, and tells in which order the server
    /// takes them: indices into `devices`.
    ///
    /// @param shapes `[B,T]` of each device's batch
    List<Integer> step(List<Integer> devices, List<int[]> shapes) {
        List<Job> jobs = new ArrayList<>();
        double slowest = 0;
        for (int i = 0; i < devices.size(); i++) {
            if (spec.scheme().cut()) {
                jobs.add(estimate(devices.get(i), shapes.get(i)));
            } else {
                StepCost cost = cost(shapes.get(i));
                double rate =
                        spec.scheme().pooled()
                                ? spec.server().effectiveFlopsPerSecond()
                                : spec.devices().get(devices.get(i)).effectiveFlopsPerSecond();
                slowest = Math.max(slowest, 2 * shape.layers() * cost.blockForwardFlops() / rate);
            }
        }
        if (!spec.scheme().cut()) {
            seconds += slowest;
            return List.of();
        }
        Timeline timeline = Timeline.schedule(jobs, spec.order());
        seconds += timeline.makespanSeconds();
        return timeline.sequence();
    }

    /// A device's step as the server's schedule sees it.
    ///
    /// @param shape `[B,T]` of its batch
    Job estimate(int device, int[] shape) {
        return cost(shape).job(spec.devices().get(device), spec.server(), spec.cut(device));
    }

    private StepCost cost(int[] batchShape) {
        long[] activation = {batchShape[0], batchShape[1], shape.hidden()};
        TensorCodec codec = spec.codec();
        double elements = (double) batchShape[0] * batchShape[1] * shape.hidden();
        return new StepCost(
                batchShape[0],
                batchShape[1],
                shape.hidden(),
                shape.intermediate(),
                shape.layers(),
                codec.encodedBytes(activation) / elements,
                0);
    }

    /// Adds the exchange of adapters at a round's end: the slowest upload, then the slowest
    /// download.
    void exchange(double[] uplinkBytes, double[] downlinkBytes) {
        double up = 0;
        double down = 0;
        for (int u = 0; u < uplinkBytes.length; u++) {
            DeviceProfile device = spec.devices().get(u);
            up = Math.max(up, device.link().uplinkSeconds(uplinkBytes[u]));
            down = Math.max(down, device.link().downlinkSeconds(downlinkBytes[u]));
        }
        seconds += up + down;
    }
}
