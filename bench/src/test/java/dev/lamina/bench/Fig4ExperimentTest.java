package dev.lamina.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.air.Federation;
import dev.lamina.air.PathModel;
import dev.lamina.base.BadInputException;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.Presets;
import dev.lamina.train.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Fig4ExperimentTest {
    private static final List<String> TRAINED =
            List.of("rnn", "gru", "lam local", "lam 2", "lam 3", "lam central");

    @TempDir Path temp;

    private static Fig4Experiment.Plan plan(int tracks, String partition, List<Long> seeds) {
        return new Fig4Experiment.Plan(
                new PathModel(16, 4, "shape:1x12x2", 1, 2),
                List.of(2, 3),
                tracks,
                1,
                partition,
                Federation.Config.standard(2),
                2,
                1,
                1e-3,
                1e-3,
                0.5,
                seeds,
                1);
    }

    /// Notes what begins, and asks to stop in one of the runs.
    private static final class Stages implements SflExperiment.Listener {
        final List<String> begun = new ArrayList<>();
        private final String last;

        Stages(String last) {
            this.last = last;
        }

        @Override
        public void stage(String what) {
            begun.add(what);
        }

        @Override
        public RunListener training(String name) {
            return new RunListener() {
                @Override
                public boolean stopRequested() {
                    return name.equals(last);
                }
            };
        }
    }

    /// Interrupted and gone on with, the result is the same; what is done is not done again.
    @Test
    void goesOnWhereItStopped() throws IOException {
        Fig4Experiment.Plan plan = plan(2, "iid", List.of(1L));
        Fig4Result result = run(plan, new Stages(""));
        check(result);
        Stages again = new Stages("");
        assertThat(run(plan, again)).isEqualTo(result);
        assertThat(again.begun).isEmpty();

        for (String run : List.of("gru", "lam-2", "lam-3", "lam-central")) {
            Files.delete(temp.resolve("run-" + run + "-seed-1.json"));
        }
        assertThat(new Fig4Experiment(plan, temp, new Stages("lam 2")).run()).isNull();
        Stages rest = new Stages("");
        Fig4Result resumed = run(plan, rest);
        assertThat(rest.begun)
                .containsExactly(
                        "finding paths in the tracks, seed 1",
                        "training: lam 2, seed 1",
                        "training: lam 3, seed 1",
                        "training: lam central, seed 1");
        assertThat(timeless(resumed)).isEqualTo(timeless(result));
    }

    private Fig4Result run(Fig4Experiment.Plan plan, SflExperiment.Listener listener) {
        return Objects.requireNonNull(new Fig4Experiment(plan, temp, listener).run());
    }

    private static List<Object> timeless(Fig4Result result) {
        return result.runs().stream()
                .<Object>map(run ->
                        List.of(
                                run.arm(),
                                run.localLoss(),
                                run.globalLoss(),
                                run.heldOutNmse(),
                                run.nmse(),
                                run.bySpeed(),
                                run.bytesUp()))
                .toList();
    }

    private static void check(Fig4Result result) {
        List<String> arms = new ArrayList<>(Fig4Experiment.CLOSED_FORM);
        arms.addAll(TRAINED);
        arms.add(5, Fig4Experiment.UNTRAINED);
        assertThat(result.nmse().keySet()).containsExactlyElementsOf(arms);
        for (Fig4Result.Run run : result.runs()) {
            boolean trained = TRAINED.contains(run.arm());
            assertThat(run.localLoss()).as(run.arm()).hasSize(trained ? 2 : 0);
            assertThat(run.globalLoss()).as(run.arm()).hasSize(trained ? 2 : 0);
            assertThat(run.bySpeed()).as(run.arm()).hasSize(10);
            assertThat(run.bySpeed().values().stream().mapToDouble(v -> v).average().orElse(0))
                    .as(run.arm())
                    .isCloseTo(run.nmse(), within(1e-6));
        }
        assertThat(nmse(result, "ar")).isLessThan(0.2 * nmse(result, "persistence"));
        assertThat(nmse(result, "lam central")).isLessThan(0.2 * nmse(result, "gru"));
        assertThat(result.checks().federatedOverCentral())
                .isEqualTo(nmse(result, "lam 3") / nmse(result, "lam central"));
        assertThat(result.floor().noisy()).isCloseTo(0.0156, within(1e-4)); // reference 5.1
        assertThat(result.floor().trainingLoss()).isCloseTo(0.0767, within(1e-4));
        Fig4Result.Traffic traffic = result.traffic();
        assertThat(traffic.adapterBytes()).isPositive().isLessThan(traffic.modelBytes());
        // frozen: a block, 64 places and their norm, of width 12 and 48 inside
        long block = 4 * 12 * 12 + 2 * 12 * 48 + 9 * 12 + 48;
        assertThat(traffic.modelBytes() - traffic.adapterBytes())
                .isEqualTo(4 * (block + 64 * 12 + 2 * 12));
    }

    private static double nmse(Fig4Result result, String arm) {
        return Objects.requireNonNull(result.nmse().get(arm)).clean();
    }

    /// No track is dealt twice, and each range of speeds is one server's.
    @Test
    void tracksAreDealt() {
        ChannelGenerator pool = new ChannelGenerator(Presets.llm4cp(1));
        double[] speeds = Objects.requireNonNull(pool.labels().get("speed_kmh"));
        int[] mixed = Fig4Data.dealt(plan(40, "iid", List.of(1L)), pool, 1);
        int[] sorted = Fig4Data.dealt(plan(40, "speed", List.of(1L)), pool, 1);
        assertThat(mixed).hasSize(120).doesNotHaveDuplicates().containsExactlyInAnyOrder(sorted);
        double[] bounds =
                IntStream.range(0, 3)
                        .boxed()
                        .map(s -> Arrays.stream(sorted, 40 * s, 40 * s + 40))
                        .map(server -> server.mapToDouble(i -> speeds[i]).summaryStatistics())
                        .sorted((a, b) -> Double.compare(a.getMin(), b.getMin()))
                        .flatMapToDouble(s -> DoubleStream.of(s.getMin(), s.getMax()))
                        .toArray();
        assertThat(bounds).isSorted();
        assertThat(Fig4Data.dealt(plan(40, "iid", List.of(1L)), pool, 2)).isNotEqualTo(mixed);
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> plan(3001, "iid", List.of(1L)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("3 servers of 3001 tracks");
        assertThatThrownBy(() -> plan(2, "place", List.of(1L)))
                .hasMessageContaining("partition 'place'");
        assertThatThrownBy(() -> plan(2, "iid", List.of())).hasMessageContaining("no seeds");
    }
}
