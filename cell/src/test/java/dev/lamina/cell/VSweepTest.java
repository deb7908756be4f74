package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class VSweepTest {
    private final Cell cell = Cell.place(CellSpec.DEFAULT, 5, 2);
    private final List<DeviceLoad> loads = Cells.loads(5, false);

    @Test
    void gapFallsAndQueueGrowsWithV() {
        double budget = 2 * Feasibility.smallestMeanDelay(cell, loads, 3_000);
        VSweep sweep = VSweep.run(cell, loads, budget, List.of(2.0, 4.0, 8.0, 16.0), 3_000);
        assertThat(sweep.settledGapSlope()).isCloseTo(-1, Offset.offset(0.2));
        assertThat(sweep.queueSlope()).isCloseTo(1, Offset.offset(0.2));
        for (VSweep.Row row : sweep.rows()) {
            assertThat(row.overBudget()).as("%s", row).isBetween(-0.02, 0.02);
            assertThat(row.gap()).as("%s", row).isPositive();
            assertThat(row.settledGap()).as("%s", row).isPositive();
        }
    }

    /// No policy that keeps the budget is below the bound, and at λ* the bound's rounds keep it.
    @Test
    void theClairvoyantIsALowerBound() {
        int rounds = 100;
        double budget = 1.7 * Feasibility.smallestMeanDelay(cell, loads, rounds);
        Importance importance = new Importance.Contraction(0.98);
        Clairvoyant best = Clairvoyant.solve(cell, loads, rounds, importance, budget, 1e-6);
        assertThat(best.multiplier()).isPositive();
        assertThat(best.meanSeconds()).isCloseTo(budget, Offset.offset(0.02 * budget));
        for (String name : List.of("online", "best-channel:2", "round-robin:1", "all-optimal")) {
            AllocationPolicy policy = AllocationPolicy.parse(name, 1);
            Allocator allocator =
                    new Allocator(
                            cell,
                            policy,
                            4 * budget / best.multiplier(),
                            budget,
                            EnergyBudget.unlimited());
            AllocationRun run =
                    AllocationRun.simulate(cell, policy, allocator, loads, rounds, importance);
            assertThat(run.meanPenalty() + best.multiplier() * run.meanSeconds())
                    .as(name)
                    .isGreaterThanOrEqualTo(best.pricedValue() - 1e-12);
        }
    }

    @Test
    void badSweepsAreTold() {
        assertThatThrownBy(() -> VSweep.run(cell, loads, 1, List.of(2.0, 4.0), 100))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("take 240 rounds");
        assertThatThrownBy(() -> VSweep.run(cell, loads, 1e6, List.of(1.0, 2.0), 120))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not bind");
        assertThatThrownBy(() -> VSweep.run(cell, loads, 1e-3, List.of(1.0, 2.0), 120))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("out of reach");
    }
}
