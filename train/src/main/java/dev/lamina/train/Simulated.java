package dev.lamina.train;

import java.util.List;

/// What a run has taken on the declared machines so far.
///
/// @param seconds of simulated time
/// @param deviceJoules energy of each device, idle time included
/// @param serverJoules energy of the server, idle time included
record Simulated(double seconds, List<Double> deviceJoules, double serverJoules) {
    Simulated {
        deviceJoules = List.copyOf(deviceJoules);
    }
}
