package dev.lamina.air;

import dev.lamina.radio.Noise;

/// What a prediction is worth: the rate of one user when the station sends by maximum ratio
/// transmission along the predicted channel ĥ, over the true one h. With w = ĥ/abs(ĥ), a channel
/// carries log2(1 + γ abs(hᴴ w)²) bit/s/Hz; γ is such that an element of h has γ E abs(h)² = 10 dB
/// on average (LLM4CP's metric; its own code mixes up antennas, reference 3.2).
public final class SpectralEfficiency {
    /// Of one element, on average.
    public static final double SNR_DECIBELS = 10;

    private SpectralEfficiency() {}

    /// The mean over steps and subcarriers of one track, in bit/s/Hz.
    ///
    /// @param predicted ĥ [time, subcarrier, antenna, 2], in any scale; where it is nothing,
    ///   nothing is carried
    /// @param channels h, of the same shape
    /// @param antennas of the station (and the user: one beam over all pairs)
    public static double of(float[] predicted, float[] channels, int antennas) {
        if (predicted.length != channels.length) {
            throw new IllegalArgumentException(
                    predicted.length + " values predicted, " + channels.length + " to compare");
        }
        double power = Noise.power(channels);
        if (power == 0) {
            return 0;
        }
        double ratio = Math.pow(10, SNR_DECIBELS / 10) / power;
        int row = 2 * antennas;
        double sum = 0;
        for (int from = 0; from < channels.length; from += row) {
            sum += Math.log1p(ratio * gain(predicted, channels, from, row));
        }
        int rows = channels.length / row;
        return sum / Math.log(2) / rows;
    }

    /// abs(hᴴ ĥ)² / abs(ĥ)².
    private static double gain(float[] predicted, float[] channels, int from, int row) {
        double real = 0;
        double imaginary = 0;
        double energy = 0;
        for (int i = from; i < from + row; i += 2) {
            double a = channels[i];
            double b = channels[i + 1];
            double x = predicted[i];
            double y = predicted[i + 1];
            real += a * x + b * y;
            imaginary += a * y - b * x;
            energy += x * x + y * y;
        }
        return energy == 0 ? 0 : (real * real + imaginary * imaginary) / energy;
    }
}
