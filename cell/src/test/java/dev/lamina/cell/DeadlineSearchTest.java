package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineSearchTest {
    private static final AllocationPolicy ONLINE = AllocationPolicy.parse("online", 1);

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void equalsBruteForce(boolean equal, boolean priced) {
        for (long seed = 0; seed < 100; seed++) {
            RoundState state = Problems.random(seed, 1 + (int) (seed % 8 % 7), equal, priced);
            same(state, seed);
        }
        same(Problems.random(1_000, 8, equal, priced), 1_000);
        same(Problems.random(1_001, 8, equal, priced), 1_001);
    }

    private static void same(RoundState state, long seed) {
        double least = Problems.bruteForce(state);
        Allocation allocation = ONLINE.allocate(state);
        assertThat(state.objective(allocation) / least)
                .as("seed %d", seed)
                .isCloseTo(1, Offset.offset(1e-6));
        assertThat(allocation.lowerBound())
                .as("seed %d", seed)
                .isBetween(least * (1 - 1e-6), least * (1 + 1e-9));
        consistent(state, allocation, seed);
    }

    /// Mid-sized cells, for which there is no brute force, are certified.
    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void smallCellsAreCertifiedExact(boolean equal, boolean priced) {
        for (long seed = 0; seed < 20; seed++) {
            RoundState state = Problems.random(seed, 20, equal, priced);
            Allocation allocation = ONLINE.allocate(state);
            assertThat(state.objective(allocation) / allocation.lowerBound())
                    .as("seed %d", seed)
                    .isBetween(1 - 1e-9, 1 + 1e-8);
        }
    }

    /// The certificate of large cells: 0.1 % where energy has no price, 3 % where it has.
    @ParameterizedTest
    @CsvSource({"true, false, 1e-3", "false, false, 1e-3", "true, true, 0.03", "false, true, 0.03"})
    void largeCellsAreCertified(boolean equal, boolean priced, double tolerance) {
        for (long seed = 0; seed < 12; seed++) {
            int devices = seed % 2 == 0 ? 1_000 : 100;
            RoundState state = Problems.random(seed, devices, equal, priced);
            Allocation allocation = ONLINE.allocate(state);
            assertThat(state.objective(allocation) / allocation.lowerBound())
                    .as("seed %d", seed)
                    .isBetween(1 - 1e-9, 1 + tolerance);
            consistent(state, allocation, seed);
        }
    }

    private static void consistent(RoundState state, Allocation allocation, long seed) {
        double sum = 0;
        for (int k = 0; k < state.candidates().size(); k++) {
            sum += allocation.share(k);
            if (allocation.scheduled(k)) {
                assertThat(
                                state.candidates()
                                        .get(k)
                                        .delaySeconds(allocation.share(k), state.band()))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(allocation.predictedSeconds() * (1 + 1e-9))
                        .isGreaterThanOrEqualTo(allocation.predictedSeconds() * (1 - 1e-6));
            }
        }
        assertThat(sum).as("seed %d", seed).isLessThanOrEqualTo(1 + 1e-9);
    }

    @Test
    void anEmptyQueueTakesAllUsableDevices() {
        RoundState state = with(Problems.random(3, 6, false, false), 0);
        List<Candidate> candidates = new ArrayList<>(state.candidates());
        candidates.set(2, new Candidate(2, 5, 0, 1e6, 1e6, 0, 0, 0, 0.2));
        RoundState dead = new RoundState(0, 1, 0, 1, 1, List.of(), state.band(), candidates);
        Allocation allocation = ONLINE.allocate(dead);
        assertThat(allocation.scheduled()).containsExactly(0, 1, 3, 4, 5);
        assertThat(allocation.lowerBound())
                .isCloseTo(dead.objective(allocation), Offset.offset(1e-12));
    }

    @Test
    void aFullQueueTakesTheQuickest() {
        RoundState state = with(Problems.random(5, 6, true, false), 1e9);
        double quickest =
                state.candidates().stream()
                        .mapToDouble(c -> c.delaySeconds(1, state.band()))
                        .min()
                        .orElseThrow();
        Allocation allocation = ONLINE.allocate(state);
        assertThat(allocation.scheduledCount()).isEqualTo(1);
        assertThat(allocation.predictedSeconds()).isCloseTo(quickest, Offset.offset(1e-9));
    }

    /// Devices that are all alike: ties everywhere.
    @Test
    void identicalDevices() {
        Candidate one = new Candidate(0, 16, 0.1, 4e6, 4e6, 1e8, 3, 0, 0.2);
        for (int devices : new int[] {7, 200}) {
            RoundState state =
                    new RoundState(
                            0,
                            1,
                            0.01,
                            1,
                            1,
                            List.of(),
                            Problems.BAND,
                            Collections.nCopies(devices, one));
            Allocation allocation = ONLINE.allocate(state);
            assertThat(state.objective(allocation) / allocation.lowerBound())
                    .isBetween(1 - 1e-9, 1 + 1e-3);
        }
    }

    private static RoundState with(RoundState state, double queueSeconds) {
        return new RoundState(
                state.round(),
                state.importance(),
                queueSeconds,
                state.penaltyWeight(),
                state.budgetSeconds(),
                state.joulePrices(),
                state.band(),
                state.candidates());
    }
}
