package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepPlanTest {
    @Test
    void spreadsAllPassesEvenlyOverTheRounds() {
        StepPlan plan = plan(new int[] {10, 7}, 2, 0, 4);
        assertThat(plan.total()).isEqualTo(34);
        assertThat(plan.rounds()).isEqualTo(4);
        assertThat(plan.stepsAfter(0, 0)).isEqualTo(5);
        assertThat(plan.stepsAfter(0, 3)).isEqualTo(20);
        assertThat(plan.stepsAfter(1, 3)).isEqualTo(14);
    }

    @Test
    void aCapIsMetExactlyWhateverTheShares() {
        for (int cap = 1; cap < 60; cap++) {
            assertThat(plan(new int[] {31, 2, 17, 17}, 1, cap, 5).total()).isEqualTo(cap);
        }
        assertThat(plan(new int[] {31, 2}, 1, 1000, 5).total()).isEqualTo(33);
    }

    @Test
    void takesNoMoreRoundsThanSteps() {
        assertThat(plan(new int[] {2, 3}, 1, 0, 100).rounds()).isEqualTo(3);
    }

    private static StepPlan plan(int[] perPass, double epochs, int maxSteps, int rounds) {
        return StepPlan.of(perPass, new int[perPass.length], epochs, maxSteps, rounds);
    }
}
