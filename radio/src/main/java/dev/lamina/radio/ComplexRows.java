package dev.lamina.radio;

/// Rows of complex numbers, real and imaginary part in turn, and weighted sums of them. Beside
/// every row stands the same times j, so that a sum is made of multiplications and additions of
/// neighbours only, which the compiler turns into vector instructions.
final class ComplexRows {
    final float[][] rows;
    private final float[][] turned;

    /// @param length in complex numbers
    ComplexRows(int count, int length) {
        rows = new float[count][2 * length];
        turned = new float[count][2 * length];
    }

    /// To be called after a row was written.
    void turn(int index) {
        float[] row = rows[index];
        float[] other = turned[index];
        for (int j = 0; j < row.length; j += 2) {
            other[j] = -row[j + 1];
            other[j + 1] = row[j];
        }
    }

    /// Writes the sum of the first rows, each times a complex weight.
    ///
    /// @param at where the weights begin
    void sum(int count, float[] real, float[] imaginary, int at, float[] sum) {
        int i = 0;
        if (count % 2 == 1) {
            start(sum, rows[0], turned[0], real[at], imaginary[at]);
            i = 1;
        } else {
            start(
                    sum,
                    rows[0],
                    turned[0],
                    real[at],
                    imaginary[at],
                    rows[1],
                    turned[1],
                    real[at + 1],
                    imaginary[at + 1]);
            i = 2;
        }
        if ((count - i) % 4 == 2) {
            add(
                    sum,
                    rows[i],
                    turned[i],
                    real[at + i],
                    imaginary[at + i],
                    rows[i + 1],
                    turned[i + 1],
                    real[at + i + 1],
                    imaginary[at + i + 1]);
            i += 2;
        }
        for (; i < count; i += 4) {
            add(
                    sum,
                    rows[i],
                    turned[i],
                    real[at + i],
                    imaginary[at + i],
                    rows[i + 1],
                    turned[i + 1],
                    real[at + i + 1],
                    imaginary[at + i + 1],
                    rows[i + 2],
                    turned[i + 2],
                    real[at + i + 2],
                    imaginary[at + i + 2],
                    rows[i + 3],
                    turned[i + 3],
                    real[at + i + 3],
                    imaginary[at + i + 3]);
        }
    }

    private static void start(float[] sum, float[] a, float[] ja, float ar, float ai) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] = ar * a[j] + ai * ja[j];
        }
    }

    private static void start(
            float[] sum,
            float[] a,
            float[] ja,
            float ar,
            float ai,
            float[] b,
            float[] jb,
            float br,
            float bi) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] = ar * a[j] + ai * ja[j] + br * b[j] + bi * jb[j];
        }
    }

    private static void add(
            float[] sum,
            float[] a,
            float[] ja,
            float ar,
            float ai,
            float[] b,
            float[] jb,
            float br,
            float bi) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += ar * a[j] + ai * ja[j] + br * b[j] + bi * jb[j];
        }
    }

    private static void add(
            float[] sum,
            float[] a,
            float[] ja,
            float ar,
            float ai,
            float[] b,
            float[] jb,
            float br,
            float bi,
            float[] c,
            float[] jc,
            float cr,
            float ci,
            float[] d,
            float[] jd,
            float dr,
            float di) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] +=
                    (ar * a[j] + ai * ja[j] + br * b[j] + bi * jb[j])
                            + (cr * c[j] + ci * jc[j] + dr * d[j] + di * jd[j]);
        }
    }
}
