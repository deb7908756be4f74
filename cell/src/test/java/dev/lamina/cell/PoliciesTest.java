package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
    private final Cell cell = Cell.place(CellSpec.DEFAULT, 6, 1);
    private final List<DeviceLoad> loads = Cells.loads(6, false);

    private RoundState state(int round) {
        return new RoundState(
                round, 1, 0.01, 1, 1, List.of(), cell.spec().band(), cell.candidates(round, loads));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "online",
                "all-equal",
                "all-optimal",
                "random:2",
                "round-robin:2",
                "best-channel:2",
                "greedy-deadline:2.5"
            })
    void namesAreReadAndKept(String spec) {
        AllocationPolicy policy = AllocationPolicy.parse(spec, 1);
        assertThat(policy.name()).isEqualTo(spec);
        Allocation allocation = policy.allocate(state(4));
        Allocation again = AllocationPolicy.parse(spec, 1).allocate(state(4));
        assertThat(allocation.shares()).isEqualTo(again.shares());
        if (spec.endsWith(":2")) {
            assertThat(allocation.scheduledCount()).isEqualTo(2);
        }
        if (spec.startsWith("all")) {
            assertThat(allocation.scheduledCount()).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "onlin",
                "online:1",
                "random",
                "random:0",
                "random:x",
                "greedy-deadline:-1"
            })
    void othersAreTold(String spec) {
        assertThatThrownBy(() -> AllocationPolicy.parse(spec, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'" + spec + "'")
                .hasMessageContaining("Maybe");
    }

    @Test
    void moreThanThereAre() {
        AllocationPolicy policy = AllocationPolicy.parse("best-channel:7", 1);
        assertThatThrownBy(() -> new Allocator(cell, policy, 1, 1, EnergyBudget.unlimited()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("7 of 6 devices");
        assertThatThrownBy(() -> policy.allocate(state(0))).isInstanceOf(BadInputException.class);
    }

    @Test
    void roundRobinComesRound() {
        AllocationPolicy policy = AllocationPolicy.parse("round-robin:4", 1);
        assertThat(policy.allocate(state(0)).scheduled()).containsExactly(0, 1, 2, 3);
        assertThat(policy.allocate(state(1)).scheduled()).containsExactly(0, 1, 4, 5);
        assertThat(policy.allocate(state(2)).scheduled()).containsExactly(2, 3, 4, 5);
    }

    @Test
    void randomTakesAllInTime() {
        AllocationPolicy policy = AllocationPolicy.parse("random:1", 1);
        Set<Integer> seen = new HashSet<>();
        for (int t = 0; t < 60; t++) {
            seen.add(policy.allocate(state(t)).scheduled()[0]);
        }
        assertThat(seen).hasSize(6);
    }

    @Test
    void optimalSharesAreNoSlowerThanEqualOnes() {
        for (int t = 0; t < 20; t++) {
            double equal =
                    AllocationPolicy.parse("all-equal", 1).allocate(state(t)).predictedSeconds();
            double optimal =
                    AllocationPolicy.parse("all-optimal", 1).allocate(state(t)).predictedSeconds();
            assertThat(optimal).as("round %d", t).isLessThan(equal);
        }
    }

    @Test
    void aDeadlineIsMet() {
        RoundState state = state(3);
        Allocation met = AllocationPolicy.parse("greedy-deadline:1.5", 1).allocate(state);
        assertThat(met.predictedSeconds()).isLessThanOrEqualTo(1.5 * (1 + 1e-9));
        Allocation quickest = AllocationPolicy.parse("greedy-deadline:0.01", 1).allocate(state);
        assertThat(quickest.scheduledCount()).isEqualTo(1);
        assertThat(quickest.predictedSeconds()).isGreaterThan(0.01);
    }

    @Test
    void aPlugInIsFoundAndChecked() {
        AllocationPolicy first = AllocationPolicy.parse("share-of-first:1", 1);
        assertThat(first.allocate(state(0)).scheduled()).containsExactly(0);
        for (String share : List.of("1.1", "-1", "NaN", "0")) {
            AllocationPolicy bad = AllocationPolicy.parse("share-of-first:" + share, 1);
            assertThatThrownBy(() -> bad.allocate(state(0)))
                    .as(share)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("round 0");
        }
        assertThatThrownBy(() -> AllocationPolicy.parse("nothing", 1))
                .hasMessageContaining("or share-of-first");
    }

    @Test
    void noChannelAtAll() {
        Cell dead = cell.withGains((t, k) -> 0);
        Allocator allocator =
                new Allocator(
                        dead, AllocationPolicy.parse("online", 1), 1, 1, EnergyBudget.unlimited());
        assertThatThrownBy(() -> allocator.next(loads, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("round 0 none of 6 devices has a channel");
    }

    @Test
    void theObjectiveIsTheSumOfItsParts() {
        RoundState state = state(0);
        Allocation allocation = AllocationPolicy.parse("all-equal", 1).allocate(state);
        assertThat(state.objective(allocation))
                .isCloseTo(
                        1.0 / allocation.samples() + 0.01 * allocation.predictedSeconds(),
                        Offset.offset(1e-12));
    }
}
