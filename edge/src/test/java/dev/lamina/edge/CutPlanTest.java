package dev.lamina.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutPlanTest {
    /// Against all choices of cuts: nearly always the best, never far off, and the bound below.
    @ParameterizedTest
    @ValueSource(
            strings = {"fifo", "longest-tail", "shortest-first", "strict-longest-tail", "optimal"})
    void nearlyAlwaysTheBest(String name) {
        ServerOrder order = ServerOrder.parse(name, 1);
        int optimal = 0;
        int cases = 60;
        double boundRatio = 0;
        for (long seed = 0; seed < cases; seed++) {
            int devices = 1 + (int) (seed % 5);
            int steps = 1 + (int) (seed % 3);
            List<List<@Nullable Job>> jobs = randomJobs(seed, devices, devices == 5 ? 4 : 6);
            CutPlan plan = CutPlan.choose(jobs, order, steps);
            double best = exhaustive(jobs, order, steps, new ArrayList<>());
            assertThat(plan.makespanSeconds())
                    .as("seed %d", seed)
                    .isBetween(best - 1e-9, best * 1.02);
            assertThat(plan.makespanSeconds())
                    .isEqualTo(CutPlan.makespanSeconds(chosen(jobs, plan.cuts()), order, steps));
            assertThat(plan.lowerBoundSeconds()).as("seed %d", seed).isLessThanOrEqualTo(best);
            optimal += plan.makespanSeconds() <= best + 1e-9 ? 1 : 0;
            boundRatio += plan.lowerBoundSeconds() / best / cases;
        }
        assertThat(optimal).isGreaterThanOrEqualTo(cases - 1); // when written, all of them
        assertThat(boundRatio).isGreaterThan(0.8);
    }

    /// The devices of the profiles with a server that is the bottleneck, or is not.
    @Test
    void nominalDevices() {
        StepCost cost = new StepCost(16, 128, 768, 3_072, 12, 4, 0);
        for (ServerProfile server : List.of(Profiles.GPU_SERVER, Profiles.CPU_SERVER)) {
            List<List<@Nullable Job>> jobs = new ArrayList<>();
            for (DeviceProfile device : Profiles.DEVICES) {
                List<@Nullable Job> cuts = new ArrayList<>();
                for (int cut = 0; cut <= 12; cut++) {
                    cuts.add(cost.job(device, server, cut));
                }
                jobs.add(cuts);
            }
            CutPlan plan = CutPlan.choose(jobs, new ServerOrder.LongestTail(), 10);
            for (int cut = 0; cut <= 12; cut++) {
                List<Job> uniform = chosen(jobs, Collections.nCopies(6, cut));
                assertThat(plan.makespanSeconds())
                        .isLessThanOrEqualTo(
                                CutPlan.makespanSeconds(
                                        uniform, new ServerOrder.LongestTail(), 10));
            }
            assertThat(plan.makespanSeconds()).isLessThan(1.1 * plan.lowerBoundSeconds());
        }
    }

    @Test
    void theChainIsTheWorkload() {
        for (long seed = 0; seed < 200; seed++) {
            List<Job> jobs = OptimumTest.randomJobs(seed, 1 + (int) (seed % 7));
            int steps = 1 + (int) (seed % 4);
            Workload work = new Workload();
            int[] last = new int[jobs.size()];
            for (int step = 0; step < steps; step++) {
                for (int u = 0; u < last.length; u++) {
                    Job job = jobs.get(u);
                    int head =
                            step == 0
                                    ? work.compute(u, job.headSeconds())
                                    : work.compute(u, job.headSeconds(), last[u]);
                    int serve = work.serve(u, job, job.serverSeconds(), head);
                    last[u] = work.compute(u, job.tailSeconds(), serve);
                }
            }
            for (ServerOrder order : Orders.ALL) {
                Timeline timeline =
                        work.run(
                                Collections.nCopies(jobs.size(), Profiles.DEVICES.getFirst()),
                                new Service.InTurn(order),
                                1);
                if (seed % 5 < 2 && !order.waits()) {
                    continue; // many come at one instant: ties among waves are told apart by task
                }
                assertThat(CutPlan.makespanSeconds(jobs, order, steps))
                        .as("seed %d, %s", seed, order.spec())
                        .isEqualTo(timeline.makespanSeconds());
            }
        }
    }

    @Test
    void manyDevices() {
        List<List<@Nullable Job>> jobs = randomJobs(1, 300, 6);
        CutPlan plan = CutPlan.choose(jobs, new ServerOrder.LongestTail(), 5);
        assertThat(plan).isEqualTo(CutPlan.choose(jobs, new ServerOrder.LongestTail(), 5));
        assertThat(plan.makespanSeconds())
                .isBetween(plan.lowerBoundSeconds(), 1.05 * plan.lowerBoundSeconds());
    }

    @Test
    void aDeviceWithoutACut() {
        List<@Nullable Job> fits = Arrays.asList(null, new Job(1, 1, 1));
        List<@Nullable Job> none = Arrays.asList(null, null);
        assertThatThrownBy(
                        () -> CutPlan.choose(List.of(fits, none), new ServerOrder.LongestTail(), 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("device 1");
        assertThat(CutPlan.choose(List.of(fits), new ServerOrder.LongestTail(), 2))
                .isEqualTo(new CutPlan(List.of(1), 6, 6 * (1 - 1e-12)));
        assertThat(CutPlan.choose(List.of(), new ServerOrder.Fifo(), 1).cuts()).isEmpty();
        assertThatThrownBy(() -> CutPlan.choose(List.of(fits), new ServerOrder.Fifo(), 0))
                .hasMessageContaining("steps is 0");
    }

    private static List<Job> chosen(List<List<@Nullable Job>> jobs, List<Integer> cuts) {
        List<Job> chosen = new ArrayList<>();
        for (int u = 0; u < cuts.size(); u++) {
            @Nullable Job job = jobs.get(u).get(cuts.get(u));
            assertThat(job).isNotNull();
            chosen.add(Objects.requireNonNull(job));
        }
        return chosen;
    }

    private static double exhaustive(
            List<List<@Nullable Job>> jobs, ServerOrder order, int steps, List<Job> chosen) {
        if (chosen.size() == jobs.size()) {
            return CutPlan.makespanSeconds(chosen, order, steps);
        }
        double best = Double.POSITIVE_INFINITY;
        for (@Nullable Job job : jobs.get(chosen.size())) {
            if (job != null) {
                chosen.add(job);
                best = Math.min(best, exhaustive(jobs, order, steps, chosen));
                chosen.removeLast();
            }
        }
        return best;
    }

    /// Blocks on the device are slower than on the server by a factor, and the last ones may not
    /// fit.
    private static List<List<@Nullable Job>> randomJobs(long seed, int devices, int blocks) {
        RandomGenerator random = Seeds.stream(seed, "cuts");
        double server = random.nextDouble(0.02, 0.3);
        List<List<@Nullable Job>> jobs = new ArrayList<>();
        for (int u = 0; u < devices; u++) {
            double slow = random.nextDouble(0.05, 1.5);
            double up = random.nextDouble(0, 1);
            double down = random.nextDouble(0, 1);
            int least = random.nextInt(2);
            int most = random.nextInt(least, blocks + 1);
            List<@Nullable Job> cuts = new ArrayList<>();
            for (int cut = 0; cut <= blocks; cut++) {
                cuts.add(
                        cut < least || cut > most
                                ? null
                                : new Job(
                                        slow * cut + up,
                                        server * 2 * (blocks - cut),
                                        slow * cut + down));
            }
            jobs.add(cuts);
        }
        return jobs;
    }
}
