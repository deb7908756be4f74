package dev.lamina.edge;

import java.util.ArrayList;
import java.util.List;

/// One step in which the server serves one device at a time, paper [B]'s scheme (`shared`): it
/// takes max over u of S_u + p_u + q_u, with S_u >= r_u (derived). A whole round, with links and
/// devices as resources, is a [Timeline].
///
/// @param slots when each job is served, by its index
/// @param sequence indices of the jobs, in the order in which they are served
public record Schedule(List<Slot> slots, List<Integer> sequence) {
    /// The times of one job, from the beginning of the step.
    ///
    /// @param startSeconds S, when the server begins with it
    /// @param endSeconds S + p, when the server is done with it
    /// @param finishSeconds S + p + q, when the device is done
    public record Slot(double startSeconds, double endSeconds, double finishSeconds) {}

    public Schedule {
        slots = List.copyOf(slots);
        sequence = List.copyOf(sequence);
    }

    /// When the last device is done; 0 without jobs.
    public double makespanSeconds() {
        return slots.stream().mapToDouble(Slot::finishSeconds).max().orElse(0);
    }

    /// Serves the jobs in an order, in O(n log n). Of equal jobs the one with the lowest index
    /// comes first.
    public static Schedule schedule(List<Job> jobs, ServerOrder order) {
        double[] priorities = Checks.priorities(order, jobs);
        double[] heads = new double[jobs.size()];
        if (!order.waits()) {
            heads = jobs.stream().mapToDouble(Job::headSeconds).toArray();
        }
        double[] services = jobs.stream().mapToDouble(Job::serverSeconds).toArray();
        List<Integer> sequence = new ArrayList<>(jobs.size());
        for (int u : sequence(heads, services, priorities)) {
            sequence.add(u);
        }
        return inSequence(jobs, sequence);
    }

    /// Serves the jobs in a fixed sequence, waiting for each.
    ///
    /// @param sequence every index of a job, once
    public static Schedule inSequence(List<Job> jobs, List<Integer> sequence) {
        Slot[] slots = new Slot[jobs.size()];
        double time = 0;
        for (int u : sequence) {
            Job job = jobs.get(u);
            double start = Math.max(time, job.headSeconds());
            time = start + job.serverSeconds();
            slots[u] = new Slot(start, time, time + job.tailSeconds());
        }
        return new Schedule(List.of(slots), sequence);
    }

    /// The sequence of a server that is never idle while a job is there: of those that have arrived
    /// the one with the lowest priority number, and of equal ones the lowest index.
    ///
    /// @param heads when each arrives
    /// @param services how long each takes
    static int[] sequence(double[] heads, double[] services, double[] priorities) {
        var coming = new IndexHeap();
        for (int u = 0; u < heads.length; u++) {
            coming.add(u, heads[u]);
        }
        var arrived = new IndexHeap();
        int[] sequence = new int[heads.length];
        double time = 0;
        for (int i = 0; i < sequence.length; i++) {
            if (arrived.isEmpty()) {
                time = Math.max(time, coming.firstKey());
            }
            while (coming.firstKey() <= time) {
                int u = coming.poll();
                arrived.add(u, priorities[u]);
            }
            sequence[i] = arrived.poll();
            time += services[sequence[i]];
        }
        return sequence;
    }
}
