package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SpectralEfficiencyTest {
    private static final int ANTENNAS = 16;
    private static final int ROWS = 4_000;

    private static float[] gaussian(String name) {
        RandomGenerator random = Seeds.stream(7, name);
        float[] values = new float[2 * ROWS * ANTENNAS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    /// One antenna; four, known whole; four, of which half of the energy is known.
    @Test
    void byHand() {
        float[] one = {0.6f, -0.8f};
        assertThat(SpectralEfficiency.of(one, one, 1)).isCloseTo(log2(11), within(1e-6));
        float[] h = {3, 4, 0, 0, 0, 0, 0, 5}; // mean power 50/4
        assertThat(SpectralEfficiency.of(h, h, 4)).isCloseTo(log2(41), within(1e-6));
        float[] half = {1, 0, 0, 0, 0, 0, 0, 0}; // |h^H w|² = 25
        assertThat(SpectralEfficiency.of(half, h, 4)).isCloseTo(log2(21), within(1e-6));
    }

    /// Scale and common phase of the prediction cost nothing; an antenna's phase does.
    @Test
    void onlyTheDirectionCounts() {
        float[] h = gaussian("channel");
        float[] turned = new float[h.length];
        float[] conjugate = h.clone();
        for (int i = 0; i < h.length; i += 2) {
            turned[i] = -3 * h[i + 1];
            turned[i + 1] = 3 * h[i];
            conjugate[i + 1] = -h[i + 1];
        }
        double perfect = SpectralEfficiency.of(h, h, ANTENNAS);
        assertThat(SpectralEfficiency.of(turned, h, ANTENNAS)).isCloseTo(perfect, within(1e-6));
        assertThat(SpectralEfficiency.of(conjugate, h, ANTENNAS)).isLessThan(0.6 * perfect);
    }

    /// A random direction has the gain of one antenna, exponentially distributed: its rate is
    /// e^(1/γ) E1(1/γ) / ln 2, 2.901 bit/s/Hz at 10 dB (Rayleigh fading). A perfect one has about
    /// 16 times the gain.
    @Test
    void aRandomDirectionIsOneAntenna() {
        float[] h = gaussian("channel");
        double random = SpectralEfficiency.of(gaussian("other"), h, ANTENNAS);
        assertThat(random).isCloseTo(2.901, within(0.1));
        assertThat(SpectralEfficiency.of(h, h, ANTENNAS)).isBetween(7.1, log2(161));
    }

    @Test
    void nothingCarriesNothing() {
        float[] h = {1, 2, 3, 4};
        assertThat(SpectralEfficiency.of(new float[4], h, 2)).isZero();
        assertThat(SpectralEfficiency.of(h, new float[4], 2)).isZero();
        assertThatThrownBy(() -> SpectralEfficiency.of(new float[2], h, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
