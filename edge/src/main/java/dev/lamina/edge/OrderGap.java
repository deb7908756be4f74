package dev.lamina.edge;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// How far an order stays behind the optimum on random steps of six devices: its makespan as a
/// multiple of the least one. The steps are derived: a device of slowness k ~ U(0.1, 2) has a head
/// of k U(0.8, 1.2) + 0.1 s, a tail of the same distribution, and 0.1 to 0.6 s on the server.
///
/// @param order its name
/// @param cases how many steps
/// @param meanRatio 1 if the order is always optimal
/// @param maxRatio of the worst case
public record OrderGap(String order, int cases, double meanRatio, double maxRatio) {
    private static final int DEVICES = 6;

    /// Measures an order.
    ///
    /// @param cases 1 or more
    /// @param seed of the steps
    public static OrderGap measure(ServerOrder order, int cases, long seed) {
        Checks.positive("cases", cases);
        double sum = 0;
        double max = 0;
        for (int i = 0; i < cases; i++) {
            List<Job> jobs = jobs(seed, i);
            double ratio =
                    Schedule.schedule(jobs, order).makespanSeconds()
                            / Optimum.of(jobs).makespanSeconds();
            sum += ratio;
            max = Math.max(max, ratio);
        }
        return new OrderGap(order.spec(), cases, sum / cases, max);
    }

    /// One random step.
    static List<Job> jobs(long seed, int number) {
        RandomGenerator random = Seeds.stream(seed, "order gap", number);
        List<Job> jobs = new ArrayList<>(DEVICES);
        for (int u = 0; u < DEVICES; u++) {
            double slowness = random.nextDouble(0.1, 2);
            jobs.add(
                    new Job(
                            slowness * random.nextDouble(0.8, 1.2) + 0.1,
                            random.nextDouble(0.1, 0.6),
                            slowness * random.nextDouble(0.8, 1.2) + 0.1));
        }
        return jobs;
    }
}
