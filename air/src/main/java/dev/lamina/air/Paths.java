package dev.lamina.air;

import java.util.List;

/// Paths found in snapshots.
///
/// @param places of each path in cycles: delay (per subcarrier), row, column
/// @param gains of each path in each snapshot, real and imaginary parts in turn
/// @param variances of the noise in a path's gains
/// @param noise power that no path explains, of a channel
record Paths(List<double[]> places, List<double[]> gains, List<Double> variances, double noise) {
    /// Of a history.
    static final int MOST = 64;

    /// What noise is taken to be where nothing tells it: 20 dB below the channel.
    private static final double NOMINAL_NOISE = 0.01;

    /// Those of a history; none of silence.
    static Paths of(History history) {
        if (history.power() == 0) {
            return new Paths(List.of(), List.of(), List.of(), 0);
        }
        Snapshots snapshots = Snapshots.of(history);
        if (snapshots.elements() == 1) {
            return only(snapshots, NOMINAL_NOISE * history.power());
        }
        int most = Math.clamp(snapshots.elements() * 2L / 3, 1, MOST);
        return PathFinder.find(snapshots, NoiseFloor.of(history), most);
    }

    /// One subcarrier at one antenna: the channel is the path.
    private static Paths only(Snapshots snapshots, double noise) {
        double[] gains = new double[2 * snapshots.count];
        for (int j = 0; j < snapshots.count; j++) {
            gains[2 * j] = snapshots.real[j];
            gains[2 * j + 1] = snapshots.imaginary[j];
        }
        return new Paths(List.of(new double[3]), List.of(gains), List.of(noise), noise);
    }

    /// The channels that paths with other gains at these places make.
    ///
    /// @param future gains of each path in each snapshot to come
    float[] channels(List<double[]> future, ArrayLayout layout, Target target) {
        int[] sizes = {target.subcarriers(), layout.rows(), layout.columns()};
        Snapshots snapshots = Snapshots.zeros(sizes, target.steps() * layout.ports());
        for (int p = 0; p < count(); p++) {
            snapshots.add(places.get(p), future.get(p), 1, target.firstSubcarrier());
        }
        return snapshots.channels(layout);
    }

    int count() {
        return places.size();
    }
}
