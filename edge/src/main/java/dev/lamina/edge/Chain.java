package dev.lamina.edge;

import java.util.ArrayList;
import java.util.List;

/// The steps of a round without a barrier between devices: each device does its job again and again
/// while the server takes what comes in an order. Equal to the same tasks in a [Workload] with
/// [Service.InTurn], but fast enough to be asked thousands of times. It keeps its room from call to
/// call, so it is for one thread.
final class Chain {
    private final ServerOrder order;
    private final int steps;
    private final IndexHeap coming = new IndexHeap();
    private final IndexHeap arrived = new IndexHeap();

    Chain(ServerOrder order, int steps) {
        this.order = order;
        this.steps = steps;
    }

    /// When the last device is done with its last step, in O(S n log n).
    double makespanSeconds(List<Job> jobs) {
        boolean fifo = order instanceof ServerOrder.Fifo;
        double[] priorities = fifo ? new double[0] : Checks.priorities(order, jobs);
        if (!order.waits()) {
            return asTheyCome(jobs, priorities);
        }
        arrived.clear();
        for (int u = 0; u < priorities.length; u++) {
            arrived.add(u, priorities[u]);
        }
        List<Integer> sequence = new ArrayList<>();
        while (!arrived.isEmpty()) {
            sequence.add(arrived.poll());
        }
        return makespanSeconds(jobs, sequence);
    }

    /// The same with a fixed sequence for each step, in O(S n).
    double makespanSeconds(List<Job> jobs, List<Integer> sequence) {
        double[] done = new double[jobs.size()];
        double time = 0;
        double makespan = 0;
        for (int step = 0; step < steps; step++) {
            for (int u : sequence) {
                Job job = jobs.get(u);
                time = Math.max(time, done[u] + job.headSeconds()) + job.serverSeconds();
                done[u] = time + job.tailSeconds();
                makespan = Math.max(makespan, done[u]);
            }
        }
        return makespan;
    }

    private double asTheyCome(List<Job> jobs, double[] priorities) {
        coming.clear();
        arrived.clear();
        int[] left = new int[jobs.size()];
        for (int u = 0; u < left.length; u++) {
            left[u] = steps;
            coming.add(u, jobs.get(u).headSeconds());
        }
        double time = 0;
        double makespan = 0;
        while (!coming.isEmpty() || !arrived.isEmpty()) {
            if (arrived.isEmpty()) {
                time = Math.max(time, coming.firstKey());
            }
            while (coming.firstKey() <= time) {
                double came = coming.firstKey();
                int u = coming.poll();
                arrived.add(u, priorities.length == 0 ? came : priorities[u]);
            }
            int u = arrived.poll();
            Job job = jobs.get(u);
            time += job.serverSeconds();
            double done = time + job.tailSeconds();
            makespan = Math.max(makespan, done);
            if (--left[u] > 0) {
                coming.add(u, done + job.headSeconds());
            }
        }
        return makespan;
    }
}
