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

    /// Those of a history; none of silence.
    static Paths of(History history) {
        if (history.power() == 0) {
            return new Paths(List.of(), List.of(), List.of(), 0);
        }
        Snapshots snapshots = Snapshots.of(history);
        int most = Math.clamp(snapshots.elements() * 2L / 3, 1, MOST);
        return PathFinder.find(snapshots, NoiseFloor.of(history), most);
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
