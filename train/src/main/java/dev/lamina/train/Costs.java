package dev.lamina.train;

import java.util.List;

/// What a run has taken so far.
///
/// @param trainSeconds of steps, without evaluation
/// @param wallSeconds as measured, resumed parts added up
/// @param simulated on the declared devices, links and server
/// @param uplinkBytes tensors, lengths and labels from devices to the server
/// @param downlinkBytes the other way
record Costs(
        double trainSeconds,
        double wallSeconds,
        Simulated simulated,
        long uplinkBytes,
        long downlinkBytes) {
    static final Costs NONE = new Costs(0, 0, new Simulated(0, List.of(), 0), 0, 0);
}
