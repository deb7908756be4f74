package dev.lamina.air;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// Finds the paths of a channel in noisy snapshots: orthogonal matching pursuit with Newton's
/// method on every path's place (Mamandipoor, Ramasamy, Madhow, "Newtonized orthogonal matching
/// pursuit", IEEE Trans. Signal Processing 64(19), 2016). That several snapshots share places, and
/// that several peaks are taken at a time, is ours (derived).
///
/// All elements of the array add up in a path's gain, so its noise is that of a channel divided by
/// their number: 29 dB less with 48 subcarriers and 4 x 4 antennas.
final class PathFinder {
    private static final int PEAKS_AT_ONCE = 6;
    private static final double DIAGONAL = 1e-3;
    private static final double BAR = 1.7;
    private static final int CORRECTIONS = 8;
    private static final double LESS = 0.8;
    private static final double LEAST_NOISE = 0.1;

    private final Snapshots snapshots;
    private double noise;
    private final int most;
    private final int snapshotCount;
    private final Snapshots left;
    private final List<double[]> places = new ArrayList<>();
    private List<double[]> gains = List.of();
    private List<Double> variances = List.of();

    private PathFinder(Snapshots snapshots, int snapshotCount, double noise, int most) {
        this.snapshotCount = snapshotCount;
        this.snapshots = snapshots;
        this.noise = noise;
        this.most = most;
        this.left = snapshots.copy();
    }

    /// The paths that stand out of the noise. What is left tells how much of that there is, which
    /// the first estimate may have put too high.
    ///
    /// @param noise estimated power of the noise of a channel
    /// @param most paths
    static Paths find(Snapshots snapshots, double noise, int most) {
        PathFinder strong =
                new PathFinder(snapshots.principal(noise), snapshots.count, noise, most);
        strong.search();
        // weak paths do not show in the principal components, which make the search quicker
        PathFinder finder = new PathFinder(snapshots, snapshots.count, noise, most);
        if (!strong.places.isEmpty()) {
            finder.places.addAll(strong.places);
            finder.fit();
        }
        finder.search();
        for (int i = 0; i < CORRECTIONS && finder.quieter(); i++) {
            finder.search();
        }
        return new Paths(
                List.copyOf(finder.places), finder.gains, finder.variances, finder.leftPower());
    }

    /// Takes what is left for the noise, if it is much less.
    private boolean quieter() {
        double found = leftPower();
        if (found >= LESS * noise || places.size() >= most) {
            return false;
        }
        noise = Math.max(found, LEAST_NOISE * noise);
        return true;
    }

    /// Of a channel, without what the paths' gains have taken of it.
    private double leftPower() {
        double sum = 0;
        for (int i = 0; i < left.real.length; i++) {
            sum += (double) left.real[i] * left.real[i];
            sum += (double) left.imaginary[i] * left.imaginary[i];
        }
        int free = Math.max(1, left.elements() - places.size());
        return sum / ((double) free * left.count);
    }

    /// What a path has at least, summed over snapshots: noise from the most favourable of all
    /// places has less (3.5 deviations above its mean, and a little for the number of places). With
    /// a lower bar, parts of strong paths become paths of their own, and predictions worse.
    private double least() {
        return BAR * noise * (snapshotCount + 3.5 * Math.sqrt(snapshotCount) + 8);
    }

    private void search() {
        while (places.size() < most) {
            List<double[]> found =
                    new Peaks(left).highest(least(), Math.min(PEAKS_AT_ONCE, most - places.size()));
            if (found.isEmpty()) {
                break;
            }
            for (double[] place : found) {
                refine(place, null);
                refine(place, null);
                places.add(place);
            }
            fit();
            refineAll();
            fit();
        }
        if (!places.isEmpty()) {
            refineAll();
            fit();
        }
    }

    private void refineAll() {
        for (int p = 0; p < places.size(); p++) {
            refine(places.get(p), gains.get(p));
        }
    }

    /// One Newton search along each axis, on what is left and the path itself.
    private void refine(double[] place, double @Nullable [] own) {
        double[] old = place.clone();
        refine(place, old, own, 0, left);
        Snapshots ofDelay = left.arriving(place[0]);
        refine(place, old, own, 1, ofDelay);
        refine(place, old, own, 2, ofDelay);
    }

    private void refine(
            double[] place, double[] old, double @Nullable [] own, int axis, Snapshots seen) {
        int size = snapshots.sizes[axis];
        if (size == 1) {
            return;
        }
        float[][] arriving = seen.along(axis, place);
        if (own != null) {
            addOwn(arriving, axis, place, old, own);
        }
        place[axis] = newton(arriving, size, place[axis]);
    }

    private void addOwn(float[][] arriving, int axis, double[] place, double[] old, double[] own) {
        double[] factor = Steering.product(snapshots.sizes, place, old, axis);
        // along the axis, the path turns as it did when it was fitted
        double[] turns = Steering.turns(snapshots.sizes, old, 0)[axis];
        for (int n = 0; n < snapshots.sizes[axis]; n++) {
            double a = factor[0] * turns[2 * n] + factor[1] * turns[2 * n + 1];
            double b = factor[1] * turns[2 * n] - factor[0] * turns[2 * n + 1];
            int to = n * snapshots.count;
            for (int j = 0; j < snapshots.count; j++) {
                arriving[0][to + j] += (float) (a * own[2 * j] - b * own[2 * j + 1]);
                arriving[1][to + j] += (float) (a * own[2 * j + 1] + b * own[2 * j]);
            }
        }
    }

    private double newton(float[][] arriving, int size, double start) {
        double limit = 0.25 / size;
        double x = start;
        Slope at = slope(arriving, size, x);
        for (int i = 0; i < 3; i++) {
            double step = at.second < 0 ? -at.first / at.second : Math.signum(at.first) * limit;
            step = Math.clamp(step, -limit, limit);
            Slope next = slope(arriving, size, x + step);
            if (next.value <= at.value) {
                break;
            }
            x += step;
            at = next;
        }
        return x - Math.floor(x);
    }

    /// A value with its first two derivatives.
    private record Slope(double value, double first, double second) {}

    /// J(x) = Σ_s abs(Σ_n z[n, s] exp(j 2π n x))².
    private Slope slope(float[][] arriving, int size, double x) {
        int count = snapshots.count;
        float[] sums = new float[6 * count]; // Σ z, Σ n z, Σ n² z
        for (int n = 0; n < size; n++) {
            double turn = 2 * Math.PI * (n - (size - 1) / 2.0);
            float c = (float) Math.cos(turn * x);
            float s = (float) Math.sin(turn * x);
            float weight = (float) turn;
            for (int j = 0; j < count; j++) {
                float zReal = arriving[0][n * count + j];
                float zImaginary = arriving[1][n * count + j];
                float a = zReal * c - zImaginary * s;
                float b = zReal * s + zImaginary * c;
                sums[j] += a;
                sums[count + j] += b;
                sums[2 * count + j] += weight * a;
                sums[3 * count + j] += weight * b;
                sums[4 * count + j] += weight * weight * a;
                sums[5 * count + j] += weight * weight * b;
            }
        }
        double value = 0;
        double first = 0;
        double second = 0;
        for (int j = 0; j < count; j++) {
            double a = sums[j];
            double b = sums[count + j];
            double a1 = -sums[3 * count + j];
            double b1 = sums[2 * count + j];
            value += a * a + b * b;
            first += 2 * (a1 * a + b1 * b);
            second += 2 * (a1 * a1 + b1 * b1 - sums[4 * count + j] * a - sums[5 * count + j] * b);
        }
        return new Slope(value, first, second);
    }

    /// All paths' gains by least squares, and what is left.
    private void fit() {
        int paths = places.size();
        int count = snapshots.count;
        R064Store matrix = R064Store.FACTORY.make(2 * paths, 2 * paths);
        R064Store right = R064Store.FACTORY.make(2 * paths, count + paths);
        for (int p = 0; p < paths; p++) {
            for (int q = 0; q < paths; q++) {
                double[] product =
                        Steering.product(snapshots.sizes, places.get(p), places.get(q), -1);
                double real = product[0] + (p == q ? DIAGONAL : 0);
                matrix.set(p, q, real);
                matrix.set(paths + p, paths + q, real);
                matrix.set(paths + p, q, product[1]);
                matrix.set(p, paths + q, -product[1]);
            }
            double[] seen = snapshots.project(places.get(p), 0);
            for (int j = 0; j < count; j++) {
                right.set(p, j, seen[2 * j]);
                right.set(paths + p, j, seen[2 * j + 1]);
            }
            right.set(p, count + p, 1);
        }
        Cholesky<Double> cholesky = Cholesky.R064.make(matrix);
        cholesky.decompose(matrix);
        MatrixStore<Double> solution = cholesky.getSolution(right);
        gains = new ArrayList<>();
        variances = new ArrayList<>();
        System.arraycopy(snapshots.real, 0, left.real, 0, left.real.length);
        System.arraycopy(snapshots.imaginary, 0, left.imaginary, 0, left.imaginary.length);
        for (int p = 0; p < paths; p++) {
            double[] gain = new double[2 * count];
            for (int j = 0; j < count; j++) {
                gain[2 * j] = solution.doubleValue(p, j);
                gain[2 * j + 1] = solution.doubleValue(paths + p, j);
            }
            gains.add(gain);
            variances.add(noise * solution.doubleValue(p, count + p));
            left.add(places.get(p), gain, -1, 0);
        }
    }
}
