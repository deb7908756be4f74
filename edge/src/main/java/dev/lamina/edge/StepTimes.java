package dev.lamina.edge;

import java.util.List;

/// Step times of the schemes that a [Schedule] is compared with, and a bound that no order can
/// beat. All derived.
public final class StepTimes {
    private StepTimes() {}

    /// Split learning, one device after another (`sequential`): the sum of all parts of all jobs.
    public static double sequentialSeconds(List<Job> jobs) {
        return jobs.stream().mapToDouble(Job::totalSeconds).sum();
    }

    /// Split federated learning with a server model for each device (`parallel`), modelled as
    /// processor sharing: of k jobs on the server each runs at 1/k of its speed. Memory is not
    /// modelled, nor is there a penalty for running side by side. O(n log n).
    public static double parallelSeconds(List<Job> jobs) {
        var coming = new IndexHeap();
        for (int u = 0; u < jobs.size(); u++) {
            coming.add(u, jobs.get(u).headSeconds());
        }
        var server = new ProcessorSharing(0);
        double makespan = 0;
        while (!coming.isEmpty() || !server.isEmpty()) {
            double end = server.nextEndSeconds();
            if (end <= coming.firstKey()) {
                makespan = Math.max(makespan, end + jobs.get(server.poll()).tailSeconds());
            } else {
                double now = coming.firstKey();
                int u = coming.poll();
                server.add(u, jobs.get(u).serverSeconds(), now);
            }
        }
        return makespan;
    }

    /// No order is faster: the makespan of Jackson's preemptive schedule, in which the server works
    /// at every instant on the arrived unfinished job with the longest tail. O(n log n).
    public static double lowerBoundSeconds(List<Job> jobs) {
        return preemptiveSeconds(
                jobs.stream().mapToDouble(Job::headSeconds).toArray(),
                jobs.stream().mapToDouble(Job::serverSeconds).toArray(),
                jobs.stream().mapToDouble(Job::tailSeconds).toArray());
    }

    /// The makespan of Jackson's preemptive schedule of jobs with these heads, times on the server
    /// and tails.
    static double preemptiveSeconds(double[] heads, double[] services, double[] tails) {
        var coming = new IndexHeap();
        for (int u = 0; u < heads.length; u++) {
            coming.add(u, heads[u]);
        }
        double[] left = services.clone();
        var arrived = new IndexHeap();
        double time = 0;
        double makespan = 0;
        while (!coming.isEmpty() || !arrived.isEmpty()) {
            if (arrived.isEmpty()) {
                time = coming.firstKey();
            }
            while (coming.firstKey() <= time) {
                int u = coming.poll();
                arrived.add(u, -tails[u]);
            }
            int longest = arrived.poll();
            double end = time + left[longest];
            if (end <= coming.firstKey()) {
                makespan = Math.max(makespan, end + tails[longest]);
                time = end;
            } else {
                left[longest] -= coming.firstKey() - time;
                arrived.add(longest, -tails[longest]);
                time = coming.firstKey();
            }
        }
        return makespan;
    }
}
