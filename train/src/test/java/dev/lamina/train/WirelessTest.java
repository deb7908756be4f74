package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.cell.AllocationRun;
import dev.lamina.cell.CellSpec;
import dev.lamina.cell.Fading;
import dev.lamina.cell.Importance;
import dev.lamina.cell.PathLoss;
import dev.lamina.cell.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Training in a wireless cell: who takes part is decided round by round.
class WirelessTest {
    private static final int DEVICES = 6;

    @TempDir Path temp;

    private FinetuneSpec spec = Specs.of(Path.of("unset"), Scheme.USHAPE, 1);

    @BeforeEach
    void data() {
        spec =
                Specs.with(
                        Specs.of(Specs.data(temp), Scheme.USHAPE, DEVICES),
                        Map.of("partition", "quantity:1", "rounds", 3));
    }

    private FinetuneSpec in(String policy, double budgetSeconds) {
        return spec.withWireless(
                new Wireless(
                        CellSpec.DEFAULT.withBandwidth(1e6),
                        List.of(),
                        policy,
                        budgetSeconds,
                        0,
                        5,
                        new Importance.Constant(),
                        1e-3,
                        12,
                        0));
    }

    private static WirelessResult of(Run run) {
        return Objects.requireNonNull(run.result.wireless());
    }

    @ParameterizedTest
    @ValueSource(strings = {"online", "all-equal", "round-robin:2", "greedy-deadline"})
    void aRoundTakesWhatItsSlowestDeviceTakes(String policy) {
        Run run = Run.of(in(policy, 0));
        WirelessResult cell = of(run);
        assertThat(cell.rounds()).hasSize(12);
        double sum = cell.rounds().stream().mapToDouble(AllocationRun.Round::seconds).sum();
        assertThat(run.result.simulatedSeconds()).isCloseTo(sum, within(1e-6 * sum));
        assertThat(cell.roundsOfDevice().stream().mapToInt(n -> n).sum())
                .isEqualTo(run.result.steps());
        assertThat(run.result.valLoss()).hasSize(3);
        if (policy.endsWith(":2")) {
            assertThat(cell.rounds()).allMatch(round -> round.scheduled() == 2);
        }
    }

    @Test
    void onlineKeepsItsBudget() {
        WirelessResult cell = of(Run.of(in("online", 0)));
        assertThat(cell.meanDelay()).isLessThan(1.3 * cell.delayBudget()); // 12 rounds only
        assertThat(cell.meanDelay()).isLessThan(of(Run.of(in("all-optimal", 0))).meanDelay());
    }

    @Test
    void aBudgetOfEnergySparesDevices() {
        WirelessResult free = of(Run.of(in("online", 0)));
        double most = free.meanJoules().stream().mapToDouble(j -> j).max().orElse(0);
        Wireless cell = Objects.requireNonNull(in("online", 0).wireless());
        FinetuneSpec tight =
                spec.withWireless(
                        new Wireless(
                                cell.cell(),
                                List.of(),
                                "online",
                                free.delayBudget(),
                                most / 4,
                                5,
                                new Importance.Constant(),
                                1e-3,
                                12,
                                0));
        WirelessResult spared = of(Run.of(tight));
        assertThat(spared.meanJoules().stream().mapToDouble(j -> j).max().orElse(0))
                .isLessThan(most);
    }

    @Test
    void aStoppedRunGoesOnToTheBitIdenticalAdapter() {
        FinetuneSpec these = in("online", 0);
        Run whole = Run.of(these);
        try (Finetune job = Finetune.prepare(these)) {
            assertThat(job.run(temp, false, new StopAfter(5))).isNull();
        }
        try (Finetune job = Finetune.prepare(these)) {
            FinetuneResult resumed =
                    Objects.requireNonNull(job.run(temp, true, new RunListener() {}));
            assertThat(resumed.wireless()).isEqualTo(whole.result.wireless());
            assertThat(resumed.trainLoss()).isEqualTo(whole.result.trainLoss());
            assertThat(resumed.uplinkBytes()).isEqualTo(whole.result.uplinkBytes());
            assertThat(job.adapter().tensors()).isEqualTo(whole.adapter);
        }
    }

    @Test
    void aBudgetThatNoScheduleCanMeetIsToldAtOnceWithTheSmallest() {
        @Nullable BadInputException told = null;
        try (Finetune job = Finetune.prepare(in("online", 1e-6))) {
            assertThat(job).isNull();
        } catch (BadInputException e) {
            told = e;
        }
        assertThat(told).hasMessageContaining("1.0E-6").hasMessageContaining("give at least");
    }

    @Test
    void aDeviceWithoutAChannelIsStarved() {
        CellSpec wide =
                new CellSpec(
                        5000,
                        10,
                        3.5e9,
                        new PathLoss.Exponent(30, 3.5),
                        0.0,
                        new Fading.None(),
                        1e6,
                        1e6,
                        0.2,
                        10,
                        7,
                        3,
                        0,
                        0);
        List<Position> places =
                IntStream.range(0, DEVICES)
                        .mapToObj(u ->
                                new Position("place-" + u, u == DEVICES - 1 ? 5000 : 20 + u, 0))
                        .toList();
        FinetuneSpec these =
                spec.withWireless(
                        new Wireless(
                                wide,
                                places,
                                "all-equal",
                                0,
                                0,
                                5,
                                new Importance.Constant(),
                                1e-3,
                                4,
                                0));
        WirelessResult cell = of(Run.of(these));
        assertThat(cell.starved()).isEqualTo(Map.of("place-" + (DEVICES - 1), 4));
        assertThat(cell.rounds()).allMatch(round -> round.scheduled() == DEVICES - 1);
        assertThat(cell.neverScheduled()).isEmpty();
    }

    @Test
    void isForUshapeOnly() {
        assertThatThrownBy(() ->
                        Specs.of(Path.of(spec.data()), Scheme.SHARED, 2)
                                .withWireless(Objects.requireNonNull(in("online", 0).wireless())))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("wireless cell");
    }
}
