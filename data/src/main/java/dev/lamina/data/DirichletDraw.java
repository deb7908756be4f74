package dev.lamina.data;

import java.util.random.RandomGenerator;

/// Draws from a symmetric Dirichlet distribution: gamma draws, divided by their sum. In logarithms,
/// as with a small `alpha` all of them would underflow.
final class DirichletDraw {
    private DirichletDraw() {}

    /// Shares that add up to 1.
    static double[] shares(int count, double alpha, RandomGenerator random) {
        double[] shares = new double[count];
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            shares[i] = logGamma(alpha, random);
            max = Math.max(max, shares[i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            shares[i] = Math.exp(shares[i] - max);
            sum += shares[i];
        }
        for (int i = 0; i < count; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /// The logarithm of a draw from Gamma(shape, 1) after Marsaglia and Tsang, "A simple method for
    /// generating gamma variables", ACM TOMS 26 (2000) 363-372; a shape below 1 is taken up by one,
    /// times U^(1/shape).
    private static double logGamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            double uniform = 1 - random.nextDouble(); // in (0, 1]
            return logGamma(shape + 1, random) + Math.log(uniform) / shape;
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double cubeRoot = 1 + c * x;
            if (cubeRoot <= 0) {
                continue;
            }
            double v = cubeRoot * cubeRoot * cubeRoot;
            double u = 1 - random.nextDouble();
            if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return Math.log(d * v);
            }
        }
    }
}
