package dev.lamina.edge;

import java.util.List;

/// Step times of the schemes that a [Timeline] is compared with, and a bound that no order can
/// beat. All derived.
public final class StepTimes {
    private StepTimes() {}

    /// Split learning, one device after another (`sequential`): the sum of all parts of all jobs.
    public static double sequentialSeconds(List<Job> jobs) {
        return jobs.stream().mapToDouble(Job::totalSeconds).sum();
    }

    /// Split federated learning with a server model for each device (`parallel`), modelled as
    /// processor sharing: of k jobs on the server each runs at 1/k of its speed. Memory is not
    /// modelled, nor is there a penalty for running side by side.
    public static double parallelSeconds(List<Job> jobs) {
        double[] remaining = jobs.stream().mapToDouble(Job::serverSeconds).toArray();
        boolean[] done = new boolean[jobs.size()];
        double time = 0;
        double makespan = 0;
        for (int left = jobs.size(); left > 0; ) {
            int shortest = -1;
            int present = 0;
            for (int u = 0; u < remaining.length; u++) {
                if (!done[u] && jobs.get(u).headSeconds() <= time) {
                    present++;
                    shortest = shortest < 0 || remaining[u] < remaining[shortest] ? u : shortest;
                }
            }
            double nextArrival = nextArrival(jobs, time);
            if (shortest < 0) {
                time = nextArrival;
                continue;
            }
            double end = time + remaining[shortest] * present;
            double served =
                    end <= nextArrival ? remaining[shortest] : (nextArrival - time) / present;
            for (int u = 0; u < remaining.length; u++) {
                if (!done[u] && jobs.get(u).headSeconds() <= time) {
                    remaining[u] = Math.max(0, remaining[u] - served);
                }
            }
            time = Math.min(end, nextArrival);
            if (end <= nextArrival) {
                done[shortest] = true;
                left--;
                makespan = Math.max(makespan, end + jobs.get(shortest).tailSeconds());
            }
        }
        return makespan;
    }

    /// No order is faster: the makespan of Jackson's preemptive schedule, in which the server works
    /// at every instant on the arrived unfinished job with the longest tail.
    public static double lowerBoundSeconds(List<Job> jobs) {
        double[] remaining = jobs.stream().mapToDouble(Job::serverSeconds).toArray();
        boolean[] done = new boolean[jobs.size()];
        double time = 0;
        double makespan = 0;
        for (int left = jobs.size(); left > 0; ) {
            int longest = -1;
            for (int u = 0; u < remaining.length; u++) {
                Job job = jobs.get(u);
                if (!done[u]
                        && job.headSeconds() <= time
                        && (longest < 0 || job.tailSeconds() > jobs.get(longest).tailSeconds())) {
                    longest = u;
                }
            }
            double nextArrival = nextArrival(jobs, time);
            if (longest < 0) {
                time = nextArrival;
                continue;
            }
            double end = time + remaining[longest];
            if (end <= nextArrival) {
                done[longest] = true;
                left--;
                makespan = Math.max(makespan, end + jobs.get(longest).tailSeconds());
                time = end;
            } else {
                remaining[longest] -= nextArrival - time;
                time = nextArrival;
            }
        }
        return makespan;
    }

    /// When the next job arrives after `time`, or infinity.
    private static double nextArrival(List<Job> jobs, double time) {
        return jobs.stream()
                .mapToDouble(Job::headSeconds)
                .filter(head -> head > time)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
