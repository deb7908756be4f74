package dev.lamina.radio;

import java.util.random.RandomGenerator;

/// Random numbers of clusters, one after the other: independent for each link, or fields over the
/// ground, so that close users get nearly the same.
interface Draws {
    /// Standard normal.
    double normal();

    /// Uniform between 0 and 1, neither included.
    double uniform();

    /// Independent ones.
    static Draws of(RandomGenerator random) {
        return new Draws() {
            @Override
            public double normal() {
                return random.nextGaussian();
            }

            @Override
            public double uniform() {
                return Math.max(random.nextDouble(), Double.MIN_NORMAL);
            }
        };
    }
}
