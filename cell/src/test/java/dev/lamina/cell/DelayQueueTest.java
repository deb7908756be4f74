package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DelayQueueTest {
    private static final double[] PENALTY_SCALE = {1, .7, .5, .3};
    private static final double[] PENALTY_BASE = {.2, .2, .1, .05};
    private static final double[] COST_SCALE = {0, .6, 1, 1.5};

    @Test
    void theMeanIsBoundedByTheQueue() {
        for (long seed = 0; seed < 50; seed++) {
            RandomGenerator random = Seeds.stream(seed, "queue");
            double start = seed % 2 == 0 ? 0 : 5;
            DelayQueue queue = new DelayQueue(start, 1);
            double sum = 0;
            boolean empty = false;
            int rounds = 200;
            for (int t = 0; t < rounds; t++) {
                double seconds = random.nextDouble(0.5, 1.7);
                sum += seconds;
                empty |= queue.value() + seconds < 1;
                queue = queue.served(seconds);
            }
            double over = sum / rounds - 1;
            double bound = (queue.value() - start) / rounds;
            assertThat(over).as("seed %d", seed).isLessThanOrEqualTo(bound + 1e-12);
            if (!empty) {
                assertThat(over).as("seed %d", seed).isCloseTo(bound, Offset.offset(1e-12));
            }
        }
    }

    /// The ready-made table of the reference, section 8.2, with our own draws: gap x V, mean Q / V,
    /// and the slopes.
    @Test
    void valuesOfTheReference() {
        double[] weights = {1, 2, 5, 10, 20, 50, 100};
        double[] gaps = {.026, .025, .024, .024, .023, .023, .021};
        double[] queues = {.543, .460, .415, .401, .393, .389, .387};
        List<Double> logGaps = new ArrayList<>();
        List<Double> logQueues = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            double[] means = means(weights[i], 400_000);
            assertThat(means[0] * weights[i])
                    .as("gap, V = %s", weights[i])
                    .isCloseTo(gaps[i], Offset.offset(0.006));
            assertThat(means[1] / weights[i])
                    .as("queue, V = %s", weights[i])
                    .isCloseTo(queues[i], Offset.offset(0.01));
            logGaps.add(Math.log(means[0]));
            logQueues.add(Math.log(means[1]));
        }
        double span = Math.log(100);
        assertThat((logGaps.getLast() - logGaps.getFirst()) / span)
                .isCloseTo(-1, Offset.offset(0.15));
        assertThat((logQueues.getLast() - logQueues.getFirst()) / span)
                .isCloseTo(1, Offset.offset(0.1));
    }

    /// Gap priced at the reference's multiplier, which leaves less noise, and mean queue.
    private static double[] means(double weight, int slots) {
        double multiplier = 0.3862;
        RandomGenerator random = Seeds.stream(1, "iid");
        DelayQueue queue = new DelayQueue(0, 0.3);
        double gap = 0;
        double sum = 0;
        for (int t = 0; t < slots; t++) {
            double best = Double.POSITIVE_INFINITY;
            double taken = 0;
            double price = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int k = 0; k < 4; k++) {
                double penalty = random.nextDouble() * PENALTY_SCALE[k] + PENALTY_BASE[k];
                double cost = random.nextDouble() * COST_SCALE[k];
                double objective = weight * penalty + queue.value() * cost;
                if (objective < best) {
                    best = objective;
                    taken = cost;
                    price = penalty + multiplier * cost;
                }
                least = Math.min(least, penalty + multiplier * cost);
            }
            gap += price - least;
            sum += queue.value();
            queue = queue.served(taken);
        }
        return new double[] {gap / slots, sum / slots};
    }
}
