package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    /// 8 bit/s up, 16 bit/s down: a byte takes a second, or half of one.
    private static final DeviceProfile DEVICE =
            new DeviceProfile(
                    "d",
                    1,
                    1,
                    1,
                    2,
                    10,
                    new LinkProfile(new Channel.Fixed(8, 3), new Channel.Fixed(16, 5)));

    /// Two devices side by side, the server in turn, worked out by hand.
    @Test
    void aStepByHand() {
        Workload work = new Workload();
        int[] serves = new int[2];
        int[] ends = new int[2];
        for (int u = 0; u < 2; u++) {
            int forward = work.compute(u, 1 + u);
            int up = work.upload(u, 2, forward);
            serves[u] = work.serve(u, new Job(3 + u, 4, 1 + 1 + u), 4, up);
            int down = work.download(u, 2, serves[u]);
            ends[u] = work.compute(u, 1 + u, down);
        }
        int all = work.barrier(ends);
        Timeline timeline =
                work.run(
                        List.of(DEVICE, DEVICE),
                        new Service.InTurn(new ServerOrder.LongestTail()),
                        1);
        assertThat(timeline.startSeconds(serves[0])).isEqualTo(3);
        assertThat(timeline.startSeconds(serves[1])).isEqualTo(7);
        assertThat(timeline.makespanSeconds()).isEqualTo(11 + 1 + 2);
        assertThat(timeline.endSeconds(all)).isEqualTo(14);
        assertThat(timeline.finishSeconds(0)).isEqualTo(7 + 1 + 1);
        assertThat(timeline.finishSeconds(1)).isEqualTo(14);
        assertThat(timeline.waitingSeconds(0)).isZero();
        assertThat(timeline.waitingSeconds(1)).isEqualTo(3);
        assertThat(timeline.computeSeconds(1)).isEqualTo(4);
        assertThat(timeline.uploadSeconds(1)).isEqualTo(2);
        assertThat(timeline.downloadSeconds(1)).isEqualTo(1);
        assertThat(timeline.utilisation(1)).isEqualTo(4 / 14.0);
        assertThat(timeline.energyJoules(0)).isEqualTo(2 * 10 + 2 * 3 + (14 - 4) * 2);
        assertThat(timeline.serverBusySeconds()).isEqualTo(8);
        assertThat(timeline.serverUtilisation()).isEqualTo(8 / 14.0);
        assertThat(timeline.serverEnergyJoules(new ServerProfile("s", 1, 1, 1, 1, 100)))
                .isEqualTo(806);
        assertThat(timeline.bars())
                .hasSize(10)
                .contains(
                        new Timeline.Bar(TaskKind.COMPUTE, 0, 0, 1),
                        new Timeline.Bar(TaskKind.UPLOAD, 0, 1, 3),
                        new Timeline.Bar(TaskKind.SERVE, 1, 7, 11),
                        new Timeline.Bar(TaskKind.DOWNLOAD, 1, 11, 12));
        assertThat(timeline.bars().stream().filter(Timeline.Bar::onServer)).hasSize(2);

        Timeline shared = work.run(List.of(DEVICE, DEVICE), new Service.SideBySide(0.5), 1);
        // alone from 3 to 4; then two at a third each: the first has 3 left and is done at 13, the
        // second then has 1 left, alone
        assertThat(shared.endSeconds(serves[0])).isCloseTo(13, EPSILON);
        assertThat(shared.endSeconds(serves[1])).isCloseTo(14, EPSILON);
        assertThat(shared.serverBusySeconds()).isCloseTo(11, EPSILON);
        assertThat(shared.waitingSeconds(1)).isZero();
    }

    @Test
    void aResourceDoesOneTaskAtATimeFirstComeFirstServed() {
        Workload work = new Workload();
        int gate = work.compute(1, 2);
        int late = work.compute(0, 1, gate);
        int first = work.compute(0, 3);
        int second = work.compute(0, 1);
        int up = work.upload(0, 1);
        Timeline timeline = work.run(List.of(DEVICE, DEVICE), new Service.SideBySide(0), 1);
        assertThat(timeline.startSeconds(first)).isZero();
        assertThat(timeline.startSeconds(second)).isEqualTo(3);
        assertThat(timeline.startSeconds(late)).isEqualTo(4);
        assertThat(timeline.startSeconds(up)).isZero();
        // sends for a second while it computes: active for five seconds in all, never idle
        assertThat(timeline.energyJoules(0)).isEqualTo(5 * 10 + 3);
    }

    @Test
    void oneStepIsThatOfTheSchedule() {
        for (long seed = 0; seed < 300; seed++) {
            List<Job> jobs = OptimumTest.randomJobs(seed, 1 + (int) (seed % 12));
            List<DeviceProfile> devices = Collections.nCopies(jobs.size(), DEVICE);
            Workload work = step(jobs, false);
            for (ServerOrder order : Orders.ALL) {
                Schedule schedule = Schedule.schedule(jobs, order);
                Timeline timeline = work.run(devices, new Service.InTurn(order), seed);
                assertThat(timeline.makespanSeconds())
                        .as("seed %d, %s", seed, order.spec())
                        .isEqualTo(schedule.makespanSeconds());
                for (int u = 0; u < jobs.size(); u++) {
                    assertThat(timeline.startSeconds(3 * u + 1))
                            .as("seed %d, %s", seed, order.spec())
                            .isEqualTo(schedule.slots().get(u).startSeconds());
                    assertThat(timeline.finishSeconds(u))
                            .isEqualTo(schedule.slots().get(u).finishSeconds());
                }
            }
            assertThat(work.run(devices, new Service.SideBySide(0), seed).makespanSeconds())
                    .as("seed %d", seed)
                    .isEqualTo(StepTimes.parallelSeconds(jobs));
            for (ServerOrder order : Orders.ALL) {
                if (!order.waits()) {
                    assertThat(
                                    step(jobs, true)
                                            .run(devices, new Service.InTurn(order), seed)
                                            .makespanSeconds())
                            .as("seed %d, %s", seed, order.spec())
                            .isCloseTo(StepTimes.sequentialSeconds(jobs), EPSILON);
                }
            }
        }
    }

    /// With one task at a time a server cannot be faster than with ideal sharing in its work, and a
    /// penalty only makes sharing slower.
    @Test
    void penaltiesCost() {
        for (long seed = 0; seed < 100; seed++) {
            List<Job> jobs = OptimumTest.randomJobs(seed, 6);
            List<DeviceProfile> devices = Collections.nCopies(6, DEVICE);
            double last = 0;
            for (double penalty : new double[] {0, 0.1, 0.5, 2}) {
                Timeline timeline =
                        step(jobs, false).run(devices, new Service.SideBySide(penalty), seed);
                assertThat(timeline.makespanSeconds())
                        .as("seed %d, penalty %s", seed, penalty)
                        .isGreaterThanOrEqualTo(last - 1e-9);
                last = timeline.makespanSeconds();
            }
        }
    }

    /// Random graphs on few resources: no two tasks at once on one, none before what it comes
    /// after, none idle while a task of its is ready.
    @Test
    void everyTimelineIsFeasible() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = Seeds.stream(seed, "graph");
            Workload work = new Workload();
            List<int[]> afters = new ArrayList<>();
            for (int task = 0; task < 40; task++) {
                int most = Math.min(task, random.nextInt(4));
                int[] after = new int[most];
                for (int i = 0; i < most; i++) {
                    after[i] = random.nextInt(task);
                }
                afters.add(after);
                int device = random.nextInt(3);
                double amount = random.nextInt(4);
                switch (random.nextInt(5)) {
                    case 0 -> work.compute(device, amount, after);
                    case 1 -> work.upload(device, amount, after);
                    case 2 -> work.serve(device, new Job(0, amount, amount), amount, after);
                    case 3 -> work.download(device, amount, after);
                    default -> work.barrier(after);
                }
            }
            for (ServerOrder order : Orders.ALL) {
                if (!order.waits()) {
                    Timeline timeline =
                            work.run(
                                    Collections.nCopies(3, DEVICE),
                                    new Service.InTurn(order),
                                    seed);
                    assertFeasible(seed, work, afters, timeline);
                }
            }
        }
    }

    private static void assertFeasible(
            long seed, Workload work, List<int[]> afters, Timeline timeline) {
        for (int task = 0; task < work.tasks(); task++) {
            double ready = 0;
            for (int before : afters.get(task)) {
                ready = Math.max(ready, timeline.endSeconds(before));
            }
            double start = timeline.startSeconds(task);
            assertThat(start).as("seed %d, task %d", seed, task).isGreaterThanOrEqualTo(ready);
            double busy = ready;
            List<double[]> others = new ArrayList<>();
            for (int other = 0; other < work.tasks(); other++) {
                if (other != task && resource(work, other).equals(resource(work, task))) {
                    others.add(
                            new double[] {
                                timeline.startSeconds(other), timeline.endSeconds(other)
                            });
                }
            }
            others.sort((a, b) -> Double.compare(a[0] + a[1], b[0] + b[1]));
            for (double[] other : others) {
                assertThat(other[1] <= start || other[0] >= timeline.endSeconds(task))
                        .as("seed %d, task %d overlaps", seed, task)
                        .isTrue();
                if (other[0] <= busy && other[1] > busy && other[1] <= start) {
                    busy = other[1];
                }
            }
            if (work.kind(task) != TaskKind.BARRIER) {
                assertThat(busy).as("seed %d, task %d could begin", seed, task).isEqualTo(start);
            }
        }
    }

    private static String resource(Workload work, int task) {
        return switch (work.kind(task)) {
            case SERVE -> "server";
            case BARRIER -> "barrier " + task;
            case COMPUTE, UPLOAD, DOWNLOAD -> work.kind(task) + " " + work.device(task);
        };
    }

    /// An order that waits serves the first step of all, then the second of all.
    @Test
    void anOrderThatWaitsServesWaveAfterWave() {
        List<Job> jobs = List.of(new Job(1, 1, 1), new Job(5, 1, 5), new Job(2, 1, 3));
        Workload work = new Workload();
        int[] last = new int[3];
        int[][] serves = new int[2][3];
        for (int step = 0; step < 2; step++) {
            for (int u = 0; u < 3; u++) {
                Job job = jobs.get(u);
                int head =
                        step == 0
                                ? work.compute(u, job.headSeconds())
                                : work.compute(u, job.headSeconds(), last[u]);
                serves[step][u] = work.serve(u, job, 1, head);
                last[u] = work.compute(u, job.tailSeconds(), serves[step][u]);
            }
        }
        Timeline strict =
                work.run(
                        Collections.nCopies(3, DEVICE),
                        new Service.InTurn(new ServerOrder.StrictLongestTail()),
                        1);
        // 1 at 5, 2 at 6, 0 at 7; 1 comes again at 16, 2 waits since 12, 0 since 10
        assertThat(strict.startSeconds(serves[0][1])).isEqualTo(5);
        assertThat(strict.startSeconds(serves[0][0])).isEqualTo(7);
        assertThat(strict.startSeconds(serves[1][1])).isEqualTo(16);
        assertThat(strict.startSeconds(serves[1][2])).isEqualTo(17);
        assertThat(strict.startSeconds(serves[1][0])).isEqualTo(18);
        assertThat(strict.waitingSeconds(0)).isEqualTo(6 + 8);
    }

    @Test
    void anOrderThatWaitsForOneBehindIsReported() {
        Workload work = step(List.of(new Job(1, 1, 1), new Job(1, 1, 2)), true);
        assertThatThrownBy(() ->
                        work.run(
                                List.of(DEVICE, DEVICE),
                                new Service.InTurn(new ServerOrder.StrictLongestTail()),
                                1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("strict-longest-tail")
                .hasMessageContaining("Maybe take");
    }

    @Test
    void fadingFollowsFromTheSeed() {
        Channel fading = new Channel.BlockFading(1e6, 0.1, 100, 4e-21);
        DeviceProfile device = DEVICE.withLink(new LinkProfile(fading, fading));
        double mean = device.link().uplinkSeconds(1e6);
        Workload work = new Workload();
        for (int i = 0; i < 2_000; i++) {
            work.upload(0, 1e6);
            work.download(0, 1e6);
        }
        Timeline one = work.run(List.of(device), new Service.SideBySide(0), 1);
        Timeline same = work.run(List.of(device), new Service.SideBySide(0), 1);
        Timeline other = work.run(List.of(device), new Service.SideBySide(0), 2);
        assertThat(one.bars()).isEqualTo(same.bars()).isNotEqualTo(other.bars());
        assertThat(one.uploadSeconds(0)).isNotEqualTo(one.downloadSeconds(0));
        // A concave rate of a gain of mean 1: slower on average than at the mean (Jensen).
        assertThat(one.uploadSeconds(0) / 2_000).isBetween(mean, 1.5 * mean);
        for (Timeline.Bar bar : one.bars()) {
            assertThat(bar.endSeconds() - bar.startSeconds())
                    .isBetween(0.0, fading.seconds(1e6, 0) + 1e-6);
        }
    }

    @Test
    void manyDevices() {
        int count = 20_000;
        List<Job> jobs = OptimumTest.randomJobs(2, count);
        Timeline timeline =
                step(jobs, false)
                        .run(
                                Collections.nCopies(count, DEVICE),
                                new Service.InTurn(new ServerOrder.LongestTail()),
                                1);
        assertThat(timeline.makespanSeconds())
                .isEqualTo(
                        Schedule.schedule(jobs, new ServerOrder.LongestTail()).makespanSeconds());
    }

    @Test
    void tasksThatCannotBe() {
        Workload work = new Workload();
        work.compute(0, 1);
        assertThatThrownBy(() -> work.compute(0, -1)).hasMessageContaining("seconds is -1.0");
        assertThatThrownBy(() -> work.upload(0, Double.NaN)).hasMessageContaining("bytes is NaN");
        assertThatThrownBy(() -> work.compute(-1, 1)).hasMessageContaining("device of task 1");
        assertThatThrownBy(() -> work.compute(0, 1, 1)).hasMessageContaining("after task 1");
        assertThat(work.tasks()).isEqualTo(1);
        assertThatThrownBy(() -> work.run(List.of(), new Service.SideBySide(0), 1))
                .hasMessageContaining("device 0 of 0");
        assertThatThrownBy(() -> new Service.SideBySide(-1)).hasMessageContaining("penalty");
        assertThat(new Workload().run(List.of(), new Service.SideBySide(0), 1).makespanSeconds())
                .isZero();
    }

    /// Head, service and tail of each job as tasks; chained, each job comes after the one before.
    static Workload step(List<Job> jobs, boolean chained) {
        Workload work = new Workload();
        for (int u = 0; u < jobs.size(); u++) {
            Job job = jobs.get(u);
            int head =
                    chained && u > 0
                            ? work.compute(u, job.headSeconds(), work.tasks() - 1)
                            : work.compute(u, job.headSeconds());
            int serve = work.serve(u, job, job.serverSeconds(), head);
            work.compute(u, job.tailSeconds(), serve);
        }
        return work;
    }
}
