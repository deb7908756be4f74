package dev.lamina.air;

import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;

/// Noisy channels of one track's past.
///
/// @param shape of the history
/// @param channels [time, subcarrier, antenna, 2] in row-major order, not to be changed
/// @param layout how the antennas are arranged
@SuppressWarnings("ArrayRecordComponent") // never compared
public record History(CsiShape shape, float[] channels, ArrayLayout layout) {
    /// Mean power of a channel.
    double power() {
        return Noise.power(channels);
    }

    /// What channels are multiplied by to have a mean power of 1; 0 for silence.
    double scale() {
        double power = power();
        return power > 0 ? 1 / Math.sqrt(power) : 0;
    }
}
