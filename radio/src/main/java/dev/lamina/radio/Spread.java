package dev.lamina.radio;

/// Measured spreads of delays and angles. Weights need not add up to 1. Angles are in degrees.
final class Spread {
    private Spread() {}

    /// Standard deviation of delays, in their unit.
    static double ofDelays(double[] delays, double[] powers) {
        double mean = mean(delays, powers);
        double square = 0;
        double total = 0;
        for (int i = 0; i < delays.length; i++) {
            square += powers[i] * (delays[i] - mean) * (delays[i] - mean);
            total += powers[i];
        }
        return Math.sqrt(square / total);
    }

    /// Root mean square of the angle around the circular mean, wrapped to ±180 (QuaDRiGa's).
    static double aroundMean(double[] degrees, double[] powers) {
        double mean = circularMean(degrees, powers);
        double square = 0;
        double total = 0;
        for (int i = 0; i < degrees.length; i++) {
            double off = Math.IEEEremainder(degrees[i] - mean, 360);
            square += powers[i] * off * off;
            total += powers[i];
        }
        return Math.sqrt(square / total);
    }

    /// Direction of Σ P e^jφ.
    static double circularMean(double[] degrees, double[] powers) {
        return Math.toDegrees(Math.atan2(sine(degrees, powers), cosine(degrees, powers)));
    }

    /// sqrt(-2 ln |Σ P e^jφ|) (TR 38.901, annex A, equation A-1), in degrees.
    static double annexA(double[] degrees, double[] powers) {
        double total = 0;
        for (double power : powers) {
            total += power;
        }
        double length = Math.hypot(sine(degrees, powers), cosine(degrees, powers)) / total;
        return Math.toDegrees(Math.sqrt(-2 * Math.log(Math.min(length, 1))));
    }

    private static double mean(double[] values, double[] powers) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < values.length; i++) {
            sum += powers[i] * values[i];
            total += powers[i];
        }
        return sum / total;
    }

    private static double sine(double[] degrees, double[] powers) {
        double sum = 0;
        for (int i = 0; i < degrees.length; i++) {
            sum += powers[i] * Math.sin(Math.toRadians(degrees[i]));
        }
        return sum;
    }

    private static double cosine(double[] degrees, double[] powers) {
        double sum = 0;
        for (int i = 0; i < degrees.length; i++) {
            sum += powers[i] * Math.cos(Math.toRadians(degrees[i]));
        }
        return sum;
    }
}
