package dev.lamina.air;

import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.GenericStore;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.scalar.ComplexNumber;

/// Channels as snapshots of an array with three axes: subcarriers, rows, columns. A snapshot is one
/// step at one port; the paths' places are common to all of them.
final class Snapshots {
    private static final int LEAST_COMPONENTS = 4;
    private static final int MORE_COMPONENTS = 3;

    /// Beyond it, finding the principal ones takes longer than they save.
    private static final int MOST_SNAPSHOTS = 128;

    /// Subcarriers, rows, columns.
    final int[] sizes;

    /// Steps times ports; the ports are fastest.
    final int count;

    /// [subcarrier, row, column, snapshot].
    final float[] real;

    final float[] imaginary;

    private Snapshots(int[] sizes, int count, float[] real, float[] imaginary) {
        this.sizes = sizes;
        this.count = count;
        this.real = real;
        this.imaginary = imaginary;
    }

    static Snapshots of(History history) {
        ArrayLayout layout = history.layout();
        int steps = history.shape().steps();
        int subcarriers = history.shape().subcarriers();
        int[] sizes = {subcarriers, layout.rows(), layout.columns()};
        Snapshots result = zeros(sizes, steps * layout.ports());
        float[] channels = history.channels();
        for (int t = 0; t < steps; t++) {
            int to = t * layout.ports();
            for (int k = 0; k < subcarriers; k++) {
                int from = (t * subcarriers + k) * layout.antennas();
                for (int place = 0; place < layout.rows() * layout.columns(); place++) {
                    int row = place / layout.columns();
                    int column = place % layout.columns();
                    for (int port = 0; port < layout.ports(); port++) {
                        int at = 2 * (from + layout.antenna(row, column, port));
                        result.real[to + port] = channels[at];
                        result.imaginary[to + port] = channels[at + 1];
                    }
                    to += result.count;
                }
            }
        }
        return result;
    }

    static Snapshots zeros(int[] sizes, int count) {
        int size = sizes[0] * sizes[1] * sizes[2] * count;
        return new Snapshots(sizes, count, new float[size], new float[size]);
    }

    Snapshots copy() {
        return new Snapshots(sizes, count, real.clone(), imaginary.clone());
    }

    /// The same channels in fewer snapshots: the combinations of snapshots that hold more than
    /// noise (principal components), and a few more. What a place receives, summed over snapshots,
    /// stays but for that noise.
    ///
    /// @param noise power of the noise of a channel
    Snapshots principal(double noise) {
        if (count <= LEAST_COMPONENTS || count > MOST_SNAPSHOTS) {
            return this;
        }
        GenericStore<ComplexNumber> gram = gram();
        Eigenvalue<ComplexNumber> eigen = Eigenvalue.C128.make(gram, true);
        eigen.decompose(gram);
        double edge = noise * Math.pow(Math.sqrt(elements()) + Math.sqrt(count), 2);
        int kept = 0;
        while (kept < count && eigen.getEigenvalues().get(kept).norm() > edge) {
            kept++;
        }
        kept = Math.min(count, Math.max(LEAST_COMPONENTS, kept + MORE_COMPONENTS));
        return kept == count ? this : combined(eigen.getV(), kept);
    }

    /// Y^H Y over elements, [snapshot, snapshot].
    private GenericStore<ComplexNumber> gram() {
        GenericStore<ComplexNumber> matrix = GenericStore.C128.make(count, count);
        for (int a = 0; a < count; a++) {
            for (int b = a; b < count; b++) {
                double x = 0;
                double y = 0;
                for (int at = 0; at < real.length; at += count) {
                    x +=
                            (double) real[at + a] * real[at + b]
                                    + (double) imaginary[at + a] * imaginary[at + b];
                    y +=
                            (double) real[at + a] * imaginary[at + b]
                                    - (double) imaginary[at + a] * real[at + b];
                }
                matrix.set(a, b, ComplexNumber.of(x, y));
                matrix.set(b, a, ComplexNumber.of(x, -y));
            }
        }
        return matrix;
    }

    /// Y V for the first columns of V.
    private Snapshots combined(MatrixStore<ComplexNumber> vectors, int kept) {
        Snapshots result = zeros(sizes, kept);
        for (int c = 0; c < kept; c++) {
            for (int s = 0; s < count; s++) {
                ComplexNumber factor = vectors.get(s, c);
                float x = (float) factor.doubleValue();
                float y = (float) factor.i;
                for (int e = 0; e < elements(); e++) {
                    float a = real[e * count + s];
                    float b = imaginary[e * count + s];
                    result.real[e * kept + c] += a * x - b * y;
                    result.imaginary[e * kept + c] += a * y + b * x;
                }
            }
        }
        return result;
    }

    /// Elements of a snapshot.
    int elements() {
        return sizes[0] * sizes[1] * sizes[2];
    }

    /// As channels [time, subcarrier, antenna, 2].
    float[] channels(ArrayLayout layout) {
        int steps = count / layout.ports();
        float[] channels = new float[2 * real.length];
        for (int t = 0; t < steps; t++) {
            int from = t * layout.ports();
            for (int k = 0; k < sizes[0]; k++) {
                int to = (t * sizes[0] + k) * layout.antennas();
                for (int place = 0; place < layout.rows() * layout.columns(); place++) {
                    int row = place / layout.columns();
                    int column = place % layout.columns();
                    for (int port = 0; port < layout.ports(); port++) {
                        int at = 2 * (to + layout.antenna(row, column, port));
                        channels[at] = real[from + port];
                        channels[at + 1] = imaginary[from + port];
                    }
                    from += count;
                }
            }
        }
        return channels;
    }

    /// Adds the path at this place with these gains.
    ///
    /// @param gains of each snapshot, real and imaginary parts in turn
    /// @param shift of the first subcarrier
    void add(double[] place, double[] gains, int sign, int shift) {
        float[] gainReal = new float[count];
        float[] gainImaginary = new float[count];
        for (int j = 0; j < count; j++) {
            gainReal[j] = (float) (sign * gains[2 * j]);
            gainImaginary[j] = (float) (sign * gains[2 * j + 1]);
        }
        double[][] turns = Steering.turns(sizes, place, shift);
        int at = 0;
        for (int k = 0; k < sizes[0]; k++) {
            for (int r = 0; r < sizes[1]; r++) {
                double a =
                        turns[0][2 * k] * turns[1][2 * r]
                                - turns[0][2 * k + 1] * turns[1][2 * r + 1];
                double b =
                        turns[0][2 * k] * turns[1][2 * r + 1]
                                + turns[0][2 * k + 1] * turns[1][2 * r];
                for (int c = 0; c < sizes[2]; c++) {
                    float x = (float) (a * turns[2][2 * c] - b * turns[2][2 * c + 1]);
                    float y = -(float) (a * turns[2][2 * c + 1] + b * turns[2][2 * c]);
                    for (int j = 0; j < count; j++) {
                        real[at + j] += gainReal[j] * x - gainImaginary[j] * y;
                        imaginary[at + j] += gainReal[j] * y + gainImaginary[j] * x;
                    }
                    at += count;
                }
            }
        }
    }

    /// What arrives from this place, along one axis: the inner products over the other two.
    ///
    /// @return [along the axis, snapshot], real parts, then imaginary parts
    float[][] along(int axis, double[] place) {
        double[][] turns = Steering.turns(sizes, place, 0);
        float[] outReal = new float[sizes[axis] * count];
        float[] outImaginary = new float[sizes[axis] * count];
        for (int i = 0; i < sizes[axis]; i++) {
            turns[axis][2 * i] = 1;
            turns[axis][2 * i + 1] = 0;
        }
        int[] index = new int[3];
        int at = 0;
        for (index[0] = 0; index[0] < sizes[0]; index[0]++) {
            for (index[1] = 0; index[1] < sizes[1]; index[1]++) {
                int k = 2 * index[0];
                int r = 2 * index[1];
                double a = turns[0][k] * turns[1][r] - turns[0][k + 1] * turns[1][r + 1];
                double b = turns[0][k] * turns[1][r + 1] + turns[0][k + 1] * turns[1][r];
                for (index[2] = 0; index[2] < sizes[2]; index[2]++) {
                    int c = 2 * index[2];
                    float x = (float) (a * turns[2][c] - b * turns[2][c + 1]);
                    float y = (float) (a * turns[2][c + 1] + b * turns[2][c]);
                    int to = index[axis] * count;
                    for (int j = 0; j < count; j++) {
                        outReal[to + j] += real[at + j] * x - imaginary[at + j] * y;
                        outImaginary[to + j] += real[at + j] * y + imaginary[at + j] * x;
                    }
                    at += count;
                }
            }
        }
        return new float[][] {outReal, outImaginary};
    }
}
