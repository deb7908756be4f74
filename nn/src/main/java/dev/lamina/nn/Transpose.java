package dev.lamina.nn;

/// Transposes a matrix in Java memory.
final class Transpose {
    /// Two blocks of 32 x 32 floats fit the first-level cache.
    private static final int BLOCK = 32;

    private Transpose() {}

    /// From row-major [rows, columns] to row-major [columns, rows].
    static float[] apply(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int r0 = 0; r0 < rows; r0 += BLOCK) {
            int r1 = Math.min(rows, r0 + BLOCK);
            for (int c0 = 0; c0 < columns; c0 += BLOCK) {
                int c1 = Math.min(columns, c0 + BLOCK);
                for (int c = c0; c < c1; c++) {
                    for (int r = r0; r < r1; r++) {
                        transposed[c * rows + r] = matrix[r * columns + c];
                    }
                }
            }
        }
        return transposed;
    }
}
