package dev.lamina.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeasibilityTest {
    private static final int ROUNDS = 20;

    /// With equal samples the cheapest devices are the best: no set of as many samples is quicker.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void meanDelayIsThatOfTheQuickestSets(int devices) {
        Cell cell = Cell.place(Cells.spec(2e6, new Fading.Rayleigh(), 4.0), 6, 3);
        List<DeviceLoad> loads = Cells.loads(6, true);
        double sum = 0;
        int usable = 0;
        for (int t = 0; t < ROUNDS; t++) {
            List<Candidate> candidates = cell.candidates(t, loads);
            double least = Double.POSITIVE_INFINITY;
            for (int set = 1; set < 64; set++) {
                if (Integer.bitCount(set) == devices) {
                    least = Math.min(least, seconds(candidates, set, cell.spec().band()));
                }
            }
            if (Double.isFinite(least)) {
                sum += least;
                usable++;
            }
        }
        assertThat(usable).isEqualTo(ROUNDS);
        assertThat(Feasibility.meanDelay(cell, loads, ROUNDS, 16L * devices))
                .isCloseTo(sum / ROUNDS, within(2e-4 * sum / ROUNDS));
    }

    @Test
    void moreSamplesTakeLonger() {
        Cell cell = Cell.place(CellSpec.DEFAULT, 20, 1);
        List<DeviceLoad> loads = Cells.loads(20, false);
        List<Double> delays =
                IntStream.of(1, 40, 80, 160)
                        .mapToObj(n -> Feasibility.meanDelay(cell, loads, ROUNDS, n))
                        .toList();
        assertThat(delays).isSorted().doesNotHaveDuplicates();
        assertThat(delays.getFirst())
                .isGreaterThanOrEqualTo(Feasibility.smallestMeanDelay(cell, loads, ROUNDS));
    }

    /// The deadline at which a set's least shares just fill the band.
    private static double seconds(List<Candidate> candidates, int set, Band band) {
        List<Candidate> chosen =
                IntStream.range(0, 6)
                        .filter(k -> (set >> k & 1) == 1)
                        .mapToObj(candidates::get)
                        .toList();
        if (!chosen.stream().allMatch(Candidate::usable)) {
            return Double.POSITIVE_INFINITY;
        }
        double low = 0;
        double high = 1e6;
        while (high - low > 1e-7 * high) {
            double middle = (low + high) / 2;
            double shares = 0;
            for (Candidate candidate : chosen) {
                shares += share(candidate, middle, band);
            }
            if (shares > 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static double share(Candidate candidate, double seconds, Band band) {
        if (candidate.delaySeconds(1, band) > seconds) {
            return 2;
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (candidate.delaySeconds(middle, band) > seconds) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
