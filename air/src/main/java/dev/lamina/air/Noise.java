package dev.lamina.air;

import dev.lamina.base.Seeds;
import java.util.random.RandomGenerator;

/// Complex white noise on channels: a pure function of the channels, the signal-to-noise ratio and
/// the seed.
public final class Noise {
    private Noise() {}

    /// A copy with noise.
    ///
    /// @param channels real and imaginary parts in turn
    /// @param snrDecibels mean power of these channels over that of the noise; infinity for none
    public static float[] on(float[] channels, double snrDecibels, long seed) {
        double sum = 0;
        for (float value : channels) {
            sum += (double) value * value;
        }
        double deviation = Math.sqrt(sum / channels.length * Math.pow(10, -snrDecibels / 10));
        RandomGenerator random = Seeds.stream(seed, "noise");
        float[] noisy = new float[channels.length];
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = (float) (channels[i] + deviation * random.nextGaussian());
        }
        return noisy;
    }
}
