package dev.lamina.radio;

/// How Gaussian fields with exponential autocorrelations exp(-d/D_i), each with a distance D_i of
/// its own, are tied together so that their correlations C_ij at one place are as wanted (derived).
///
/// In the plane, exp(-d/D) has the power spectrum S(k) ∝ D² (1 + k²D²)^(-3/2). Let waves of
/// wavenumber k have the correlations K_ij(k); then C_ij = ∫ sqrt(S_i S_j) K_ij dk, with a part of
/// the integral from each band of k. K, constant in a band, must be positive semidefinite with a
/// diagonal of ones. Such matrices are found by alternating projections on the condition on C and
/// on those matrices, a step half too long for speed. Correlations are then off by at most 0.015
/// (UMa LOS, whose matrix is almost singular); with one band it would be 0.023.
final class Coherence {
    /// Bands end at these, times the inverse of the fields' geometric mean of D.
    private static final double[] EDGES = {0.4, 1, 2, 6, Double.POSITIVE_INFINITY};

    private static final int PROJECTIONS = 400;
    private static final double STEP = 1.5;
    private static final double LEAST_EIGENVALUE = 5e-4;
    private static final int POINTS = 4_000;

    private final double[] metres;
    private final double[] edges;

    /// For each band, a matrix over the fields.
    private final double[][][] overlaps;

    private final double[][][] matrices;
    private final double[][][] lower;

    private Coherence(double[][] correlations, double[] metres) {
        this.metres = metres;
        double lgMean = 0;
        for (double distance : metres) {
            lgMean += Math.log(distance) / metres.length;
        }
        edges = new double[EDGES.length];
        for (int band = 0; band < edges.length; band++) {
            edges[band] = EDGES[band] / Math.exp(lgMean);
        }
        overlaps = overlaps();
        matrices = matrices(correlations);
        lower = new double[edges.length][][];
        for (int band = 0; band < edges.length; band++) {
            lower[band] = Correlations.cholesky(matrices[band]);
        }
    }

    /// One field.
    static Coherence single(double metres) {
        return new Coherence(new double[][] {{1}}, new double[] {metres});
    }

    /// Several fields.
    ///
    /// @param correlations C at one place, a positive definite matrix
    /// @param metres D of each field
    static Coherence of(double[][] correlations, double[] metres) {
        return new Coherence(correlations, metres.clone());
    }

    int size() {
        return metres.length;
    }

    double metres(int field) {
        return metres[field];
    }

    /// Mixes independent amplitudes of one wave into correlated ones.
    double[] mix(double wavenumber, double[] independent) {
        return Correlations.times(lower[band(wavenumber)], independent);
    }

    /// S_i(k), up to a factor that all fields share.
    double spectrum(int field, double wavenumber) {
        double scaled = wavenumber * metres[field];
        double square = 1 + scaled * scaled;
        return metres[field] * metres[field] / (square * Math.sqrt(square));
    }

    /// What the correlation of two fields at one place has become.
    double correlation(int one, int other) {
        double sum = 0;
        for (int band = 0; band < edges.length; band++) {
            sum += overlaps[band][one][other] * matrices[band][one][other];
        }
        return sum;
    }

    private int band(double wavenumber) {
        int band = 0;
        while (wavenumber > edges[band]) {
            band++;
        }
        return band;
    }

    private double[][][] matrices(double[][] wanted) {
        int n = metres.length;
        double[][][] k = new double[edges.length][n][n];
        for (double[][] matrix : k) {
            for (int i = 0; i < n; i++) {
                matrix[i] = wanted[i].clone();
            }
        }
        for (int step = 0; step < PROJECTIONS; step++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    meet(k, i, j, wanted[i][j]);
                }
            }
            for (int band = 0; band < k.length; band++) {
                k[band] = Symmetric.raise(k[band], LEAST_EIGENVALUE);
            }
        }
        for (double[][] matrix : k) {
            unitDiagonal(matrix);
        }
        return k;
    }

    /// The least change that gives the wanted correlation, times the step.
    private void meet(double[][][] k, int i, int j, double wanted) {
        double rest = wanted;
        double squares = 0;
        for (int band = 0; band < k.length; band++) {
            double overlap = overlaps[band][i][j];
            rest -= overlap * k[band][i][j];
            squares += overlap * overlap;
        }
        for (int band = 0; band < k.length; band++) {
            k[band][i][j] =
                    i == j ? 1 : k[band][i][j] + STEP * overlaps[band][i][j] * rest / squares;
        }
    }

    private static void unitDiagonal(double[][] matrix) {
        double[] scale = new double[matrix.length];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = 1 / Math.sqrt(matrix[i][i]);
        }
        for (int i = 0; i < scale.length; i++) {
            for (int j = 0; j < scale.length; j++) {
                matrix[i][j] = i == j ? 1 : matrix[i][j] * scale[i] * scale[j];
            }
        }
    }

    /// ∫ sqrt(S_i S_j) dk over each band, where ∫ S_i is 1: rectangles of equal width in lg k.
    private double[][][] overlaps() {
        int n = metres.length;
        double[][][] sum = new double[edges.length][n][n];
        double from = Math.log(edges[0] * 1e-5);
        double to = Math.log(edges[0] * 1e6);
        double[] root = new double[n];
        for (int point = 0; point < POINTS; point++) {
            double k = Math.exp(from + (to - from) * (point + 0.5) / POINTS);
            double[][] matrix = sum[band(k)];
            for (int i = 0; i < n; i++) {
                root[i] = k * Math.sqrt(spectrum(i, k) * (to - from) / POINTS);
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    matrix[i][j] += root[i] * root[j];
                }
            }
        }
        return sum;
    }
}
