package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tables of `reference/training.md`, section 1.5, to the digits printed there: BERT-base,
/// batch 16, 128 tokens, fp32 at the cut, the six nominal devices.
class GoldenTimesTest {
    private static final StepCost BERT_BASE = new StepCost(16, 128, 768, 3_072, 12, 4, 0);

    @ParameterizedTest
    @CsvSource({
        "1 1 2 2 2 3, 100, 7.481, 1.453, 81",
        "1 1 2 2 2 3, 1000, 2.046, 0.547, 73",
        "1 2 2 3 3 3, 100, 7.788, 1.453, 81",
        "1 2 2 3 3 3, 1000, 2.352, 0.547, 77",
        "1 1 1 1 1 1, 100, 7.099, 1.453, 80",
        "1 1 1 1 1 1, 1000, 1.663, 0.547, 67",
        "3 3 3 3 3 3, 100, 8.888, 2.290, 74",
        "3 3 3 3 3 3, 1000, 3.452, 1.384, 60",
    })
    void gpuServer(
            String split, double megabits, String sequential, String everyOther, int savedPercent) {
        List<Job> jobs = jobs(split, megabits, Profiles.GPU_SERVER);
        assertThat(printed(StepTimes.sequentialSeconds(jobs))).isEqualTo(sequential);
        assertThat(printed(StepTimes.parallelSeconds(jobs))).isEqualTo(everyOther);
        assertThat(printed(Optimum.of(jobs).makespanSeconds())).isEqualTo(everyOther);
        for (ServerOrder order : Orders.ALL) {
            assertThat(printed(makespan(jobs, order))).as(order.spec()).isEqualTo(everyOther);
            assertThat(printed(simulated(split, megabits, Profiles.GPU_SERVER, order)))
                    .as(order.spec())
                    .isEqualTo(everyOther);
        }
        double saved =
                1
                        - makespan(jobs, new ServerOrder.LongestTail())
                                / StepTimes.sequentialSeconds(jobs);
        assertThat(Math.round(100 * saved)).isEqualTo(savedPercent);
    }

    @ParameterizedTest
    @CsvSource({
        "1 1 2 2 2 3, 100, 27.537, 21.484, 21.348, 22",
        "1 1 2 2 2 3, 1000, 22.102, 20.578, 20.442, 8",
        "1 2 2 3 3 3, 100, 26.858, 20.503, 20.400, 24",
        "1 2 2 3 3 3, 1000, 21.422, 19.598, 19.494, 9",
        "1 1 1 1 1 1, 100, 28.799, 23.096, 22.921, 20",
        "1 1 1 1 1 1, 1000, 23.363, 22.190, 22.015, 6",
        "3 3 3 3 3 3, 100, 26.642, 19.600, 19.076, 28",
        "3 3 3 3 3 3, 1000, 21.206, 18.694, 18.170, 14",
    })
    void cpuServer(
            String split,
            double megabits,
            String sequential,
            String parallel,
            String rule,
            int savedPercent) {
        List<Job> jobs = jobs(split, megabits, Profiles.CPU_SERVER);
        assertThat(printed(StepTimes.sequentialSeconds(jobs))).isEqualTo(sequential);
        assertThat(printed(StepTimes.parallelSeconds(jobs))).isEqualTo(parallel);
        assertThat(printed(makespan(jobs, new ServerOrder.StrictLongestTail())))
                .isEqualTo(parallel);
        assertThat(printed(makespan(jobs, new ServerOrder.Fifo()))).isEqualTo(parallel);
        assertThat(printed(makespan(jobs, new ServerOrder.LongestTail()))).isEqualTo(rule);
        assertThat(printed(Optimum.of(jobs).makespanSeconds())).isEqualTo(rule);
        double saved =
                1
                        - makespan(jobs, new ServerOrder.LongestTail())
                                / StepTimes.sequentialSeconds(jobs);
        assertThat(Math.round(100 * saved)).isEqualTo(savedPercent);
    }

    /// The same numbers from a simulation with devices, links and server as resources.
    @ParameterizedTest
    @CsvSource({"1 1 2 2 2 3, 100", "1 2 2 3 3 3, 1000", "1 1 1 1 1 1, 100", "3 3 3 3 3 3, 100"})
    void throughTheTimeline(String split, double megabits) {
        for (ServerProfile server : List.of(Profiles.GPU_SERVER, Profiles.CPU_SERVER)) {
            List<Job> jobs = jobs(split, megabits, server);
            for (ServerOrder order : Orders.ALL) {
                assertThat(simulated(split, megabits, server, order))
                        .as(order.spec())
                        .isCloseTo(makespan(jobs, order), Offset.offset(1e-9));
            }
            var sharing = new Service.SideBySide(0);
            List<DeviceProfile> devices = devices(megabits);
            assertThat(
                            workload(split, devices, server, false)
                                    .run(devices, sharing, 1)
                                    .makespanSeconds())
                    .isCloseTo(StepTimes.parallelSeconds(jobs), Offset.offset(1e-9));
            assertThat(
                            workload(split, devices, server, true)
                                    .run(devices, sharing, 1)
                                    .makespanSeconds())
                    .isCloseTo(StepTimes.sequentialSeconds(jobs), Offset.offset(1e-9));
        }
    }

    private static double simulated(
            String split, double megabits, ServerProfile server, ServerOrder order) {
        List<DeviceProfile> devices = devices(megabits);
        return workload(split, devices, server, false)
                .run(devices, new Service.InTurn(order), 1)
                .makespanSeconds();
    }

    private static Workload workload(
            String split, List<DeviceProfile> devices, ServerProfile server, boolean chained) {
        List<Integer> blocks = blocks(split);
        Workload work = new Workload();
        int last = work.barrier();
        for (int u = 0; u < 6; u++) {
            Job job = BERT_BASE.job(devices.get(u), server, blocks.get(u));
            double pass =
                    blocks.get(u)
                            * BERT_BASE.blockForwardFlops()
                            / devices.get(u).effectiveFlopsPerSecond();
            int forward = work.compute(u, pass, chained ? last : 0);
            int up = work.upload(u, BERT_BASE.cutBytes(), forward);
            int serve = work.serve(u, job, job.serverSeconds(), up);
            int down = work.download(u, BERT_BASE.cutBytes(), serve);
            last = work.compute(u, pass, down);
        }
        return work;
    }

    private static double makespan(List<Job> jobs, ServerOrder order) {
        return Schedule.schedule(jobs, order).makespanSeconds();
    }

    private static List<Job> jobs(String split, double megabits, ServerProfile server) {
        List<DeviceProfile> devices = devices(megabits);
        List<Job> jobs = new ArrayList<>();
        for (int u = 0; u < 6; u++) {
            jobs.add(BERT_BASE.job(devices.get(u), server, blocks(split).get(u)));
        }
        return jobs;
    }

    private static List<DeviceProfile> devices(double megabits) {
        var link = new LinkProfile(megabits * 1e6, megabits * 1e6);
        return Profiles.DEVICES.stream().map(device -> device.withLink(link)).toList();
    }

    private static List<Integer> blocks(String split) {
        return Stream.of(split.split(" ", -1)).map(Integer::valueOf).toList();
    }

    private static String printed(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
