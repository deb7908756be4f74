package dev.lamina.air;

import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// Autoregression of order p that several series share: z(t) = Σ_i w_i z(t-p+i), by least squares
/// forwards and backwards in time (the "modified covariance" equations), with a ridge.
final class LinearPrediction {
    private final int order;
    private final double[] normal;
    private final double[] side;
    private double rows;

    /// @param order p
    LinearPrediction(int order) {
        this.order = order;
        this.normal = new double[2 * order * order];
        this.side = new double[2 * order];
    }

    /// Adds the equations of a series.
    ///
    /// @param series real and imaginary parts in turn
    /// @param from first step that is an equation's result, `order` for all
    /// @param weight of its equations
    LinearPrediction add(double[] series, int from, boolean backwards, double weight) {
        int steps = series.length / 2;
        for (int t = from; t < steps; t++) {
            equation(series, t - order, 1, weight);
        }
        for (int t = 0; backwards && t < steps - order; t++) {
            equation(series, t + order, -1, weight);
        }
        return this;
    }

    /// Steps `first`, `first + direction`, … explain the one after them; conjugated when backwards.
    private void equation(double[] series, int first, int direction, double weight) {
        int result = first + direction * order;
        double bReal = series[2 * result];
        double bImaginary = direction * series[2 * result + 1];
        for (int i = 0; i < order; i++) {
            int a = first + direction * i;
            double aReal = weight * series[2 * a];
            double aImaginary = weight * -direction * series[2 * a + 1]; // conjugate
            side[2 * i] += aReal * bReal - aImaginary * bImaginary;
            side[2 * i + 1] += aReal * bImaginary + aImaginary * bReal;
            for (int j = 0; j <= i; j++) {
                int b = first + direction * j;
                double cReal = series[2 * b];
                double cImaginary = direction * series[2 * b + 1];
                int at = 2 * (i * order + j);
                normal[at] += aReal * cReal - aImaginary * cImaginary;
                normal[at + 1] += aReal * cImaginary + aImaginary * cReal;
            }
        }
        rows += weight;
    }

    /// Equations so far, each with its weight.
    double rows() {
        return rows;
    }

    /// Mean of the diagonal of the normal equations.
    double meanDiagonal() {
        double sum = 0;
        for (int i = 0; i < order; i++) {
            sum += normal[2 * (i * order + i)];
        }
        return sum / order;
    }

    /// The weights w, real and imaginary parts in turn.
    ///
    /// @param ridge added to the diagonal
    double[] solve(double ridge) {
        // a Hermitian system as a real one of twice the size
        R064Store matrix = R064Store.FACTORY.make(2 * order, 2 * order);
        R064Store right = R064Store.FACTORY.make(2 * order, 1);
        double floor = Math.max(ridge, 1e-9 * meanDiagonal() + Double.MIN_NORMAL);
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                int at = j <= i ? 2 * (i * order + j) : 2 * (j * order + i);
                double real = normal[at] + (i == j ? floor : 0);
                double imaginary = j <= i ? normal[at + 1] : -normal[at + 1];
                matrix.set(i, j, real);
                matrix.set(order + i, order + j, real);
                matrix.set(order + i, j, imaginary);
                matrix.set(i, order + j, -imaginary);
            }
            right.set(i, 0, side[2 * i]);
            right.set(order + i, 0, side[2 * i + 1]);
        }
        Cholesky<Double> cholesky = Cholesky.R064.make(matrix);
        cholesky.decompose(matrix);
        MatrixStore<Double> solution = cholesky.getSolution(right);
        double[] weights = new double[2 * order];
        for (int i = 0; i < order; i++) {
            weights[2 * i] = solution.doubleValue(i, 0);
            weights[2 * i + 1] = solution.doubleValue(order + i, 0);
        }
        return weights;
    }

    /// Goes on with a series for so many steps.
    static double[] rollOut(double[] series, double[] weights, int steps) {
        int order = weights.length / 2;
        int past = series.length / 2;
        double[] all = new double[series.length + 2 * steps];
        System.arraycopy(series, 0, all, 0, series.length);
        for (int t = past; t < past + steps; t++) {
            for (int i = 0; i < order; i++) {
                int from = 2 * (t - order + i);
                all[2 * t] += weights[2 * i] * all[from] - weights[2 * i + 1] * all[from + 1];
                all[2 * t + 1] += weights[2 * i] * all[from + 1] + weights[2 * i + 1] * all[from];
            }
        }
        double[] future = new double[2 * steps];
        System.arraycopy(all, series.length, future, 0, future.length);
        return future;
    }
}
