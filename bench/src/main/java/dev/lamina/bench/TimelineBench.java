package dev.lamina.bench;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Job;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.ServerOrder;
import dev.lamina.edge.Service;
import dev.lamina.edge.StepCost;
import dev.lamina.edge.Workload;
import java.util.ArrayList;
import java.util.List;

/// How long the timeline takes to simulate a round of many devices: one step of each at the paper's
/// shape, and the exchange of adapters.
public final class TimelineBench {
    private static final StepCost COST = new StepCost(16, 128, 768, 3072, 12, 4, 0);
    private static final double ADAPTER_BYTES = 196_608;

    private TimelineBench() {}

    /// One size.
    ///
    /// @param seconds to build the round's tasks and simulate them; the median of three
    /// @param heapBytes in use after the last one, its result included
    public record Point(int devices, int tasks, double seconds, long heapBytes) {}

    /// Simulates rounds of 10², 10³, … devices.
    ///
    /// @param most devices of the largest
    public static List<Point> run(int most, long seed) {
        List<Point> points = new ArrayList<>();
        simulate(1000, seed); // warms up
        for (int devices = 100; devices <= most; devices *= 10) {
            List<Double> seconds = new ArrayList<>();
            Point last = simulate(devices, seed);
            seconds.add(last.seconds());
            for (int i = 1; i < 3; i++) {
                last = simulate(devices, seed);
                seconds.add(last.seconds());
            }
            points.add(
                    new Point(
                            devices,
                            last.tasks(),
                            StepBench.quantile(seconds, 0.5),
                            last.heapBytes()));
        }
        return points;
    }

    private static Point simulate(int count, long seed) {
        List<DeviceProfile> devices = Profiles.devices(count);
        long began = System.nanoTime();
        Workload work = new Workload();
        int[] ends = new int[count];
        for (int u = 0; u < count; u++) {
            Job job = COST.job(devices.get(u), Profiles.GPU_SERVER, 1);
            double own = COST.blockForwardFlops() / devices.get(u).effectiveFlopsPerSecond();
            int sent = work.upload(u, COST.cutBytes(), work.compute(u, own));
            int served = work.serve(u, job, job.serverSeconds(), sent);
            int back = work.compute(u, own, work.download(u, COST.cutBytes(), served));
            ends[u] = work.upload(u, ADAPTER_BYTES, back);
        }
        int all = work.barrier(ends);
        for (int u = 0; u < count; u++) {
            work.download(u, ADAPTER_BYTES, all);
        }
        double makespan =
                work.run(devices, new Service.InTurn(new ServerOrder.LongestTail()), seed)
                        .makespanSeconds();
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!(makespan > 0)) {
            throw new IllegalStateException("a round of no length");
        }
        Runtime runtime = Runtime.getRuntime();
        return new Point(
                count, work.tasks(), seconds, runtime.totalMemory() - runtime.freeMemory());
    }
}
