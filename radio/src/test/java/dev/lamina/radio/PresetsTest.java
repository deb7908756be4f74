package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// LLM4CP's data against what was measured of, or published with, them.
class PresetsTest {
    private static final int BINS = 96;
    private static final int UPLINK_BINS = 48;
    private static final int PORTS = 32;
    private static final int HISTORY = 16;
    private static final int STEPS = 20;

    /// Tracks that the paper's code puts in one batch: 64 pairs of track and polarisation.
    private static final int BATCH = 32;

    @Test
    void thePoolHasTenUsersForEachSpeed() {
        ChannelSpec spec = Presets.llm4cp(1);
        Csi csi = new ChannelGenerator(spec);
        assertThat(csi.tracks()).isEqualTo(9_000);
        assertThat(csi.shape()).isEqualTo(new CsiShape(STEPS, BINS, PORTS));
        double[] speeds = Channels.label(csi, "speed_kmh");
        assertThat(Arrays.copyOfRange(speeds, 0, 11))
                .containsExactly(10.1, 10.1, 10.1, 10.1, 10.1, 10.1, 10.1, 10.1, 10.1, 10.1, 10.2);
        assertThat(speeds[8_999]).isEqualTo(100);
        assertThat(Arrays.stream(Channels.label(csi, "distance_m")))
                .allMatch(d -> d >= 150 && d <= 191);
        // d3D of 153 to 191 m
        double mean = Arrays.stream(Channels.label(csi, "path_gain_db")).average().orElseThrow();
        assertThat(mean).isEqualTo(-109.9, within(1.5));
    }

    /// Users look where they go, so waves come from ahead: +0.76 f_D on average.
    @Test
    void theSpectrumIsOneSided() {
        double kmh = 30;
        Csi csi = new ChannelGenerator(Presets.llm4cp(List.of(kmh), 150, 2));
        double most = kmh / 3.6 / Sampling.LIGHT_METRES_PER_SECOND * 2.4e9;
        double mean = 0;
        int row = 2 * BINS * PORTS;
        for (int i = 0; i < csi.tracks(); i++) {
            float[] h = csi.track(i);
            double real = 0;
            double imaginary = 0;
            for (int j = 0; j < (STEPS - 1) * row; j += 2) {
                real += h[j + row] * h[j] + h[j + row + 1] * h[j + 1];
                imaginary += h[j + row + 1] * h[j] - h[j + row] * h[j + 1];
            }
            double hertz = Math.atan2(imaginary, real) / (2 * Math.PI * 0.5e-3);
            assertThat(hertz / most).isGreaterThan(-0.3);
            mean += hertz / most / csi.tracks();
        }
        assertThat(mean).isEqualTo(0.76, within(0.05));
    }

    /// "No prediction" in the paper's figure 7: the last noisy step against noisy labels, 18 dB
    /// below the mean power of all tracks of a speed, mean over batches of the ratio of energies.
    @ParameterizedTest
    @CsvSource({"10, 0.065", "30, 0.256", "50, 0.59", "70, 1.01", "100, 1.65"})
    void repeatingTheLastStepErrsAsPublished(double kmh, double published) {
        Csi csi = new ChannelGenerator(Presets.llm4cp(List.of(kmh), 8 * BATCH, 3));
        List<float[]> ends = new ArrayList<>();
        double power = 0;
        for (int i = 0; i < csi.tracks(); i++) {
            float[] end = uplinkEnd(csi.track(i));
            ends.add(end);
            power += Noise.power(end) / csi.tracks();
        }
        Noise noise = Noise.of(18, 4);
        double mean = 0;
        for (int batch = 0; batch < csi.tracks() / BATCH; batch++) {
            double error = 0;
            double energy = 0;
            for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
                float[] h = noise.add(ends.get(i), i, power);
                int row = 2 * UPLINK_BINS * PORTS;
                for (int j = row; j < h.length; j++) {
                    error += Math.pow(h[j] - h[j % row], 2);
                    energy += h[j] * h[j];
                }
            }
            mean += error / energy * BATCH / csi.tracks();
        }
        assertThat(mean).isEqualTo(published, within(0.15 * published));
    }

    /// Uplink bins of the last step of the history and the four that follow.
    private static float[] uplinkEnd(float[] track) {
        float[] end = new float[(STEPS - HISTORY + 1) * 2 * UPLINK_BINS * PORTS];
        int row = 2 * UPLINK_BINS * PORTS;
        for (int t = HISTORY - 1; t < STEPS; t++) {
            System.arraycopy(track, t * 2 * BINS * PORTS, end, (t - HISTORY + 1) * row, row);
        }
        return end;
    }
}
