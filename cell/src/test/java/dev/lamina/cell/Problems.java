package dev.lamina.cell;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Random problems of one round, and their solution by brute force.
final class Problems {
    static final Band BAND = new Band(20e6, 20e6, 1);

    private Problems() {}

    /// @param equal whether all devices have as many samples
    /// @param priced whether energy has a price
    static RoundState random(long seed, int devices, boolean equal, boolean priced) {
        RandomGenerator random = Seeds.stream(seed, "problem", devices);
        List<Candidate> candidates = new ArrayList<>();
        List<Double> prices = new ArrayList<>();
        boolean slow = random.nextBoolean();
        for (int k = 0; k < devices; k++) {
            candidates.add(
                    new Candidate(
                            k,
                            equal ? 16 : random.nextInt(1, 60),
                            slow ? random.nextDouble(0, 3) : random.nextDouble(0, 0.2),
                            random.nextDouble(1e6, 1e7),
                            random.nextDouble(1e6, 1e7),
                            Math.pow(10, random.nextDouble(6, 10)),
                            random.nextDouble(0.5, 8),
                            random.nextDouble(0, 3),
                            0.2));
            prices.add(random.nextInt(4) == 0 ? 0 : random.nextDouble(0, 0.05));
        }
        return new RoundState(
                (int) seed,
                1,
                Math.pow(10, random.nextDouble(-4, 0)),
                1,
                1,
                priced ? prices : List.of(),
                BAND,
                candidates);
    }

    /// The least objective over all sets, each with its least deadline.
    static double bruteForce(RoundState state) {
        int devices = state.candidates().size();
        double best = Double.POSITIVE_INFINITY;
        for (int mask = 1; mask < 1 << devices; mask++) {
            best = Math.min(best, objective(state, mask, best));
        }
        return best;
    }

    private static double objective(RoundState state, int mask, double best) {
        long samples = 0;
        double low = 0;
        double high = 0;
        for (int k = 0; k < state.candidates().size(); k++) {
            if ((mask >> k & 1) == 1) {
                Candidate candidate = state.candidates().get(k);
                samples += candidate.samples();
                low = Math.max(low, candidate.delaySeconds(1, state.band()));
                high =
                        Math.max(
                                high,
                                candidate.delaySeconds(1.0 / Integer.bitCount(mask), state.band()));
            }
        }
        double weight = state.penaltyWeight() * state.importance();
        if (weight / samples + state.queueSeconds() * low >= best) {
            return best; // even if each had the whole band
        }
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (shares(state, mask, middle) <= 1) {
                high = middle;
            } else {
                low = middle;
            }
        }
        double cost = 0;
        for (int k = 0; k < state.candidates().size(); k++) {
            if ((mask >> k & 1) == 1) {
                Candidate candidate = state.candidates().get(k);
                if (!state.joulePrices().isEmpty()) {
                    cost +=
                            state.joulePrices().get(k)
                                    * candidate.joules(
                                            share(candidate, state.band(), high), state.band());
                }
            }
        }
        return weight / samples + state.queueSeconds() * high + cost;
    }

    private static double shares(RoundState state, int mask, double deadline) {
        double sum = 0;
        for (int k = 0; k < state.candidates().size() && sum <= 1; k++) {
            if ((mask >> k & 1) == 1) {
                sum += share(state.candidates().get(k), state.band(), deadline);
            }
        }
        return sum;
    }

    private static double share(Candidate candidate, Band band, double deadline) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 45; i++) {
            double middle = (low + high) / 2;
            if (candidate.delaySeconds(middle, band) <= deadline) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
