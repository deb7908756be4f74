package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

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
        List<String> names = new ArrayList<>(Policies.NAMES);
        try {
            for (AllocationPolicyProvider provider :
                    ServiceLoader.load(AllocationPolicyProvider.class)) {
                if (provider.name().equals(name)) {
                    return provider.create(argument, seed);
                }
                names.add(provider.name());
            }
        } catch (ServiceConfigurationError e) {
            throw new BadInputException(
                    "policy '" + spec + "': " + e.getMessage(),
                    "a library on the class path is broken; take it off");
        }
        throw new BadInputException(
                "unknown policy '" + spec + "'",
                "use "
                        + String.join(", ", names.subList(0, names.size() - 1))
                        + " or "
                        + names.getLast());
    }
}
