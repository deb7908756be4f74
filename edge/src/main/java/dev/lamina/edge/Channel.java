package dev.lamina.edge;

import dev.lamina.base.BadInputException;

/// One direction of a link.
public sealed interface Channel {
    /// What a radio is taken to draw while it sends, where nothing else is known: nominal.
    double NOMINAL_TRANSMIT_WATTS = 1;

    /// Thermal noise at 290 K: k T = 1.38e-23 J/K x 290 K.
    double THERMAL_NOISE_WATTS_PER_HERTZ = 4e-21;

    /// The rate at which a transfer runs.
    ///
    /// @param gain g, power gain of the fading; 1 is its mean
    double bitsPerSecond(double gain);

    /// P, what the sender spends while it sends.
    double transmitWatts();

    /// Whether the rate depends on the gain.
    boolean fades();

    /// How long a transfer takes.
    default double seconds(double bytes, double gain) {
        return 8 * bytes / bitsPerSecond(gain);
    }

    /// A rate that does not change.
    record Fixed(double bitsPerSecond, double transmitWatts) implements Channel {
        public Fixed {
            Checks.positive("bitsPerSecond", bitsPerSecond, Checks.MOST_BITS_PER_SECOND);
            Checks.notNegative("transmitWatts", transmitWatts, Checks.MOST_WATTS);
        }

        /// With [#NOMINAL_TRANSMIT_WATTS].
        public Fixed(double bitsPerSecond) {
            this(bitsPerSecond, NOMINAL_TRANSMIT_WATTS);
        }

        @Override
        public double bitsPerSecond(double gain) {
            return bitsPerSecond;
        }

        @Override
        public boolean fades() {
            return false;
        }
    }

    /// Rayleigh block fading: the rate is Shannon's, B log2(1 + P g 10^(-PL/10) / (N0 B)), with a
    /// gain g that is exponential of mean 1 and drawn anew for each transfer (a block).
    ///
    /// @param bandwidthHertz B
    /// @param transmitWatts P
    /// @param pathLossDecibels PL, mean loss between the antennas
    /// @param noiseWattsPerHertz N0
    record BlockFading(
            double bandwidthHertz,
            double transmitWatts,
            double pathLossDecibels,
            double noiseWattsPerHertz)
            implements Channel {
        /// The least gain, -30 dB: in a deeper fade (one block in a thousand) a real link would
        /// wait or hop rather than go on sending.
        public static final double LEAST_GAIN = 1e-3;

        private static final double MOST_HERTZ = 1e13;
        private static final double MOST_DECIBELS = 400;
        private static final double MOST_NOISE_WATTS_PER_HERTZ = 1e-6;

        public BlockFading {
            Checks.positive("bandwidthHertz", bandwidthHertz, MOST_HERTZ);
            Checks.positive("transmitWatts", transmitWatts, Checks.MOST_WATTS);
            Checks.notNegative("pathLossDecibels", pathLossDecibels, MOST_DECIBELS);
            Checks.positive("noiseWattsPerHertz", noiseWattsPerHertz, MOST_NOISE_WATTS_PER_HERTZ);
            double rate =
                    rate(1, bandwidthHertz, transmitWatts, pathLossDecibels, noiseWattsPerHertz);
            BadInputException.check(
                    rate >= 1 && rate <= Checks.MOST_BITS_PER_SECOND,
                    "bandwidthHertz %s, transmitWatts %s, pathLossDecibels %s and noiseWattsPerHertz %s give %s bit/s"
                            .formatted(
                                    bandwidthHertz,
                                    transmitWatts,
                                    pathLossDecibels,
                                    noiseWattsPerHertz,
                                    rate),
                    "try 20e6, 0.1, 100 and 4e-21");
        }

        @Override
        public double bitsPerSecond(double gain) {
            return rate(
                    Math.max(LEAST_GAIN, gain),
                    bandwidthHertz,
                    transmitWatts,
                    pathLossDecibels,
                    noiseWattsPerHertz);
        }

        @Override
        public boolean fades() {
            return true;
        }

        private static double rate(
                double gain, double bandwidth, double watts, double loss, double noise) {
            double signalToNoise = watts * gain * Math.pow(10, -loss / 10) / (noise * bandwidth);
            return bandwidth * Math.log1p(signalToNoise) / Math.log(2);
        }
    }
}
