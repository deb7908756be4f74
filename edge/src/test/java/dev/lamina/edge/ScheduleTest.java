package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final double EPSILON = 1e-9;

    @Test
    void slotsOfASmallExample() {
        List<Job> jobs = List.of(new Job(4, 2, 4), new Job(1, 2, 1), new Job(2, 1, 2));
        Schedule tail = Schedule.schedule(jobs, new ServerOrder.LongestTail());
        // job 1 is alone at 1; at 3 only job 2 has arrived; at 4 job 0
        assertThat(tail.sequence()).containsExactly(1, 2, 0);
        assertThat(tail.slots())
                .containsExactly(
                        new Schedule.Slot(4, 6, 10),
                        new Schedule.Slot(1, 3, 4),
                        new Schedule.Slot(3, 4, 6));
        assertThat(tail.makespanSeconds()).isEqualTo(10);

        Schedule strict = Schedule.schedule(jobs, new ServerOrder.StrictLongestTail());
        assertThat(strict.sequence()).containsExactly(0, 2, 1);
        assertThat(strict.slots().getLast()).isEqualTo(new Schedule.Slot(6, 7, 9));
        assertThat(StepTimes.sequentialSeconds(jobs)).isEqualTo(19);
    }

    @Test
    void equalJobsAreServedByIndex() {
        List<Job> jobs = Collections.nCopies(4, new Job(1, 1, 1));
        for (ServerOrder order : Orders.ALL.subList(0, 4)) {
            assertThat(Schedule.schedule(jobs, order).sequence())
                    .as(order.spec())
                    .containsExactly(0, 1, 2, 3);
        }
        assertThat(Optimum.of(jobs).sequence()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void processorSharingByHand() {
        // alone until 1, then two at half speed: the first has 1 left and is done at 3, the second,
        // with 1 left, at 4
        List<Job> jobs = List.of(new Job(0, 2, 5), new Job(1, 2, 1));
        assertThat(StepTimes.parallelSeconds(jobs)).isEqualTo(8);
        List<Job> second = List.of(new Job(0, 2, 0), new Job(1, 2, 1));
        assertThat(StepTimes.parallelSeconds(second)).isEqualTo(5);
    }

    @Test
    void everyScheduleIsFeasible() {
        for (long seed = 0; seed < 200; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 9));
            for (ServerOrder order : Orders.ALL) {
                Schedule schedule = Schedule.schedule(jobs, order);
                assertThat(schedule.sequence())
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.range(0, jobs.size()).boxed().toList());
                double free = 0;
                for (int u : schedule.sequence()) {
                    Job job = jobs.get(u);
                    Schedule.Slot slot = schedule.slots().get(u);
                    assertThat(slot.startSeconds())
                            .as("seed %d, %s", seed, order.spec())
                            .isEqualTo(Math.max(free, job.headSeconds()));
                    free = slot.endSeconds();
                    assertThat(slot.finishSeconds()).isEqualTo(free + job.tailSeconds());
                }
            }
        }
    }

    @Test
    void anOrderThatDoesNotWaitLeavesNoArrivedJobStanding() {
        for (long seed = 0; seed < 100; seed++) {
            List<Job> jobs = randomJobs(seed, 6);
            for (ServerOrder order : Orders.ALL) {
                if (order.waits()) {
                    continue;
                }
                Schedule schedule = Schedule.schedule(jobs, order);
                double free = 0;
                for (int i = 0; i < jobs.size(); i++) {
                    double start = schedule.slots().get(schedule.sequence().get(i)).startSeconds();
                    for (int u : schedule.sequence().subList(i, jobs.size())) {
                        // nobody who is still to come had arrived while the server was idle
                        assertThat(Math.max(free, jobs.get(u).headSeconds()))
                                .as("seed %d, %s", seed, order.spec())
                                .isGreaterThanOrEqualTo(start);
                    }
                    free = schedule.slots().get(schedule.sequence().get(i)).endSeconds();
                }
            }
        }
    }

    @Test
    void lowerBoundThenOptimumThenAnyOrder() {
        for (long seed = 0; seed < 300; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 7));
            double bound = StepTimes.lowerBoundSeconds(jobs);
            double optimum = Optimum.of(jobs).makespanSeconds();
            assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(optimum + EPSILON);
            for (ServerOrder order : Orders.ALL) {
                assertThat(optimum)
                        .as("seed %d, %s", seed, order.spec())
                        .isLessThanOrEqualTo(
                                Schedule.schedule(jobs, order).makespanSeconds() + EPSILON);
            }
            // the weaker bounds that hold for any schedule
            double longest = jobs.stream().mapToDouble(Job::totalSeconds).max().orElseThrow();
            double work =
                    jobs.stream().mapToDouble(Job::headSeconds).min().orElseThrow()
                            + jobs.stream().mapToDouble(Job::serverSeconds).sum()
                            + jobs.stream().mapToDouble(Job::tailSeconds).min().orElseThrow();
            assertThat(bound)
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(Math.max(longest, work) - EPSILON);
            assertThat(StepTimes.parallelSeconds(jobs))
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(bound - EPSILON);
        }
    }

    @Test
    void longestTailIsOptimalForEqualHeads() {
        for (long seed = 0; seed < 50; seed++) {
            List<Job> jobs =
                    randomJobs(seed, 6).stream()
                            .map(job -> new Job(0.5, job.serverSeconds(), job.tailSeconds()))
                            .toList();
            double optimum = Optimum.of(jobs).makespanSeconds();
            for (ServerOrder order :
                    List.of(new ServerOrder.LongestTail(), new ServerOrder.StrictLongestTail())) {
                assertThat(Schedule.schedule(jobs, order).makespanSeconds())
                        .as("seed %d", seed)
                        .isCloseTo(optimum, Offset.offset(EPSILON));
            }
            assertThat(StepTimes.lowerBoundSeconds(jobs))
                    .isCloseTo(optimum, Offset.offset(EPSILON));
        }
    }

    @Test
    void nothingToDo() {
        assertThat(Schedule.schedule(List.of(), new ServerOrder.Fifo()).makespanSeconds()).isZero();
        assertThat(Optimum.of(List.of()).makespanSeconds()).isZero();
        assertThat(StepTimes.parallelSeconds(List.of())).isZero();
        assertThat(StepTimes.lowerBoundSeconds(List.of())).isZero();
    }

    @Test
    void ordersByName() {
        for (ServerOrder order : Orders.ALL) {
            assertThat(ServerOrder.parse(order.spec(), 3)).isEqualTo(order);
        }
        assertThatThrownBy(() -> ServerOrder.parse("lifo", 3))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("'lifo'")
                .hasMessageContaining("fifo, longest-tail, strict-longest-tail")
                .hasMessageContaining("optimal or lowest-index-first");
    }

    @Test
    void anOrderOfALibrary() {
        assertThat(ServerOrder.parse("lowest-index-first", 7))
                .isEqualTo(new LowestIndexFirst.Order(7));
    }

    @Test
    void anOrderWithoutANumberForEachJob() {
        ServerOrder broken =
                new ServerOrder() {
                    @Override
                    public String spec() {
                        return "broken";
                    }

                    @Override
                    public double[] priorities(List<Job> jobs) {
                        return new double[] {Double.NaN};
                    }
                };
        for (int count : new int[] {1, 2}) {
            assertThatThrownBy(() -> Schedule.schedule(randomJobs(1, count), broken))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("order 'broken' gives 1 priorities for " + count);
        }
    }

    /// As in section 1.5 of the reference: slow devices are slow both ways.
    private static List<Job> randomJobs(long seed, int count) {
        RandomGenerator random = Seeds.stream(seed, "jobs");
        List<Job> jobs = new ArrayList<>();
        for (int u = 0; u < count; u++) {
            double k = random.nextDouble(0.1, 2);
            jobs.add(
                    new Job(
                            k * random.nextDouble(0.8, 1.2) + 0.1,
                            random.nextDouble(0.1, 0.6),
                            k * random.nextDouble(0.8, 1.2) + 0.1));
        }
        return jobs;
    }
}
