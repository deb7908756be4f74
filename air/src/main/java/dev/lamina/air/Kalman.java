package dev.lamina.air;

import java.util.Arrays;

/// A Kalman filter for each bin over delay and angle: the state is the bin's last channels, which
/// move by an autoregression that all bins share; its innovation and the measurement's noise are
/// estimated from the history.
public final class Kalman implements Predictor {
    private static final int ORDER = 6;
    private static final double SHARE = 0.4;
    private static final double RIDGE = 1e-3;

    @Override
    public String name() {
        return "kalman";
    }

    @Override
    public float[] predict(History history, Target target) {
        DelayAngle bins = DelayAngle.of(history);
        double noise = Math.max(NoiseFloor.of(history), Double.MIN_NORMAL);
        int order = Math.min(ORDER, history.shape().steps() - 1);
        int[] chosen = bins.strongest(SHARE);
        LinearPrediction equations = new LinearPrediction(order);
        for (int bin : chosen) {
            equations.add(bins.series(bin), order, true, 1);
        }
        double[] weights = equations.solve(RIDGE * equations.meanDiagonal());
        double[][] future = new double[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            double[] series = bins.series(chosen[i]);
            double[] filtered = filter(series, weights, innovation(series, weights, noise), noise);
            future[i] = LinearPrediction.rollOut(filtered, weights, target.steps());
        }
        return DelayAngle.channels(future, chosen, history, target);
    }

    /// Power of the autoregression's error that noise does not explain.
    private static double innovation(double[] series, double[] weights, double noise) {
        int order = weights.length / 2;
        double sum = 0;
        int count = 0;
        for (int t = order; t < series.length / 2; t++) {
            double[] past = Arrays.copyOfRange(series, 2 * (t - order), 2 * t);
            double[] next = LinearPrediction.rollOut(past, weights, 1);
            double real = next[0] - series[2 * t];
            double imaginary = next[1] - series[2 * t + 1];
            sum += real * real + imaginary * imaginary;
            count++;
        }
        double amplified = noise;
        for (double weight : weights) {
            amplified += noise * weight * weight;
        }
        return Math.max(sum / count - amplified, 1e-3 * noise);
    }

    /// The last `order` channels as the filter sees them after the last step, oldest first.
    private static double[] filter(
            double[] series, double[] weights, double innovation, double noise) {
        int p = weights.length / 2;
        int steps = series.length / 2;
        // state: the newest first
        double[] real = new double[p];
        double[] imaginary = new double[p];
        Covariance covariance = new Covariance(p, noise);
        for (int s = 0; s < p; s++) {
            real[s] = series[2 * (p - 1 - s)];
            imaginary[s] = series[2 * (p - 1 - s) + 1];
        }
        for (int t = p; t < steps; t++) {
            double nextReal = 0;
            double nextImaginary = 0;
            for (int s = 0; s < p; s++) {
                double a = weights[2 * (p - 1 - s)];
                double b = weights[2 * (p - 1 - s) + 1];
                nextReal += a * real[s] - b * imaginary[s];
                nextImaginary += a * imaginary[s] + b * real[s];
            }
            System.arraycopy(real, 0, real, 1, p - 1);
            System.arraycopy(imaginary, 0, imaginary, 1, p - 1);
            real[0] = nextReal;
            imaginary[0] = nextImaginary;
            covariance.move(weights, innovation);
            double[] gain = covariance.measure(noise);
            double errorReal = series[2 * t] - real[0];
            double errorImaginary = series[2 * t + 1] - imaginary[0];
            for (int s = 0; s < p; s++) {
                real[s] += gain[2 * s] * errorReal - gain[2 * s + 1] * errorImaginary;
                imaginary[s] += gain[2 * s] * errorImaginary + gain[2 * s + 1] * errorReal;
            }
        }
        double[] filtered = new double[2 * p];
        for (int s = 0; s < p; s++) {
            filtered[2 * (p - 1 - s)] = real[s];
            filtered[2 * (p - 1 - s) + 1] = imaginary[s];
        }
        return filtered;
    }

    /// The state's covariance, a Hermitian matrix.
    private static final class Covariance {
        private final int size;
        private double[][] real;
        private double[][] imaginary;

        /// @param noise of the first channels, which are taken as measured
        Covariance(int size, double noise) {
            this.size = size;
            real = new double[size][size];
            imaginary = new double[size][size];
            for (int i = 0; i < size; i++) {
                real[i][i] = noise;
            }
        }

        /// F P F^H + Q, where F's first row are the weights and the others shift.
        void move(double[] weights, double innovation) {
            for (int side = 0; side < 2; side++) {
                double[][] nextReal = new double[size][size];
                double[][] nextImaginary = new double[size][size];
                for (int column = 0; column < size; column++) {
                    for (int s = 0; s < size; s++) {
                        double a = weights[2 * (size - 1 - s)];
                        double b = weights[2 * (size - 1 - s) + 1];
                        nextReal[0][column] += a * real[s][column] - b * imaginary[s][column];
                        nextImaginary[0][column] += a * imaginary[s][column] + b * real[s][column];
                    }
                    for (int row = 1; row < size; row++) {
                        nextReal[row][column] = real[row - 1][column];
                        nextImaginary[row][column] = imaginary[row - 1][column];
                    }
                }
                // (F P)^H, so that the second pass gives F (F P)^H = F P F^H
                for (int row = 0; row < size; row++) {
                    for (int column = 0; column < size; column++) {
                        real[column][row] = nextReal[row][column];
                        imaginary[column][row] = -nextImaginary[row][column];
                    }
                }
            }
            real[0][0] += innovation;
        }

        /// Takes in a measurement of the newest channel.
        ///
        /// @return the gain of each part of the state, real and imaginary parts in turn
        double[] measure(double noise) {
            double total = real[0][0] + noise;
            double[] gain = new double[2 * size];
            for (int i = 0; i < size; i++) {
                gain[2 * i] = real[i][0] / total;
                gain[2 * i + 1] = imaginary[i][0] / total;
            }
            double[] rowReal = real[0].clone();
            double[] rowImaginary = imaginary[0].clone();
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    double a = gain[2 * i];
                    double b = gain[2 * i + 1];
                    real[i][j] -= a * rowReal[j] - b * rowImaginary[j];
                    imaginary[i][j] -= a * rowImaginary[j] + b * rowReal[j];
                }
            }
            return gain;
        }
    }
}
