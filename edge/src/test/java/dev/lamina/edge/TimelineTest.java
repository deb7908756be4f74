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

class TimelineTest {
    private static final double EPSILON = 1e-9;

    @Test
    void slotsOfASmallExample() {
        List<Job> jobs = List.of(new Job(4, 2, 4), new Job(1, 2, 1), new Job(2, 1, 2));
        Timeline tail = Timeline.schedule(jobs, new ServerOrder.LongestTail());
        // job 1 is alone at 1; at 3 only job 2 has arrived; at 4 job 0
        assertThat(tail.sequence()).containsExactly(1, 2, 0);
        assertThat(tail.slots())
                .containsExactly(
                        new Timeline.Slot(4, 6, 10),
                        new Timeline.Slot(1, 3, 4),
                        new Timeline.Slot(3, 4, 6));
        assertThat(tail.makespanSeconds()).isEqualTo(10);

        Timeline strict = Timeline.schedule(jobs, new ServerOrder.StrictLongestTail());
        assertThat(strict.sequence()).containsExactly(0, 2, 1);
        assertThat(strict.slots().getLast()).isEqualTo(new Timeline.Slot(6, 7, 9));
        assertThat(StepTimes.sequentialSeconds(jobs)).isEqualTo(19);
    }

    @Test
    void equalJobsAreServedByIndex() {
        List<Job> jobs = Collections.nCopies(4, new Job(1, 1, 1));
        for (ServerOrder order : Orders.ALL.subList(0, 4)) {
            assertThat(Timeline.schedule(jobs, order).sequence())
                    .as(order.spec())
                    .containsExactly(0, 1, 2, 3);
        }
        assertThat(Timeline.optimum(jobs).sequence()).containsExactly(0, 1, 2, 3);
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
    void everyTimelineIsFeasible() {
        for (long seed = 0; seed < 200; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 9));
            for (ServerOrder order : Orders.ALL) {
                Timeline timeline = Timeline.schedule(jobs, order);
                assertThat(timeline.sequence())
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.range(0, jobs.size()).boxed().toList());
                double free = 0;
                for (int u : timeline.sequence()) {
                    Job job = jobs.get(u);
                    Timeline.Slot slot = timeline.slots().get(u);
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
                Timeline timeline = Timeline.schedule(jobs, order);
                double free = 0;
                for (int i = 0; i < jobs.size(); i++) {
                    double start = timeline.slots().get(timeline.sequence().get(i)).startSeconds();
                    for (int u : timeline.sequence().subList(i, jobs.size())) {
                        // nobody who is still to come had arrived while the server was idle
                        assertThat(Math.max(free, jobs.get(u).headSeconds()))
                                .as("seed %d, %s", seed, order.spec())
                                .isGreaterThanOrEqualTo(start);
                    }
                    free = timeline.slots().get(timeline.sequence().get(i)).endSeconds();
                }
            }
        }
    }

    @Test
    void lowerBoundThenOptimumThenAnyOrder() {
        for (long seed = 0; seed < 300; seed++) {
            List<Job> jobs = randomJobs(seed, 1 + (int) (seed % 7));
            double bound = StepTimes.lowerBoundSeconds(jobs);
            double optimum = Timeline.optimum(jobs).makespanSeconds();
            assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(optimum + EPSILON);
            for (ServerOrder order : Orders.ALL) {
                assertThat(optimum)
                        .as("seed %d, %s", seed, order.spec())
                        .isLessThanOrEqualTo(Timeline.schedule(jobs, order).makespanSeconds());
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
    void optimumIsThatOfAllPermutations() {
        for (long seed = 0; seed < 50; seed++) {
            List<Job> jobs = randomJobs(seed, 4);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < 256; i++) {
                List<Integer> sequence = List.of(i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6);
                if (sequence.stream().distinct().count() == 4) {
                    best = Math.min(best, Timeline.inSequence(jobs, sequence).makespanSeconds());
                }
            }
            assertThat(Timeline.optimum(jobs).makespanSeconds())
                    .as("seed %d", seed)
                    .isEqualTo(best);
        }
    }

    @Test
    void longestTailIsOptimalForEqualHeads() {
        for (long seed = 0; seed < 50; seed++) {
            List<Job> jobs =
                    randomJobs(seed, 6).stream()
                            .map(job -> new Job(0.5, job.serverSeconds(), job.tailSeconds()))
                            .toList();
            double optimum = Timeline.optimum(jobs).makespanSeconds();
            for (ServerOrder order :
                    List.of(new ServerOrder.LongestTail(), new ServerOrder.StrictLongestTail())) {
                assertThat(Timeline.schedule(jobs, order).makespanSeconds())
                        .as("seed %d", seed)
                        .isCloseTo(optimum, Offset.offset(EPSILON));
            }
            assertThat(StepTimes.lowerBoundSeconds(jobs))
                    .isCloseTo(optimum, Offset.offset(EPSILON));
        }
    }

    /// The comparison of section 1.5 of the reference, with our own draws and the tail as the
    /// rule's key: mean ratio to the optimum 1.092 (strict), 1.078 (fifo), 1.032 (the rule among
    /// the arrived).
    @Test
    void theRuleIsBestAmongTheArrived() {
        double[] means = new double[3];
        List<ServerOrder> orders =
                List.of(
                        new ServerOrder.StrictLongestTail(),
                        new ServerOrder.Fifo(),
                        new ServerOrder.LongestTail());
        int instances = 400;
        for (long seed = 0; seed < instances; seed++) {
            List<Job> jobs = randomJobs(seed, 6);
            double optimum = Timeline.optimum(jobs).makespanSeconds();
            for (int i = 0; i < means.length; i++) {
                means[i] +=
                        Timeline.schedule(jobs, orders.get(i)).makespanSeconds()
                                / optimum
                                / instances;
            }
        }
        assertThat(means[0]).isCloseTo(1.092, Offset.offset(0.02));
        assertThat(means[1]).isCloseTo(1.078, Offset.offset(0.02));
        assertThat(means[2]).isCloseTo(1.032, Offset.offset(0.02));
    }

    @Test
    void nineJobsAreTooManyForTheOptimum() {
        assertThatThrownBy(() -> Timeline.optimum(randomJobs(1, 9)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("9 jobs");
    }

    @Test
    void nothingToDo() {
        assertThat(Timeline.schedule(List.of(), new ServerOrder.Fifo()).makespanSeconds()).isZero();
        assertThat(Timeline.optimum(List.of()).makespanSeconds()).isZero();
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
                .hasMessageContaining("'lifo'");
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
