package dev.lamina.air;

import java.util.List;

/// Paths found in snapshots.
///
/// @param places of each path in cycles: delay (per subcarrier), row, column
/// @param gains of each path in each snapshot, real and imaginary parts in turn
/// @param variances of the noise in a path's gains
record Paths(List<double[]> places, List<double[]> gains, List<Double> variances) {
    int count() {
        return places.size();
    }
}
