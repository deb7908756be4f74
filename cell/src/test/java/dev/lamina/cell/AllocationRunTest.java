package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AllocationRunTest {
    private static final Importance CONSTANT = new Importance.Constant();

    private final Cell cell = Cell.place(CellSpec.DEFAULT, 6, 2);
    private final List<DeviceLoad> loads = Cells.loads(6, false);

    private AllocationRun run(Cell in, String policy, double weight, double budget, int rounds) {
        AllocationPolicy parsed = AllocationPolicy.parse(policy, 1);
        Allocator allocator = new Allocator(in, parsed, weight, budget, EnergyBudget.unlimited());
        return AllocationRun.simulate(in, parsed, allocator, loads, rounds, CONSTANT);
    }

    @Test
    void theBudgetIsKeptInTheLongRun() {
        double budget = 1.5 * Feasibility.smallestMeanDelay(cell, loads, 400);
        AllocationRun run = run(cell, "online", 50 * budget, budget, 400);
        AllocationRun.Round last = run.rounds().getLast();
        double queue = Math.max(last.queueSeconds() + last.seconds() - budget, 0);
        assertThat(run.meanSeconds() - budget).isLessThanOrEqualTo(queue / 400 + 1e-9);
        assertThat(run.meanSeconds()).isLessThan(1.2 * budget);
        assertThat(run.rounds()).hasSize(400);
        assertThat(run.starved()).isEmpty();
    }

    @Test
    void aRunGoesOnFromACheckpoint() {
        AllocationPolicy online = AllocationPolicy.parse("online", 1);
        EnergyBudget energy = new EnergyBudget(Collections.nCopies(6, 0.5), 1e-3);
        Allocator whole = new Allocator(cell, online, 30, 0.6, energy);
        AllocationRun all = AllocationRun.simulate(cell, online, whole, loads, 40, CONSTANT);
        Allocator first = new Allocator(cell, online, 30, 0.6, energy);
        for (int t = 0; t < 20; t++) {
            RoundState problem = first.problem(cell.candidates(t, loads), 1);
            Allocation allocation = first.next(problem);
            first.served(allocation.predictedSeconds(), first.joules(problem, allocation));
        }
        Allocator second = new Allocator(cell, online, 30, 0.6, energy);
        second.restore(first.state());
        AllocationRun rest = AllocationRun.simulate(cell, online, second, loads, 40, CONSTANT);
        assertThat(rest.rounds()).isEqualTo(all.rounds().subList(20, 40));
        assertThat(second.state()).isEqualTo(whole.state());
    }

    @Test
    void energyBudgetsAreKept() {
        AllocationPolicy online = AllocationPolicy.parse("online", 1);
        EnergyBudget energy = new EnergyBudget(Collections.nCopies(6, 0.4), 1e-1);
        Allocator allocator = new Allocator(cell, online, 30, 2, energy);
        int rounds = 300;
        double[] sums = new double[6];
        for (int t = 0; t < rounds; t++) {
            RoundState problem = allocator.problem(cell.candidates(t, loads), 1);
            Allocation allocation = allocator.next(problem);
            List<Double> joules = allocator.joules(problem, allocation);
            IntStream.range(0, 6).forEach(k -> sums[k] += joules.get(k));
            allocator.served(allocation.predictedSeconds(), joules);
        }
        for (int k = 0; k < 6; k++) {
            double over = sums[k] / rounds - 0.4;
            assertThat(over)
                    .as("device %d", k)
                    .isLessThanOrEqualTo(allocator.state().energyQueues().get(k) / rounds + 1e-9)
                    .isLessThan(0.1);
        }
    }

    @Test
    void starvedDevicesAreNamed() {
        Cell dead = cell.withGains((t, k) -> k == 1 ? 0 : k == 2 ? 1e-14 : cell.gain(t, k));
        AllocationRun run = run(dead, "best-channel:2", 1, 1, 30);
        assertThat(run.starved()).containsExactly(new AllocationRun.Starved("device-1", 30));
        assertThat(run.neverScheduled()).contains("device-2").doesNotContain("device-1");
    }

    @Test
    void aBudgetOutOfReachIsTold() {
        double least = Feasibility.smallestMeanDelay(cell, loads, 50);
        assertThatThrownBy(() -> Feasibility.check(cell, loads, 50, 0.9 * least))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("Maybe give at least %.4g s".formatted(least));
        Feasibility.check(cell, loads, 50, 1.01 * least);
    }

    @Test
    void importanceHasMeanOne() {
        Importance contraction = new Importance.Contraction(0.9);
        double mean =
                IntStream.range(0, 30)
                        .mapToDouble(t -> contraction.weight(t, 30))
                        .average()
                        .orElseThrow();
        assertThat(mean).isCloseTo(1, Offset.offset(1e-12));
        assertThat(contraction.weight(28, 30) / contraction.weight(29, 30))
                .isCloseTo(0.9, Offset.offset(1e-12));
        assertThatThrownBy(() -> new Importance.Contraction(1))
                .isInstanceOf(BadInputException.class);
    }
}
