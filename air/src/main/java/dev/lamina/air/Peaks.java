package dev.lamina.air;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Where most of what is in some snapshots comes from: the spectrum over places on a grid twice as
/// fine as the array resolves, summed over snapshots.
final class Peaks {
    /// Sidelobes are 13 dB below a peak.
    private static final double ABOVE_SIDELOBES = 0.15;

    private final int[] grid = new int[3];
    private final float[] power;

    Peaks(Snapshots snapshots) {
        float[] real = snapshots.real;
        float[] imaginary = snapshots.imaginary;
        int outer = 1;
        for (int axis = 0; axis < 3; axis++) {
            int size = snapshots.sizes[axis];
            grid[axis] = size == 1 ? 1 : 2 * size;
            int inner = real.length / outer / size;
            float[][] next = Fourier.along(real, imaginary, size, grid[axis], inner, 1, 1, 0);
            real = next[0];
            imaginary = next[1];
            outer *= grid[axis];
        }
        power = new float[outer];
        for (int i = 0; i < outer; i++) {
            for (int j = i * snapshots.count; j < (i + 1) * snapshots.count; j++) {
                power[i] += real[j] * real[j] + imaginary[j] * imaginary[j];
            }
            power[i] /= snapshots.elements();
        }
    }

    /// The highest peaks that none of the others' sidelobes can be.
    ///
    /// @param least power of a peak, summed over snapshots
    /// @return places in cycles
    List<double[]> highest(double least, int most) {
        float top = 0;
        for (float value : power) {
            top = Math.max(top, value);
        }
        double bar = Math.max(least, ABOVE_SIDELOBES * top);
        return IntStream.range(0, power.length)
                .filter(i -> power[i] >= bar && isPeak(i))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -power[i]))
                .limit(most)
                .map(this::place)
                .toList();
    }

    private double[] place(int i) {
        int x = i / (grid[1] * grid[2]);
        int y = i / grid[2] % grid[1];
        int z = i % grid[2];
        return new double[] {(double) x / grid[0], (double) y / grid[1], (double) z / grid[2]};
    }

    private boolean isPeak(int i) {
        int x = i / (grid[1] * grid[2]);
        int y = i / grid[2] % grid[1];
        int z = i % grid[2];
        for (int dx = -1; dx <= 1; dx++) {
            for (int dy = -1; dy <= 1; dy++) {
                for (int dz = -1; dz <= 1; dz++) {
                    int row =
                            Math.floorMod(x + dx, grid[0]) * grid[1]
                                    + Math.floorMod(y + dy, grid[1]);
                    int n = row * grid[2] + Math.floorMod(z + dz, grid[2]);
                    if (power[n] > power[i] || (power[n] == power[i] && n < i)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
