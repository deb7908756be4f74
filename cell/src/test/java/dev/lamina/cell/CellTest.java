package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CellTest {
    private static final DeviceLoad LOAD = new DeviceLoad(16, 0.1, 1e6, 1e6, 1);

    @Test
    void placesAreUniformOverTheDisc() {
        Cell cell = Cell.place(CellSpec.DEFAULT, 4_000, 1);
        double inner = CellSpec.DEFAULT.radiusMetres() / Math.sqrt(2);
        long inside = cell.devices().stream().filter(d -> d.distanceMetres() <= inner).count();
        assertThat(inside / 4_000.0).isCloseTo(0.5, Offset.offset(0.03));
        assertThat(cell.devices()).allMatch(d -> d.distanceMetres() >= 10);
        assertThat(cell.devices()).allMatch(d -> d.distanceMetres() <= 250 + 1e-9);
    }

    @Test
    void channelsDependOnSeedRoundAndDeviceOnly() {
        Cell cell = Cell.place(CellSpec.DEFAULT, 5, 7);
        Cell again = Cell.place(CellSpec.DEFAULT, 5, 7);
        double late = again.gain(9, 3);
        assertThat(cell.gain(2, 1)).isEqualTo(again.gain(2, 1));
        assertThat(cell.gain(9, 3)).isEqualTo(late).isNotEqualTo(cell.gain(8, 3));
        assertThat(Cell.place(CellSpec.DEFAULT, 5, 8).gain(9, 3)).isNotEqualTo(late);
        assertThat(Cell.place(CellSpec.DEFAULT, 9, 7).gain(9, 3)).isEqualTo(late);
    }

    @Test
    void fadingHasMeanOne() {
        for (Fading fading : List.of(new Fading.Rayleigh(), new Fading.Rician(6))) {
            RandomGenerator random = Seeds.stream(1, "fading test");
            double[] draws = new double[20_000];
            Arrays.setAll(draws, i -> fading.draw(random));
            double mean = Arrays.stream(draws).average().orElseThrow();
            double variance =
                    Arrays.stream(draws).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
            assertThat(mean).as("%s", fading).isCloseTo(1, Offset.offset(0.03));
            double k =
                    fading instanceof Fading.Rician(double decibels)
                            ? Math.pow(10, decibels / 10)
                            : 0;
            assertThat(variance)
                    .as("%s", fading)
                    .isCloseTo((2 * k + 1) / ((k + 1) * (k + 1)), Offset.offset(0.06));
        }
        Cell still = Cell.place(Cells.spec(20e6, new Fading.None(), 8.0), 2, 1);
        assertThat(still.gain(0, 1)).isEqualTo(still.gain(5, 1));
        assertThat(10 * Math.log10(still.gain(0, 1)))
                .isCloseTo(still.devices().get(1).meanGainDecibels(), Offset.offset(1e-9));
    }

    @Test
    void ratesByHand() {
        Candidate candidate = new Candidate(0, 1, 0.5, 1e6, 2e6, 60e6, 4, 3, 0.2);
        Band band = new Band(20e6, 10e6, 0.5);
        // half of 20 MHz: 10 MHz x log2(1 + 6), half of it lost
        assertThat(candidate.uplinkBitsPerSecond(0.5, band))
                .isCloseTo(0.5 * 10e6 * Math.log(7) / Math.log(2), Offset.offset(1e-3));
        assertThat(candidate.downlinkBitsPerSecond(0.5, band)).isEqualTo(10e6);
        assertThat(candidate.delaySeconds(0.5, band))
                .isCloseTo(0.5 + 1e6 / 14_036_774.6 + 0.2, Offset.offset(1e-6));
        assertThat(candidate.joules(0.5, band))
                .isCloseTo(3 + 0.2 * 1e6 / 14_036_774.6, Offset.offset(1e-6));
        assertThat(candidate.delaySeconds(0, band)).isInfinite();
        assertThat(new Candidate(0, 1, 0, 1, 1, 0, 0, 0, 0).delaySeconds(1, band)).isInfinite();
    }

    @Test
    void snrComesFromGainNoiseAndGap() {
        CellSpec spec = CellSpec.DEFAULT;
        Cell cell = Cell.place(spec, 1, 1).withGains((round, device) -> 1e-10);
        Candidate candidate = cell.candidate(0, 0, LOAD);
        double noise = Math.pow(10, (10 * Math.log10(1.380649e-23 * 290) + 7 + 3) / 10);
        assertThat(candidate.uplinkSnrHertz()).isCloseTo(0.2 * 1e-10 / noise, Offset.offset(1e-3));
        assertThat(candidate.downlinkBitsPerSecondPerHertz())
                .isCloseTo(
                        Math.log(1 + 10 * 1e-10 / (noise * 20e6)) / Math.log(2),
                        Offset.offset(1e-9));
    }

    @Test
    void badTracesAndSpecsAreTold() {
        Cell cell = Cell.place(CellSpec.DEFAULT, 2, 1);
        assertThatThrownBy(() -> cell.withGains((t, k) -> Double.NaN).gain(3, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("device-1 in round 3 is NaN");
        assertThat(cell.withGains((t, k) -> 0).candidate(0, 0, LOAD).usable()).isFalse();
        assertThatThrownBy(() -> Cells.spec(0, new Fading.None(), null))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("uplinkBandwidthHertz is 0.0");
        assertThatThrownBy(() -> Cells.spec(1e6, new Fading.None(), Double.NaN))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("shadowingDecibels is NaN");
        assertThatThrownBy(
                        () -> Cell.at(CellSpec.DEFAULT, List.of(new Position("far", 1_000, 0)), 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("far");
    }

    /// With 20 devices all but a few have a fair rate on a twentieth of the band.
    @Test
    void theDefaultCellIsSane() {
        Cell cell = Cell.place(CellSpec.DEFAULT, 20, 1);
        double[] rates = new double[20];
        Arrays.setAll(
                rates,
                k -> cell.candidate(0, k, LOAD).uplinkBitsPerSecond(0.05, cell.spec().band()));
        Arrays.sort(rates);
        assertThat(rates[2]).isGreaterThan(0.3e6);
        assertThat(rates[10]).isBetween(2e6, 10e6);
    }
}
