package dev.lamina.radio;

/// The standard normal distribution.
final class Normal {
    private Normal() {}

    /// Φ(x), by the series Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + ...), within 1e-12.
    static double distribution(double x) {
        if (Math.abs(x) > 8) {
            return x > 0 ? 1 : 0;
        }
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
