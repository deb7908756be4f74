package dev.lamina.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What no choice of cuts and no order of the server can beat (derived).
///
/// In a round of T seconds each device has a cut with S (r + p + q) <= T, since its steps come one
/// after another. So T is at least the largest, over devices, of the least S (r + p + q). And the
/// server, one job at a time, works for S times the sum of all p: it begins after some r and is
/// followed by some q. With `p_u(T)` the least p of device u among its cuts with S (r + p + q) <=
/// T, and the least r and q among all such cuts, T >= min r + S sum of `p_u(T)` + min q. The right
/// side falls as T grows, so the least T that satisfies both is a bound. It is found by going
/// through the values of S (r + p + q) upward.
final class CutBound {
    /// Sums in another order differ by less than this part.
    private static final double ROUNDING = 1e-12;

    private record Choice(int device, double seconds, Job job) {}

    private final List<Choice> choices = new ArrayList<>();
    private final int devices;
    private final int steps;

    CutBound(List<List<@Nullable Job>> jobs, int steps) {
        this.steps = steps;
        devices = jobs.size();
        for (int u = 0; u < devices; u++) {
            for (@Nullable Job job : jobs.get(u)) {
                if (job != null) {
                    choices.add(new Choice(u, steps * job.totalSeconds(), job));
                }
            }
        }
        choices.sort(Comparator.comparingDouble(Choice::seconds));
    }

    double seconds() {
        double[] least = new double[devices];
        int without = devices;
        double work = 0;
        double head = Double.POSITIVE_INFINITY;
        double tail = Double.POSITIVE_INFINITY;
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            Job job = choice.job;
            double before = least[choice.device];
            if (before == Double.POSITIVE_INFINITY) {
                without--;
                work += job.serverSeconds();
                least[choice.device] = job.serverSeconds();
            } else if (job.serverSeconds() < before) {
                work += job.serverSeconds() - before;
                least[choice.device] = job.serverSeconds();
            }
            head = Math.min(head, job.headSeconds());
            tail = Math.min(tail, job.tailSeconds());
            double next =
                    i + 1 < choices.size() ? choices.get(i + 1).seconds : Double.POSITIVE_INFINITY;
            double bound = Math.max(choice.seconds, head + steps * work + tail);
            if (without == 0 && bound < next) {
                return bound * (1 - ROUNDING);
            }
        }
        throw new IllegalStateException("a device without a cut");
    }
}
