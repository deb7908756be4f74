package dev.lamina.air;

import java.util.Arrays;

/// The noise of a history, estimated from its weakest bins over delay and angle (derived): where
/// three quarters of them hold channels, the quarter that does not tells it.
final class NoiseFloor {
    private static final double QUANTILE = 0.25;

    /// Of the standard normal distribution.
    private static final double NORMAL_QUANTILE = -0.6745;

    /// Below this part of the channels' power, noise is rounding.
    private static final double LEAST = 1e-6;

    private NoiseFloor() {}

    /// Power of the noise of a channel.
    static double of(History history) {
        double[] powers = DelayAngle.of(history).binPowers();
        Arrays.sort(powers);
        double quantile = powers[(int) (QUANTILE * (powers.length - 1))];
        // a mean of n exponential variables has a gamma distribution (Wilson and Hilferty)
        double shape = 9.0 * history.shape().steps();
        double part = Math.pow(1 - 1 / shape + NORMAL_QUANTILE / Math.sqrt(shape), 3);
        return Math.max(quantile / part, LEAST * history.power());
    }
}
