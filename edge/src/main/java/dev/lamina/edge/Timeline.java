package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;

/// Simulated time of one step in which the server serves one device at a time, paper [B]'s scheme
/// (`shared`): max over u of S_u + p_u + q_u, with S_u >= r_u (derived).
///
/// @param slots when each job is served, by its index
/// @param sequence indices of the jobs, in the order in which they are served
public record Timeline(List<Slot> slots, List<Integer> sequence) {
    /// More jobs have too many permutations (8! = 40,320).
    private static final int MAX_OPTIMUM = 8;

    /// The times of one job, from the beginning of the step.
    ///
    /// @param startSeconds S, when the server begins with it
    /// @param endSeconds S + p, when the server is done with it
    /// @param finishSeconds S + p + q, when the device is done
    public record Slot(double startSeconds, double endSeconds, double finishSeconds) {}

    public Timeline {
        slots = List.copyOf(slots);
        sequence = List.copyOf(sequence);
    }

    /// When the last device is done; 0 without jobs.
    public double makespanSeconds() {
        return slots.stream().mapToDouble(Slot::finishSeconds).max().orElse(0);
    }

    /// Serves the jobs in an order. Of equal jobs the one with the lowest index comes first.
    public static Timeline schedule(List<Job> jobs, ServerOrder order) {
        double[] priorities = order.priorities(jobs);
        List<Integer> left = new ArrayList<>();
        for (int u = 0; u < jobs.size(); u++) {
            left.add(u);
        }
        List<Integer> sequence = new ArrayList<>();
        double time = 0;
        while (!left.isEmpty()) {
            double now =
                    Math.max(
                            time,
                            order.waits() ? Double.POSITIVE_INFINITY : earliestHead(jobs, left));
            Integer best = null;
            for (Integer u : left) {
                if (jobs.get(u).headSeconds() <= now
                        && (best == null || priorities[u] < priorities[best])) {
                    best = u;
                }
            }
            if (best == null) {
                throw new IllegalStateException("no job at " + now + " of " + jobs);
            }
            left.remove(/* element */ best);
            sequence.add(best);
            time = Math.max(time, jobs.get(best).headSeconds()) + jobs.get(best).serverSeconds();
        }
        return inSequence(jobs, sequence);
    }

    /// Serves the jobs in a fixed sequence, waiting for each.
    ///
    /// @param sequence every index of a job, once
    public static Timeline inSequence(List<Job> jobs, List<Integer> sequence) {
        Slot[] slots = new Slot[jobs.size()];
        double time = 0;
        for (int u : sequence) {
            Job job = jobs.get(u);
            double start = Math.max(time, job.headSeconds());
            time = start + job.serverSeconds();
            slots[u] = new Slot(start, time, time + job.tailSeconds());
        }
        return new Timeline(List.of(slots), sequence);
    }

    /// The timeline of the least makespan, of all sequences; of equal ones the first in
    /// lexicographic order.
    ///
    /// @throws BadInputException with more than eight jobs
    public static Timeline optimum(List<Job> jobs) {
        BadInputException.check(
                jobs.size() <= MAX_OPTIMUM,
                "the optimum of %d jobs is out of reach; %d are the most"
                        .formatted(jobs.size(), MAX_OPTIMUM),
                "compare with the lower bound instead");
        var search = new Search(jobs);
        search.extend(0, 0);
        return inSequence(jobs, search.best);
    }

    private static double earliestHead(List<Job> jobs, List<Integer> left) {
        return left.stream().mapToDouble(u -> jobs.get(u).headSeconds()).min().orElseThrow();
    }

    /// Depth first over sequences, leaving those that are no better than the best one found
    /// already.
    private static final class Search {
        private final List<Job> jobs;
        private final List<Integer> sequence = new ArrayList<>();
        private List<Integer> best = List.of();
        private double bestMakespan = Double.POSITIVE_INFINITY;

        Search(List<Job> jobs) {
            this.jobs = jobs;
        }

        void extend(double time, double makespan) {
            if (makespan >= bestMakespan) {
                return;
            }
            if (sequence.size() == jobs.size()) {
                best = List.copyOf(sequence);
                bestMakespan = makespan;
                return;
            }
            for (int u = 0; u < jobs.size(); u++) {
                if (sequence.contains(u)) {
                    continue;
                }
                Job job = jobs.get(u);
                double end = Math.max(time, job.headSeconds()) + job.serverSeconds();
                sequence.add(u);
                extend(end, Math.max(makespan, end + job.tailSeconds()));
                sequence.removeLast();
            }
        }
    }
}
