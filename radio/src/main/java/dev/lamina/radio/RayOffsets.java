package dev.lamina.radio;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The fixed offsets of the twenty rays of a cluster, and how the two strongest clusters split (TR
/// 38.901, tables 7.5-3 and 7.5-5).
final class RayOffsets {
    static final int RAYS = 20;

    private static final double[] HALF = {
        0.0447, 0.1413, 0.2492, 0.3715, 0.5129, 0.6797, 0.8844, 1.1481, 1.5195, 2.1551
    };

    /// Rays of the sub-clusters, counted from 0.
    static final int[][] SUB_CLUSTERS = {
        {0, 1, 2, 3, 4, 5, 6, 7, 18, 19}, {8, 9, 10, 11, 16, 17}, {12, 13, 14, 15}
    };

    /// Delays of the sub-clusters, in units of c_DS.
    static final double[] SUB_CLUSTER_DELAYS = {0, 1.28, 2.56};

    private RayOffsets() {}

    /// All rays.
    static int[] all() {
        return IntStream.range(0, RAYS).toArray();
    }

    /// The same rays in a random order (step 8).
    static int[] shuffled(int[] rays, RandomGenerator random) {
        int[] shuffled = rays.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return shuffled;
    }

    /// α_m for a ray counted from 0; their rms is 1.
    static double alpha(int ray) {
        return ray % 2 == 0 ? HALF[ray / 2] : -HALF[ray / 2];
    }
}
