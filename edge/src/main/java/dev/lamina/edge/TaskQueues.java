package dev.lamina.edge;

import java.util.Arrays;

/// Tasks that wait, in a queue for each resource: the lowest key first, and of equal keys the
/// lowest task. The queues are skew heaps over shared arrays, so that hundreds of thousands of
/// mostly empty queues cost four bytes each (D. D. Sleator and R. E. Tarjan, Self-adjusting heaps,
/// SIAM Journal on Computing 15 (1986) 52-69): O(log n) on average over all operations.
final class TaskQueues {
    private static final int NONE = -1;

    private final int[] roots;
    private final int[] left;
    private final int[] right;
    private final double[] keys;

    TaskQueues(int queues, int tasks) {
        roots = filled(queues);
        left = filled(tasks);
        right = filled(tasks);
        keys = new double[tasks];
    }

    /// Adds a task that is in no queue and has been in none.
    void add(int queue, int task, double key) {
        keys[task] = key;
        roots[queue] = merge(roots[queue], task);
    }

    /// The first task of a queue, or -1.
    int first(int queue) {
        return roots[queue];
    }

    /// Takes out the first task of a queue that has one.
    int poll(int queue) {
        int first = roots[queue];
        roots[queue] = merge(left[first], right[first]);
        return first;
    }

    private int merge(int one, int other) {
        if (one == NONE || other == NONE) {
            return one == NONE ? other : one;
        }
        int a = before(one, other) ? one : other;
        int b = a == one ? other : one;
        int root = a;
        while (true) { // merges b into the right of a, and swaps the children of a
            int next = right[a];
            right[a] = left[a];
            if (next == NONE) {
                left[a] = b;
                return root;
            }
            if (before(b, next)) {
                int swapped = next;
                next = b;
                b = swapped;
            }
            left[a] = next;
            a = next;
        }
    }

    private boolean before(int a, int b) {
        return keys[a] < keys[b] || (keys[a] == keys[b] && a < b);
    }

    private static int[] filled(int length) {
        int[] array = new int[length];
        Arrays.fill(array, NONE);
        return array;
    }
}
