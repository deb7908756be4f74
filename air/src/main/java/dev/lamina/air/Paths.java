package dev.lamina.air;

import java.util.List;

/// Paths found in snapshots.
///
/// @param places of each path in cycles: delay (per subcarrier), row, column
/// @param gains of each path in each snapshot, real and imaginary parts in turn
/// @param variances of the noise in a path's gains
/// @param noise power that no path explains, of a channel
record Paths(List<double[]> places, List<double[]> gains, List<Double> variances, double noise) {
    int count() {
        return places.size();
    }
}
