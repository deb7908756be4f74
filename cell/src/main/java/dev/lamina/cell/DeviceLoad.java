package dev.lamina.cell;

/// What one device has to do in a round if it is scheduled.
///
/// @param samples n_k, that the round gets from it
/// @param fixedSeconds computing on device and server, and all else that no bandwidth shortens
/// @param uplinkBits of the round
/// @param downlinkBits of the round
/// @param computeJoules spent on computing
public record DeviceLoad(
        int samples,
        double fixedSeconds,
        double uplinkBits,
        double downlinkBits,
        double computeJoules) {
    public DeviceLoad {
        Checks.positive("samples", samples);
        Checks.notNegative("fixedSeconds", fixedSeconds);
        Checks.positive("uplinkBits", uplinkBits);
        Checks.notNegative("downlinkBits", downlinkBits);
        Checks.notNegative("computeJoules", computeJoules);
    }
}
