package dev.lamina.cell;

import java.util.Collections;
import java.util.List;

/// Long-term mean energies per round that devices must keep to. Each gets a queue Z_k beside Q, and
/// the drift of Q^2/2 + a Σ Z_k^2/2 is weighed against the penalty (derived).
///
/// @param joulesPerRound one for each device
/// @param weight a, in s^2/J^2: makes energies comparable to delays
public record EnergyBudget(List<Double> joulesPerRound, double weight) {
    public EnergyBudget {
        joulesPerRound = List.copyOf(joulesPerRound);
        joulesPerRound.forEach(joules -> Checks.positive("joulesPerRound", joules));
        Checks.positive("weight", weight);
    }

    /// None.
    public static EnergyBudget unlimited() {
        return new EnergyBudget(List.of(), 1);
    }

    /// The queues before the first round.
    List<Double> empty() {
        return Collections.nCopies(joulesPerRound.size(), 0.0);
    }
}
