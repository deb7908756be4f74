package dev.lamina.radio;

import static dev.lamina.radio.LargeScaleParameter.ARRIVAL_AZIMUTH;
import static dev.lamina.radio.LargeScaleParameter.ARRIVAL_ZENITH;
import static dev.lamina.radio.LargeScaleParameter.DELAY_SPREAD;
import static dev.lamina.radio.LargeScaleParameter.DEPARTURE_AZIMUTH;
import static dev.lamina.radio.LargeScaleParameter.DEPARTURE_ZENITH;
import static dev.lamina.radio.LargeScaleParameter.RICIAN;
import static dev.lamina.radio.LargeScaleParameter.SHADOWING;

/// Cross-correlations of large-scale parameters at one place (TR 38.901, table 7.5-6). Matrices are
/// square, over [LargeScaleParameter]. Pairs that the table does not list are 0.
final class Correlations {
    private Correlations() {}

    /// @param column of the table: UMa LOS, UMa NLOS, UMi LOS, UMi NLOS, O2I
    static double[][] of(int column) {
        double[][] matrix = identity();
        set(matrix, DEPARTURE_AZIMUTH, DELAY_SPREAD, pick(column, 0.4, 0.4, 0.5, 0, 0.4));
        set(matrix, ARRIVAL_AZIMUTH, DELAY_SPREAD, pick(column, 0.8, 0.6, 0.8, 0.4, 0.4));
        set(matrix, ARRIVAL_AZIMUTH, SHADOWING, pick(column, -0.5, 0, -0.4, -0.4, 0));
        set(matrix, DEPARTURE_AZIMUTH, SHADOWING, pick(column, -0.5, -0.6, -0.5, 0, 0.2));
        set(matrix, DELAY_SPREAD, SHADOWING, pick(column, -0.4, -0.4, -0.4, -0.7, -0.5));
        set(matrix, DEPARTURE_AZIMUTH, ARRIVAL_AZIMUTH, pick(column, 0, 0.4, 0.4, 0, 0));
        set(matrix, DEPARTURE_AZIMUTH, RICIAN, pick(column, 0, 0, -0.2, 0, 0));
        set(matrix, ARRIVAL_AZIMUTH, RICIAN, pick(column, -0.2, 0, -0.3, 0, 0));
        set(matrix, DELAY_SPREAD, RICIAN, pick(column, -0.4, 0, -0.7, 0, 0));
        set(matrix, SHADOWING, RICIAN, pick(column, 0, 0, 0.5, 0, 0));
        set(matrix, ARRIVAL_ZENITH, SHADOWING, pick(column, -0.8, -0.4, 0, 0, 0));
        set(matrix, DEPARTURE_ZENITH, DELAY_SPREAD, pick(column, -0.2, -0.5, 0, -0.5, -0.6));
        set(matrix, ARRIVAL_ZENITH, DELAY_SPREAD, pick(column, 0, 0, 0.2, 0, -0.2));
        set(matrix, DEPARTURE_ZENITH, DEPARTURE_AZIMUTH, pick(column, 0.5, 0.5, 0.5, 0.5, -0.2));
        set(matrix, ARRIVAL_ZENITH, DEPARTURE_AZIMUTH, pick(column, 0, -0.1, 0.3, 0.5, 0));
        set(matrix, DEPARTURE_ZENITH, ARRIVAL_AZIMUTH, pick(column, -0.3, 0, 0, 0, 0));
        set(matrix, ARRIVAL_ZENITH, ARRIVAL_AZIMUTH, pick(column, 0.4, 0, 0, 0.2, 0.5));
        set(matrix, DEPARTURE_ZENITH, ARRIVAL_ZENITH, pick(column, 0, 0, 0, 0, 0.5));
        return matrix;
    }

    /// The lower triangular L with L Lᵀ = `matrix`, which must be positive definite. The table's
    /// matrices barely are: the least eigenvalue is 0.0026.
    static double[][] cholesky(double[][] matrix) {
        int n = matrix.length;
        double[][] lower = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    rest -= lower[i][k] * lower[j][k];
                }
                if (i == j && !(rest > 0)) {
                    throw new IllegalArgumentException("row " + i + ": not positive definite");
                }
                lower[i][j] = i == j ? Math.sqrt(rest) : rest / lower[j][j];
            }
        }
        return lower;
    }

    /// L times `vector`, for a lower triangular L.
    static double[] times(double[][] lower, double[] vector) {
        double[] product = new double[lower.length];
        for (int i = 0; i < product.length; i++) {
            for (int j = 0; j <= i; j++) {
                product[i] += lower[i][j] * vector[j];
            }
        }
        return product;
    }

    private static double[][] identity() {
        double[][] matrix = new double[LargeScaleParameter.COUNT][LargeScaleParameter.COUNT];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i][i] = 1;
        }
        return matrix;
    }

    private static void set(
            double[][] matrix, LargeScaleParameter one, LargeScaleParameter other, double value) {
        matrix[one.index][other.index] = value;
        matrix[other.index][one.index] = value;
    }

    private static double pick(
            int column, double macroLos, double macroNlos, double los, double nlos, double indoor) {
        return switch (column) {
            case 0 -> macroLos;
            case 1 -> macroNlos;
            case 2 -> los;
            case 3 -> nlos;
            default -> indoor;
        };
    }
}
