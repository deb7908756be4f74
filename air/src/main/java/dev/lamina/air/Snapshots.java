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
        return of(
                history.channels(),
                history.shape().steps(),
                history.shape().subcarriers(),
                history.layout());
    }

    /// @param channels [time, subcarrier, antenna, 2]
    static Snapshots of(float[] channels, int steps, int subcarriers, ArrayLayout layout) {
        int[] sizes = {subcarriers, layout.rows(), layout.columns()};
        Snapshots result = zeros(sizes, steps * layout.ports());
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
        float[] directions = directions(turns);
        int each = directions.length / 2 * count;
        float[] ofReal = new float[each]; // [row, column, snapshot]
        float[] ofImaginary = new float[each];
        for (int d = 0; d < each / count; d++) {
            float x = directions[2 * d];
            float y = -directions[2 * d + 1];
            for (int j = 0; j < count; j++) {
                ofReal[d * count + j] = gainReal[j] * x - gainImaginary[j] * y;
                ofImaginary[d * count + j] = gainReal[j] * y + gainImaginary[j] * x;
            }
        }
        for (int k = 0; k < sizes[0]; k++) {
            float x = (float) turns[0][2 * k];
            float y = -(float) turns[0][2 * k + 1];
            int to = k * each;
            for (int j = 0; j < each; j++) {
                real[to + j] += ofReal[j] * x - ofImaginary[j] * y;
                imaginary[to + j] += ofReal[j] * y + ofImaginary[j] * x;
            }
        }
    }

    /// Cosine and sine of each row and column's angle, [row, column, 2].
    private float[] directions(double[][] turns) {
        float[] directions = new float[2 * sizes[1] * sizes[2]];
        for (int r = 0; r < sizes[1]; r++) {
            double a = turns[1][2 * r];
            double b = turns[1][2 * r + 1];
            for (int c = 0; c < sizes[2]; c++) {
                double x = turns[2][2 * c];
                double y = turns[2][2 * c + 1];
                int at = 2 * (r * sizes[2] + c);
                directions[at] = (float) (a * x - b * y);
                directions[at + 1] = (float) (a * y + b * x);
            }
        }
        return directions;
    }

    /// What arrives with this delay: the inner products over subcarriers.
    Snapshots arriving(double delay) {
        Snapshots sum = zeros(new int[] {1, sizes[1], sizes[2]}, count);
        int each = sum.real.length;
        double[] turns = Steering.turns(sizes, new double[] {delay, 0, 0}, 0)[0];
        for (int k = 0; k < sizes[0]; k++) {
            float x = (float) turns[2 * k];
            float y = (float) turns[2 * k + 1];
            int from = k * each;
            for (int j = 0; j < each; j++) {
                float a = real[from + j];
                float b = imaginary[from + j];
                sum.real[j] += a * x - b * y;
                sum.imaginary[j] += a * y + b * x;
            }
        }
        return sum;
    }

    /// What arrives from this place, along one axis: the inner products over the other two.
    ///
    /// @return [along the axis, snapshot], real parts, then imaginary parts
    float[][] along(int axis, double[] place) {
        double[][] turns = Steering.turns(sizes, place, 0);
        int size = sizes[axis];
        for (int i = 0; i < size; i++) {
            turns[axis][2 * i] = 1;
            turns[axis][2 * i + 1] = 0;
        }
        float[] directions = directions(turns);
        float[] outReal = new float[size * count];
        float[] outImaginary = new float[size * count];
        int at = 0;
        for (int k = 0; k < sizes[0]; k++) {
            float a = (float) turns[0][2 * k];
            float b = (float) turns[0][2 * k + 1];
            for (int d = 0; d < sizes[1] * sizes[2]; d++) {
                float x = a * directions[2 * d] - b * directions[2 * d + 1];
                float y = a * directions[2 * d + 1] + b * directions[2 * d];
                int index = axis == 0 ? k : axis == 1 ? d / sizes[2] : d % sizes[2];
                int to = index * count;
                for (int j = 0; j < count; j++) {
                    outReal[to + j] += real[at + j] * x - imaginary[at + j] * y;
                    outImaginary[to + j] += real[at + j] * y + imaginary[at + j] * x;
                }
                at += count;
            }
        }
        return new float[][] {outReal, outImaginary};
    }

    /// Inner products of each snapshot with the response to a place, real and imaginary parts in
    /// turn.
    ///
    /// @param shift of the first subcarrier
    double[] project(double[] place, int shift) {
        float[][] arriving = along(0, place);
        double[] turns = Steering.turns(sizes, place, shift)[0];
        double[] seen = new double[2 * count];
        for (int n = 0; n < sizes[0]; n++) {
            double c = turns[2 * n];
            double s = turns[2 * n + 1];
            for (int j = 0; j < count; j++) {
                float a = arriving[0][n * count + j];
                float b = arriving[1][n * count + j];
                seen[2 * j] += a * c - b * s;
                seen[2 * j + 1] += a * s + b * c;
            }
        }
        return seen;
    }
}
