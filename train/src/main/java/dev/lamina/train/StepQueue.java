package dev.lamina.train;

import dev.lamina.edge.Job;
import dev.lamina.edge.ServerOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Activations that have arrived and wait for a lane; the run's order says which is next. Guarded
/// by the fleet's lock.
final class StepQueue {
    private final ServerOrder order;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final long start = System.nanoTime();

    /// An activation that waits.
    ///
    /// @param estimate of the device's step, from its profile
    record Arrival(Seat seat, Message.Activation activation, Job estimate, long nanoTime) {
        double waitedSeconds() {
            return (System.nanoTime() - nanoTime) / 1e9;
        }
    }

    StepQueue(ServerOrder order) {
        this.order = order;
    }

    void add(Seat seat, Message.Activation activation, Job estimate) {
        arrivals.add(new Arrival(seat, activation, estimate, System.nanoTime()));
    }

    int size() {
        return arrivals.size();
    }

    void removeAll(Predicate<Arrival> which) {
        arrivals.removeIf(which);
    }

    /// Takes the next one.
    ///
    /// @param training all devices that have steps left in the round: an order that is fixed
    ///   beforehand waits for those of them that are behind
    /// @return null if none can be served now
    @Nullable Arrival poll(List<Seat> training) {
        if (arrivals.isEmpty()) {
            return null;
        }
        List<Arrival> eligible = arrivals;
        if (order.waits()) {
            int behind = training.stream().mapToInt(Seat::stepsDone).min().orElse(0);
            if (training.stream()
                    .anyMatch(s -> s.stepsDone() == behind && !s.queued && !s.computing)) {
                return null;
            }
            eligible = arrivals.stream().filter(a -> a.seat().stepsDone() == behind).toList();
        }
        List<Job> jobs = new ArrayList<>();
        for (Arrival arrival : eligible) {
            // What has arrived when is known here; the head of the estimate is not needed.
            jobs.add(
                    new Job(
                            (arrival.nanoTime() - start) / 1e9,
                            arrival.estimate().serverSeconds(),
                            arrival.estimate().tailSeconds()));
        }
        if (jobs.isEmpty()) {
            return null;
        }
        double[] priorities = order.priorities(jobs);
        int best = 0;
        for (int i = 1; i < priorities.length; i++) {
            boolean earlier =
                    priorities[i] == priorities[best]
                            && eligible.get(i).seat().index < eligible.get(best).seat().index;
            if (priorities[i] < priorities[best] || earlier) {
                best = i;
            }
        }
        Arrival chosen = eligible.get(best);
        arrivals.remove(chosen);
        return chosen;
    }
}
