package dev.lamina.air;

/// The response of a uniform array with three axes to a path: exp(-j 2π (k x + r y + c z)), place
/// (x, y, z) in cycles.
final class Steering {
    private static final double TURN = 2 * Math.PI;

    private Steering() {}

    /// Cosine and sine of each axis's angle 2π n x, in turn.
    ///
    /// @param shift of the first axis's n
    static double[][] turns(int[] sizes, double[] place, int shift) {
        double[][] turns = new double[sizes.length][];
        for (int axis = 0; axis < sizes.length; axis++) {
            turns[axis] = new double[2 * sizes[axis]];
            for (int n = 0; n < sizes[axis]; n++) {
                double angle = TURN * (axis == 0 ? n + shift : n) * place[axis];
                turns[axis][2 * n] = Math.cos(angle);
                turns[axis][2 * n + 1] = Math.sin(angle);
            }
        }
        return turns;
    }

    /// Inner product of the responses to two places: Π Σ_n exp(-j 2π n (to - from)).
    ///
    /// @param except an axis that is left out, -1 for none
    /// @return real and imaginary part
    static double[] product(int[] sizes, double[] from, double[] to, int except) {
        double real = 1;
        double imaginary = 0;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (axis != except) {
                double[] sum = sum(sizes[axis], to[axis] - from[axis]);
                double next = real * sum[0] - imaginary * sum[1];
                imaginary = real * sum[1] + imaginary * sum[0];
                real = next;
            }
        }
        return new double[] {real, imaginary};
    }

    /// Dirichlet's kernel: Σ_n exp(-j 2π n x), n from 0 to size - 1.
    private static double[] sum(int size, double x) {
        double rest = x - Math.rint(x);
        if (Math.abs(rest) < 1e-12) {
            return new double[] {size, 0};
        }
        double length = Math.sin(Math.PI * size * rest) / Math.sin(Math.PI * rest);
        double angle = -Math.PI * (size - 1) * rest;
        return new double[] {length * Math.cos(angle), length * Math.sin(angle)};
    }
}
