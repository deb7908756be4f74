package dev.lamina.train;

import dev.lamina.edge.Job;
import dev.lamina.edge.ServerOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What devices have sent and waits for a lane: activations, and answers to representations. The
/// run's order says which is next; of one device, always what came first. Guarded by the fleet's
/// lock.
final class StepQueue {
    private final ServerOrder order;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final long start = System.nanoTime();

    /// Something that waits.
    ///
    /// @param message an activation, or the answer to a representation
    /// @param at the micro-batch that it is about
    /// @param estimate of the device's step, from its profile
    record Arrival(Seat seat, Message message, MicroBatch at, Job estimate, long nanoTime) {
        double waitedSeconds() {
            return (System.nanoTime() - nanoTime) / 1e9;
        }
    }

    StepQueue(ServerOrder order) {
        this.order = order;
    }

    void add(Seat seat, Message message, MicroBatch at, Job estimate) {
        arrivals.add(new Arrival(seat, message, at, estimate, System.nanoTime()));
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
        Set<Seat> seen = new HashSet<>();
        List<Arrival> eligible =
                arrivals.stream().filter(a -> seen.add(a.seat()) && !a.seat().computing).toList();
        if (order.waits()) {
            int behind = training.stream().mapToInt(Seat::stepsDone).min().orElse(0);
            if (training.stream()
                    .anyMatch(s -> s.stepsDone() == behind && !seen.contains(s) && !s.computing)) {
                return null;
            }
            eligible = eligible.stream().filter(a -> a.seat().stepsDone() == behind).toList();
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
