package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseTest {
    @Test
    void noiseHasTheWantedPowerAndLeavesTheChannelAlone() {
        float[] clean = new float[40_000];
        float[] noisy = Noise.of(10, 1).add(clean, 3, 5);
        assertThat(Noise.power(noisy)).isEqualTo(0.5, within(0.02));
        assertThat(clean).containsOnly(0f);
        assertThat(Noise.of(10, 1).add(clean, 3, 5)).isEqualTo(noisy);
        assertThat(Noise.of(10, 1).add(clean, 4, 5)).isNotEqualTo(noisy);
    }

    @Test
    void ratiosAreUniformOverTracks() {
        Noise noise = Noise.ofTraining(2);
        double sum = 0;
        for (int i = 0; i < 2_000; i++) {
            double decibels = noise.signalToNoiseDecibels(i);
            assertThat(decibels).isBetween(5.0, 20.0);
            sum += decibels / 2_000;
        }
        assertThat(sum).isEqualTo(12.5, within(0.3));
    }
}
