package dev.lamina.cell;

import java.util.random.RandomGenerator;

/// Small-scale fading: a power gain of mean 1, drawn anew for each round (block fading).
public sealed interface Fading {
    /// The least gain, -30 dB: in a deeper fade (one round in a thousand) a real link would wait or
    /// hop rather than go on sending.
    double LEAST_GAIN = 1e-3;

    /// One draw.
    double draw(RandomGenerator random);

    /// No line of sight: the gain is exponential.
    record Rayleigh() implements Fading {
        @Override
        public double draw(RandomGenerator random) {
            return Math.max(LEAST_GAIN, random.nextExponential());
        }
    }

    /// A fixed path beside the scattered ones: |sqrt(K/(K+1)) + CN(0, 1/(K+1))|^2.
    ///
    /// @param kDecibels K, power of the fixed path over that of the others
    record Rician(double kDecibels) implements Fading {
        public Rician {
            Checks.between("kDecibels", kDecibels, -100, 100);
        }

        @Override
        public double draw(RandomGenerator random) {
            double k = Math.pow(10, kDecibels / 10);
            double scattered = Math.sqrt(0.5 / (k + 1));
            double real = Math.sqrt(k / (k + 1)) + scattered * random.nextGaussian();
            double imaginary = scattered * random.nextGaussian();
            return Math.max(LEAST_GAIN, real * real + imaginary * imaginary);
        }
    }

    /// None: the gain is 1.
    record None() implements Fading {
        @Override
        public double draw(RandomGenerator random) {
            return 1;
        }
    }
}
