package dev.lamina.train;

/// What a run has taken so far.
///
/// @param trainSeconds of steps, without evaluation
/// @param wallSeconds as measured, resumed parts added up
/// @param simulatedSeconds on the declared devices, links and server
/// @param uplinkBytes tensors, lengths and labels from devices to the server
/// @param downlinkBytes the other way
record Costs(
        double trainSeconds,
        double wallSeconds,
        double simulatedSeconds,
        long uplinkBytes,
        long downlinkBytes) {
    static final Costs NONE = new Costs(0, 0, 0, 0, 0);
}
