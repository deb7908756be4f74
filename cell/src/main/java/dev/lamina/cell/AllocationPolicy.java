package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import dev.lamina.base.PlugIns;

/// Who is scheduled in a round, and with which share of the band. [AllocationPolicyProvider] adds
/// policies to the built-in ones:
///
/// | name | schedules | shares |
/// |---|---|---|
/// | `online` | drift plus penalty, [DeadlineSearch] | least delay |
/// | `all-equal` | all | equal |
/// | `all-optimal` | all | least delay |
/// | `random:K` | any K | equal |
/// | `round-robin:K` | K in turn | equal |
/// | `best-channel:K` | the K strongest on the uplink | equal |
/// | `greedy-deadline:SECONDS`, or the budget if left out | most samples that meet it, or else the quickest device | least delay |
///
/// A device without a channel is never scheduled; if fewer than K are left, all of them are.
public interface AllocationPolicy {
    /// As the command line writes it, for instance `random:5`.
    String name();

    /// Allocates one round. A policy keeps no state of its own between rounds.
    Allocation allocate(RoundState state);

    /// Checks that the policy fits a cell.
    ///
    /// @throws BadInputException if it does not
    default void check(int devices) {}

    /// Reads a policy: a built-in one, or one of a [AllocationPolicyProvider].
    ///
    /// @param spec a name, or a name, a colon and an argument
    /// @param seed of everything random in it
    /// @throws BadInputException if there is no such policy
    static AllocationPolicy parse(String spec, long seed) {
        int colon = spec.indexOf(':');
        String name = colon < 0 ? spec : spec.substring(0, colon);
        String argument = colon < 0 ? "" : spec.substring(colon + 1);
        AllocationPolicy builtIn = Policies.builtIn(spec, name, argument, seed);
        if (builtIn != null) {
            return builtIn;
        }
        return PlugIns.find(
                        AllocationPolicyProvider.class,
                        AllocationPolicyProvider::name,
                        "policy",
                        spec,
                        name,
                        Policies.NAMES)
                .create(argument, seed);
    }
}
