package dev.lamina.radio;

/// Small symmetric matrices, by Jacobi's rotations.
final class Symmetric {
    private static final int SWEEPS = 60;

    private Symmetric() {}

    /// The same matrix with each eigenvalue below `least` raised to it.
    static double[][] raise(double[][] matrix, double least) {
        int n = matrix.length;
        double[][] diagonal = copy(matrix);
        double[][] vectors = identity(n);
        rotate(diagonal, vectors);
        double[][] raised = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    raised[i][j] += vectors[i][k] * Math.max(least, diagonal[k][k]) * vectors[j][k];
                }
            }
        }
        return raised;
    }

    /// Makes `a` diagonal; the columns of `vectors` become its eigenvectors.
    private static void rotate(double[][] a, double[][] vectors) {
        int n = a.length;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            double off = 0;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    off += a[p][q] * a[p][q];
                    rotate(a, vectors, p, q);
                }
            }
            if (off < 1e-24) {
                return;
            }
        }
    }

    private static void rotate(double[][] a, double[][] vectors, int p, int q) {
        if (a[p][q] == 0) {
            return;
        }
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(t * t + 1);
        double sine = t * cosine;
        for (double[] row : a) {
            turn(row, p, q, cosine, sine);
        }
        for (int k = 0; k < a.length; k++) {
            double first = a[p][k];
            double second = a[q][k];
            a[p][k] = cosine * first - sine * second;
            a[q][k] = sine * first + cosine * second;
        }
        for (double[] row : vectors) {
            turn(row, p, q, cosine, sine);
        }
    }

    private static void turn(double[] row, int p, int q, double cosine, double sine) {
        double first = row[p];
        double second = row[q];
        row[p] = cosine * first - sine * second;
        row[q] = sine * first + cosine * second;
    }

    private static double[][] copy(double[][] matrix) {
        double[][] copy = new double[matrix.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = matrix[i].clone();
        }
        return copy;
    }

    private static double[][] identity(int n) {
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            matrix[i][i] = 1;
        }
        return matrix;
    }
}
