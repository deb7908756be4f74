package dev.lamina.train;

import dev.lamina.nn.FloatTensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/// A matrix P `[out, in]` in two factors, P = L Rᵀ with L `[out, n]` and R `[in, n]`, in double
/// precision. Its singular value decomposition never makes P itself: with L = Q₁ R₁ and R = Q₂ R₂
/// (QR), P = Q₁ (R₁ R₂ᵀ) Q₂ᵀ, and the core in the middle is at most `[n, n]` (derived).
///
/// @param left L
/// @param right R; null if P is L itself
record LowRank(MatrixStore<Double> left, @Nullable MatrixStore<Double> right) {

    /// A pair with its weight in a sum.
    ///
    /// @param b `[out, r]`
    /// @param a `[r, in]`
    record Pair(double weight, FloatTensor b, FloatTensor a) {
        int rank() {
            return Math.toIntExact(a.shape()[0]);
        }
    }

    /// Σ wₖ Bₖ Aₖ, exactly: the factors side by side, each weight in its B.
    static LowRank sum(List<Pair> pairs) {
        FloatTensor b = stackedB(pairs);
        FloatTensor a = stackedA(pairs);
        R064Store left = R064Store.FACTORY.make(b.shape()[0], b.shape()[1]);
        R064Store right = R064Store.FACTORY.make(a.shape()[1], a.shape()[0]);
        int from = 0;
        for (Pair pair : pairs) { // weighted in double precision
            int rank = pair.rank();
            for (int k = 0; k < rank; k++) {
                for (int i = 0; i < left.getRowDim(); i++) {
                    left.set(i, from + k, pair.weight() * pair.b().values()[i * rank + k]);
                }
                for (int j = 0; j < right.getRowDim(); j++) {
                    right.set(j, from + k, a.values()[(from + k) * a.rowLength() + j]);
                }
            }
            from += rank;
        }
        return new LowRank(left, right);
    }

    /// A matrix `[out, in]` times a number.
    static LowRank dense(FloatTensor matrix, double factor) {
        R064Store left = R064Store.FACTORY.make(matrix.shape()[0], matrix.shape()[1]);
        for (int i = 0; i < matrix.size(); i++) {
            left.set(i / matrix.rowLength(), i % matrix.rowLength(), factor * matrix.values()[i]);
        }
        return new LowRank(left, null);
    }

    /// [w₁B₁ w₂B₂ …], `[out, Σr]`.
    static FloatTensor stackedB(List<Pair> pairs) {
        int total = pairs.stream().mapToInt(Pair::rank).sum();
        int out = Math.toIntExact(pairs.getFirst().b().shape()[0]);
        FloatTensor stacked = FloatTensor.zeros(out, total);
        int from = 0;
        for (Pair pair : pairs) {
            for (int i = 0; i < out; i++) {
                for (int k = 0; k < pair.rank(); k++) {
                    stacked.values()[i * total + from + k] =
                            (float) (pair.weight() * pair.b().values()[i * pair.rank() + k]);
                }
            }
            from += pair.rank();
        }
        return stacked;
    }

    /// A₁ above A₂ …, `[Σr, in]`.
    static FloatTensor stackedA(List<Pair> pairs) {
        int total = pairs.stream().mapToInt(Pair::rank).sum();
        int in = pairs.getFirst().a().rowLength();
        FloatTensor stacked = FloatTensor.zeros(total, in);
        int from = 0;
        for (Pair pair : pairs) {
            System.arraycopy(pair.a().values(), 0, stacked.values(), from * in, pair.a().size());
            from += pair.rank();
        }
        return stacked;
    }

    /// factor · B A, `[out, in]`, each entry summed in double precision.
    static FloatTensor product(FloatTensor b, FloatTensor a, double factor) {
        int out = Math.toIntExact(b.shape()[0]);
        int rank = b.rowLength();
        int in = a.rowLength();
        FloatTensor product = FloatTensor.zeros(out, in);
        double[] row = new double[in];
        for (int i = 0; i < out; i++) {
            Arrays.fill(row, 0);
            for (int k = 0; k < rank; k++) {
                double x = b.values()[i * rank + k];
                for (int j = 0; j < in; j++) {
                    row[j] += x * a.values()[k * in + j];
                }
            }
            for (int j = 0; j < in; j++) {
                product.values()[i * in + j] = (float) (factor * row[j]);
            }
        }
        return product;
    }

    /// Its singular value decomposition.
    ///
    /// @throws ArithmeticException if a value is not finite
    Svd svd() {
        Orthogonal l = Orthogonal.of(left);
        Orthogonal r = right == null ? null : Orthogonal.of(right);
        MatrixStore<Double> core =
                r == null ? l.times() : l.times().multiply(r.times().transpose());
        if (!Double.isFinite(core.norm())) {
            throw new ArithmeticException(
                    "an adapter holds values that are not finite: the training has diverged");
        }
        SingularValue<Double> svd = SingularValue.R064.make(core);
        if (!svd.decompose(core)) {
            throw new ArithmeticException("no singular value decomposition of " + core);
        }
        double[] values = new double[svd.getSingularValues().size()];
        svd.getSingularValues(values);
        return new Svd(
                Arrays.stream(values).boxed().toList(),
                l.apply(svd.getU()),
                r == null ? svd.getV() : r.apply(svd.getV()));
    }

    /// M = Q · `times` with orthogonal columns in Q, or Q left out where M is wide.
    private record Orthogonal(@Nullable MatrixStore<Double> q, MatrixStore<Double> times) {
        static Orthogonal of(MatrixStore<Double> matrix) {
            if (matrix.getRowDim() <= matrix.getColDim()) {
                return new Orthogonal(null, matrix);
            }
            QR<Double> qr = QR.R064.make(matrix);
            if (!qr.decompose(matrix)) {
                throw new ArithmeticException("no QR decomposition of " + matrix);
            }
            return new Orthogonal(qr.getQ(), qr.getR());
        }

        MatrixStore<Double> apply(MatrixStore<Double> vectors) {
            return q == null ? vectors : q.multiply(vectors);
        }
    }

    /// P = U diag(σ) Vᵀ, σ falling.
    ///
    /// @param u `[out, n]`
    /// @param v `[in, n]`
    record Svd(List<Double> values, MatrixStore<Double> u, MatrixStore<Double> v) {
        /// Singular values below this share of the greatest are rounding.
        private static final double NOTHING = 1e-9;

        /// ‖P‖ (Frobenius).
        double norm() {
            return tail(0);
        }

        /// ‖P − P_r‖ of the best approximation of rank r (Eckart and Young).
        double tail(int rank) {
            double sum = 0;
            for (int k = rank; k < values.size(); k++) {
                sum += values.get(k) * values.get(k);
            }
            return Math.sqrt(sum);
        }

        /// The least rank whose approximation misses no more than this share of ‖P‖; 1 at least.
        int rank(double tolerance) {
            int rank = 1;
            while (tail(rank) > tolerance * norm()) {
                rank++;
            }
            return rank;
        }

        /// The best pair of a rank: B = U √σ `[out, r]`, A = √σ Vᵀ `[r, in]`. The sign of each
        /// direction is such that the greatest entry of its column in B is positive.
        ///
        /// @param rows A's rows where there is no direction left and B is 0: a row of zeros there
        ///   could never be trained again (derived); null for zeros
        Pair pair(int rank, @Nullable FloatTensor rows) {
            int out = Math.toIntExact(u.getRowDim());
            int in = Math.toIntExact(v.getRowDim());
            FloatTensor b = FloatTensor.zeros(out, rank);
            FloatTensor a = FloatTensor.zeros(rank, in);
            for (int k = 0; k < rank; k++) {
                if (k < values.size() && values.get(k) > NOTHING * values.getFirst()) {
                    double root = Math.sqrt(values.get(k));
                    double sign = sign(k);
                    for (int i = 0; i < out; i++) {
                        b.values()[i * rank + k] = (float) (sign * root * u.doubleValue(i, k));
                    }
                    for (int j = 0; j < in; j++) {
                        a.values()[k * in + j] = (float) (sign * root * v.doubleValue(j, k));
                    }
                } else if (rows != null) {
                    System.arraycopy(rows.values(), k * in, a.values(), k * in, in);
                }
            }
            return new Pair(1, b, a);
        }

        private double sign(int k) {
            double greatest = 0;
            for (int i = 0; i < u.getRowDim(); i++) {
                if (Math.abs(u.doubleValue(i, k)) > Math.abs(greatest)) {
                    greatest = u.doubleValue(i, k);
                }
            }
            return greatest < 0 ? -1 : 1;
        }
    }
}
