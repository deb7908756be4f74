package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OptimumTest {
    @Test
    void equalsExhaustiveSearch() {
        for (long seed = 0; seed < 3_000; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 8));
            assertThat(Optimum.of(jobs).makespanSeconds())
                    .as("seed %d", seed)
                    .isCloseTo(exhaustive(jobs), Offset.offset(1e-9));
        }
    }

    @Test
    void theOrderReachesTheOptimum() {
        for (long seed = 0; seed < 200; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 20));
            Schedule schedule = Schedule.schedule(jobs, new ServerOrder.Optimal());
            assertThat(schedule).as("seed %d", seed).isEqualTo(Optimum.of(jobs));
            assertThat(schedule.makespanSeconds())
                    .isGreaterThanOrEqualTo(StepTimes.lowerBoundSeconds(jobs) - 1e-9);
        }
    }

    @Test
    void manyJobs() {
        for (long seed = 0; seed < 20; seed++) {
            // those like the reference's; of equal heads and tails some are out of reach
            List<Job> jobs = randomJobs(5 * seed + 2, 500);
            assertThat(Optimum.of(jobs).makespanSeconds())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(
                            Schedule.schedule(jobs, new ServerOrder.LongestTail()).makespanSeconds()
                                    + 1e-9);
        }
    }

    @Test
    void givesUpWhenTheSearchGrowsTooLong() {
        long hard = -1;
        for (long seed = 0; hard < 0; seed++) {
            List<Job> jobs = randomJobs(seed, 8);
            if (Optimum.of(jobs).makespanSeconds() < StepTimes.lowerBoundSeconds(jobs) - 1e-9) {
                throw new AssertionError("below the lower bound, seed " + seed);
            }
            if (Optimum.of(jobs).makespanSeconds() > StepTimes.lowerBoundSeconds(jobs) + 1e-3) {
                hard = seed;
            }
        }
        List<Job> jobs = randomJobs(hard, 8);
        assertThatThrownBy(() -> Optimum.of(jobs, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("8 jobs")
                .hasMessageContaining("Maybe take --order longest-tail");
    }

    /// Depth first over all sequences, leaving those that are no better than the best already.
    static double exhaustive(List<Job> jobs) {
        return extend(jobs, new ArrayList<>(), 0, 0, Double.POSITIVE_INFINITY);
    }

    private static double extend(
            List<Job> jobs, List<Integer> sequence, double time, double makespan, double best) {
        if (makespan >= best || sequence.size() == jobs.size()) {
            return Math.min(best, makespan);
        }
        double least = best;
        for (int u = 0; u < jobs.size(); u++) {
            if (!sequence.contains(u)) {
                Job job = jobs.get(u);
                double end = Math.max(time, job.headSeconds()) + job.serverSeconds();
                sequence.add(u);
                double later = Math.max(makespan, end + job.tailSeconds());
                least = extend(jobs, sequence, end, later, least);
                sequence.removeLast();
            }
        }
        return least;
    }

    /// Heads, tails and times on the server of several proportions: whole numbers with many ties,
    /// like the reference's, and long tails of jobs that come late.
    static List<Job> randomJobs(long seed, int count) {
        RandomGenerator random = Seeds.stream(seed, "jobs", count);
        int shape = (int) (seed % 5);
        List<Job> jobs = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            jobs.add(
                    switch (shape) {
                        case 0 -> new Job(random.nextInt(6), random.nextInt(4), random.nextInt(6));
                        case 1 ->
                                new Job(
                                        random.nextInt(40),
                                        1 + random.nextInt(9),
                                        random.nextInt(40));
                        case 2 -> {
                            double k = random.nextDouble(0.1, 2);
                            yield new Job(
                                    k * random.nextDouble(0.8, 1.2) + 0.1,
                                    random.nextDouble(0.1, 0.6),
                                    k * random.nextDouble(0.8, 1.2) + 0.1);
                        }
                        case 3 -> {
                            double head = random.nextDouble(0, count);
                            yield new Job(head, random.nextDouble(0.2, 2), head);
                        }
                        default ->
                                new Job(
                                        random.nextDouble(0, count),
                                        random.nextDouble(0, 2),
                                        random.nextDouble(0, count));
                    });
        }
        return jobs;
    }
}
