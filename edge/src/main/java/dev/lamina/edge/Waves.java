package dev.lamina.edge;

import java.util.ArrayList;
import java.util.List;

/// The tasks on the server in waves, the k-th task of each device being in wave k, and what an
/// order makes of them.
final class Waves {
    private final Workload workload;
    private final List<List<Integer>> waves = new ArrayList<>();
    private final List<List<Job>> estimates = new ArrayList<>();

    Waves(Workload workload, int devices) {
        this.workload = workload;
        int[] counts = new int[devices];
        int served = 0;
        for (int task = 0; task < workload.tasks(); task++) {
            if (workload.kind(task) == TaskKind.SERVE) {
                int wave = counts[workload.device(task)]++;
                if (wave == waves.size()) {
                    waves.add(new ArrayList<>());
                    estimates.add(new ArrayList<>());
                }
                waves.get(wave).add(task);
                estimates.get(wave).add(workload.estimates().get(served++));
            }
        }
    }

    /// For each task its priority; 0 for those that are not on the server.
    double[] priorities(ServerOrder order) {
        double[] all = new double[workload.tasks()];
        for (int wave = 0; wave < waves.size(); wave++) {
            double[] priorities = Checks.priorities(order, estimates.get(wave));
            for (int i = 0; i < priorities.length; i++) {
                all[waves.get(wave).get(i)] = priorities[i];
            }
        }
        return all;
    }

    /// The tasks on the server wave after wave, each in the order of its priorities.
    int[] sequence(double[] priorities) {
        int[] sequence = new int[workload.estimates().size()];
        int position = 0;
        var sorted = new IndexHeap();
        for (List<Integer> wave : waves) {
            for (int task : wave) {
                sorted.add(task, priorities[task]);
            }
            while (!sorted.isEmpty()) {
                sequence[position++] = sorted.poll();
            }
        }
        return sequence;
    }
}
