package dev.lamina.cell;

import dev.lamina.base.BadInputException;
import java.util.List;

/// All that a policy knows when it allocates a round: minimise V w_t / N + Q(t) T + Σ_k a Z_k E_k
/// over sets of devices and shares of the band.
///
/// @param round t
/// @param importance w_t
/// @param queueSeconds Q(t)
/// @param penaltyWeight V
/// @param budgetSeconds T_avg
/// @param joulePrices a Z_k, one for each candidate; empty without a constraint on energy
public record RoundState(
        int round,
        double importance,
        double queueSeconds,
        double penaltyWeight,
        double budgetSeconds,
        List<Double> joulePrices,
        Band band,
        List<Candidate> candidates) {
    public RoundState {
        joulePrices = List.copyOf(joulePrices);
        candidates = List.copyOf(candidates);
        Checks.notNegative("importance", importance);
        Checks.notNegative("queueSeconds", queueSeconds);
        Checks.positive("penaltyWeight", penaltyWeight);
        Checks.positive("budgetSeconds", budgetSeconds);
        if (!joulePrices.isEmpty()) {
            Checks.sameSize("joulePrices", joulePrices.size(), candidates.size());
            joulePrices.forEach(price -> Checks.notNegative("joulePrice", price));
        }
        BadInputException.check(
                candidates.stream().anyMatch(Candidate::usable),
                "in round %d none of %d devices has a channel".formatted(round, candidates.size()),
                "give the devices more power or a better channel, or leave the round out");
    }

    /// The objective of an allocation.
    public double objective(Allocation allocation) {
        double value =
                penaltyWeight * importance / allocation.samples()
                        + queueSeconds * allocation.predictedSeconds();
        if (!joulePrices.isEmpty()) {
            for (int i = 0; i < candidates.size(); i++) {
                if (allocation.scheduled(i)) {
                    value +=
                            joulePrices.get(i)
                                    * candidates.get(i).joules(allocation.share(i), band);
                }
            }
        }
        return value;
    }
}
