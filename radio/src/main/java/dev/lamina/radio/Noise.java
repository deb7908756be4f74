package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.random.RandomGenerator;

/// White noise of channel estimation, independent for every number, so for history and labels. Each
/// track has a signal-to-noise ratio of its own, uniform in a range of decibels.
///
/// @param lowestDecibels of all tracks
/// @param highestDecibels of all tracks
/// @param seed of ratios and noise
public record Noise(double lowestDecibels, double highestDecibels, long seed) {
    public Noise {
        BadInputException.check(
                lowestDecibels <= highestDecibels
                        && Double.isFinite(highestDecibels - lowestDecibels),
                "signal-to-noise ratios from " + lowestDecibels + " to " + highestDecibels + " dB",
                "give two numbers, the lower one first.");
    }

    /// LLM4CP's in training: 5 to 20 dB.
    public static Noise ofTraining(long seed) {
        return new Noise(5, 20, seed);
    }

    /// The same ratio for all tracks; 18 dB in LLM4CP's test.
    public static Noise of(double decibels, long seed) {
        return new Noise(decibels, decibels, seed);
    }

    /// The ratio of a track.
    public double signalToNoiseDecibels(int track) {
        double share = Seeds.stream(seed, "signal-to-noise", track).nextDouble();
        return lowestDecibels + share * (highestDecibels - lowestDecibels);
    }

    /// A noisy copy of a track's channels.
    ///
    /// @param channels real and imaginary parts in turn
    /// @param power E|h|², against which the ratio is meant: that of the track, or of a whole set
    ///   as in LLM4CP ([#power])
    public float[] add(float[] channels, int track, double power) {
        double variance = power / Decibels.power(signalToNoiseDecibels(track));
        double deviation = Math.sqrt(variance / 2);
        RandomGenerator random = Seeds.stream(seed, "noise", track);
        float[] noisy = new float[channels.length];
        for (int i = 0; i < channels.length; i++) {
            noisy[i] = (float) (channels[i] + deviation * random.nextGaussian());
        }
        return noisy;
    }

    /// Mean power of complex channels.
    public static double power(float[] channels) {
        double sum = 0;
        for (float value : channels) {
            sum += (double) value * value;
        }
        return 2 * sum / channels.length;
    }
}
