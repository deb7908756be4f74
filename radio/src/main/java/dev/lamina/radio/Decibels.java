package dev.lamina.radio;

/// Between decibels and ratios.
final class Decibels {
    private static final double NEPERS = Math.log(10) / 20;

    private Decibels() {}

    /// 10^(decibels / 20).
    static double amplitude(double decibels) {
        return Math.exp(NEPERS * decibels);
    }

    /// 10^(decibels / 10).
    static double power(double decibels) {
        return Math.exp(2 * NEPERS * decibels);
    }

    /// 10 lg power.
    static double of(double power) {
        return 10 * Math.log10(power);
    }
}
