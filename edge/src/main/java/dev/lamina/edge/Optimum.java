package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// The order of the least makespan: 1 | r_j, q_j | C_max, solved exactly by branch and bound (J.
/// Carlier, The one-machine sequencing problem, European Journal of Operational Research 11 (1982)
/// 42-47; written from the standard account of it, and checked against all permutations).
///
/// A node is the problem with some heads and tails made longer. Schrage's schedule of it ends with
/// a *critical block*, jobs served without a pause of which the last, b, sets the makespan. If none
/// of the block has a shorter tail than b, no schedule of the node is better. Otherwise let c be
/// the last such job and J those after it: in a better schedule c comes before all of J (its tail
/// then is at least the time of J and the tail of b) or after all of J (its head then is at least
/// the least head of J and the time of J). Jackson's preemptive schedule bounds each of the two.
public final class Optimum {
    /// Jobs times nodes of the search: some seconds of it.
    private static final long MOST_WORK = 10_000_000;

    /// Better by less than this part is not better: sums in another order differ as much.
    private static final double ROUNDING = 1e-12;

    /// Heads and tails of a node, and what no schedule of it can beat.
    private static final class Node {
        final double[] heads;
        final double[] tails;
        final double boundSeconds;

        Node(double[] heads, double[] services, double[] tails) {
            this.heads = heads;
            this.tails = tails;
            boundSeconds = StepTimes.preemptiveSeconds(heads, services, tails);
        }
    }

    private final double[] heads;
    private final double[] services;
    private final double[] tails;
    private final Deque<Node> open = new ArrayDeque<>();
    private long nodes;
    private int[] best = new int[0];
    private double bestSeconds = Double.POSITIVE_INFINITY;

    private Optimum(List<Job> jobs) {
        heads = jobs.stream().mapToDouble(Job::headSeconds).toArray();
        services = jobs.stream().mapToDouble(Job::serverSeconds).toArray();
        tails = jobs.stream().mapToDouble(Job::tailSeconds).toArray();
    }

    /// What a search has come to.
    ///
    /// @param sequence the best that it has seen
    /// @param nodes how long it took
    /// @param proven whether none is better
    record Found(List<Integer> sequence, long nodes, boolean proven) {}

    /// The schedule of the least makespan (to a part in 10¹² of it). Of several such schedules it
    /// is always the same one.
    ///
    /// @throws BadInputException if the search grows too long: not with a handful of jobs, but
    ///   possible with dozens if slow devices are slow both ways
    public static Schedule of(List<Job> jobs) {
        return of(jobs, Math.max(1, MOST_WORK / (jobs.size() + 1)));
    }

    /// As [#of(List)], but gives up after so many nodes.
    static Schedule of(List<Job> jobs, long mostNodes) {
        Found found = search(jobs, mostNodes);
        BadInputException.check(
                found.proven,
                "the optimal order of %d jobs is not found after %d steps of the search"
                        .formatted(jobs.size(), mostNodes),
                "take --order longest-tail");
        return Schedule.inSequence(jobs, found.sequence);
    }

    /// Searches through so many nodes.
    ///
    /// @param mostNodes 1 or more
    static Found search(List<Job> jobs, long mostNodes) {
        var search = new Optimum(jobs);
        boolean proven = search.run(mostNodes);
        return new Found(Arrays.stream(search.best).boxed().toList(), search.nodes, proven);
    }

    private boolean run(long mostNodes) {
        open.push(new Node(heads, services, tails));
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node.boundSeconds < bestSeconds * (1 - ROUNDING)) {
                if (nodes == mostNodes) {
                    return false;
                }
                nodes++;
                branch(node);
            }
        }
        return true;
    }

    private void branch(Node node) {
        double[] priorities = Arrays.stream(node.tails).map(tail -> -tail).toArray();
        int[] sequence = Schedule.sequence(node.heads, services, priorities);
        double seconds = makespan(sequence);
        if (seconds < bestSeconds) {
            best = sequence;
            bestSeconds = seconds;
        }

        // The block that sets the makespan: from position first to position last.
        double time = 0;
        double makespan = -1;
        int start = 0;
        int first = 0;
        int last = 0;
        for (int i = 0; i < sequence.length; i++) {
            int u = sequence[i];
            if (node.heads[u] > time) {
                time = node.heads[u];
                start = i;
            }
            time += services[u];
            if (time + node.tails[u] >= makespan) {
                makespan = time + node.tails[u];
                first = start;
                last = i;
            }
        }
        int critical = last - 1;
        while (critical >= first && node.tails[sequence[critical]] >= node.tails[sequence[last]]) {
            critical--;
        }
        if (critical < first) {
            return;
        }
        double work = 0;
        double earliest = Double.POSITIVE_INFINITY;
        for (int i = critical + 1; i <= last; i++) {
            work += services[sequence[i]];
            earliest = Math.min(earliest, node.heads[sequence[i]]);
        }
        int c = sequence[critical];
        double[] later = node.heads.clone();
        later[c] = Math.max(later[c], earliest + work);
        double[] longer = node.tails.clone();
        longer[c] = Math.max(longer[c], work + node.tails[sequence[last]]);
        Node before = new Node(node.heads, services, longer);
        Node after = new Node(later, services, node.tails);
        boolean beforeFirst = before.boundSeconds <= after.boundSeconds;
        open.push(beforeFirst ? after : before);
        open.push(beforeFirst ? before : after);
    }

    /// Of a sequence, with the heads and tails that the jobs really have.
    private double makespan(int[] sequence) {
        double time = 0;
        double makespan = 0;
        for (int u : sequence) {
            time = Math.max(time, heads[u]) + services[u];
            makespan = Math.max(makespan, time + tails[u]);
        }
        return makespan;
    }
}
