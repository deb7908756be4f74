package dev.lamina.edge;

import dev.lamina.base.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where each device's model is cut, for the shortest round. Derived.
///
/// @param cuts blocks on each device
/// @param makespanSeconds of the round with these cuts
/// @param lowerBoundSeconds no cuts and no order are faster
public record CutPlan(List<Integer> cuts, double makespanSeconds, double lowerBoundSeconds) {
    public CutPlan {
        cuts = List.copyOf(cuts);
    }

    /// Chooses the cuts: a search that improves many starting points until no change of one cut, or
    /// of two, makes the round shorter ([CutSearch]). It need not find the best; how far it can be
    /// off at most, [#lowerBoundSeconds] tells. The same input gives the same plan.
    ///
    /// @param jobs for each device its job with 0, 1, ... L blocks on it; null where they do not
    ///   fit in its memory
    /// @param order in which the server takes the jobs
    /// @param steps S, how often each device does its job in a round, one after another with no
    ///   barrier between devices
    /// @throws BadInputException if no cut fits a device
    public static CutPlan choose(List<List<@Nullable Job>> jobs, ServerOrder order, int steps) {
        Checks.positive("steps", steps);
        for (int u = 0; u < jobs.size(); u++) {
            BadInputException.check(
                    jobs.get(u).stream().anyMatch(job -> job != null),
                    "no cut fits the memory of device " + u,
                    "leave it out, or take a smaller batch");
        }
        if (jobs.isEmpty()) {
            return new CutPlan(List.of(), 0, 0);
        }
        double bound = new CutBound(jobs, steps).seconds();
        return new CutSearch(jobs, order, steps).plan(bound);
    }

    /// How long the round takes with cuts of one's own.
    ///
    /// @param jobs of each device, with its cut
    public static double makespanSeconds(List<Job> jobs, ServerOrder order, int steps) {
        return new Chain(order, steps).makespanSeconds(jobs);
    }
}
