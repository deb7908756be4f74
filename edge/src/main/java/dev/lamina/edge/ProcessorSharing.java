package dev.lamina.edge;

/// A server that works on all tasks at once (derived). Alone a task runs at rate 1; of k tasks each
/// runs at rate 1 / (k (1 + penalty (k - 1))), so that together they get 1 / (1 + penalty (k - 1))
/// of what one alone gets. Penalty 0 is ideal sharing.
///
/// All tasks progress alike, so a task with work w that comes when each has had V seconds is done
/// when each has had V + w: a heap of these sums gives every event in O(log k).
final class ProcessorSharing {
    private final double penalty;
    private final IndexHeap tasks = new IndexHeap();
    private double time;

    /// V, seconds of work that each task present since the server was last idle has had.
    private double share;

    ProcessorSharing(double penalty) {
        this.penalty = penalty;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /// A task comes.
    ///
    /// @param now not before any earlier event
    void add(int task, double seconds, double now) {
        share = tasks.isEmpty() ? 0 : share + (now - time) / slowdown();
        time = now;
        tasks.add(task, share + seconds);
    }

    /// When the next task is done if no other comes; infinity without tasks.
    double nextEndSeconds() {
        return tasks.isEmpty()
                ? Double.POSITIVE_INFINITY
                : time + Math.max(0, tasks.firstKey() - share) * slowdown();
    }

    /// Takes out the task that is done at [#nextEndSeconds].
    int poll() {
        time = nextEndSeconds();
        share = Math.max(share, tasks.firstKey());
        return tasks.poll();
    }

    private double slowdown() {
        double k = tasks.size();
        return k * (1 + penalty * (k - 1));
    }
}
