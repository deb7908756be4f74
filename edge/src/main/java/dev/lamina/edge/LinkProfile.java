package dev.lamina.edge;

/// The link between a device and the server, with constant rates.
///
/// @param uplinkBitsPerSecond R_up, from the device to the server
/// @param downlinkBitsPerSecond R_dn, from the server to the device
public record LinkProfile(double uplinkBitsPerSecond, double downlinkBitsPerSecond) {
    public LinkProfile {
        Checks.positive("uplinkBitsPerSecond", uplinkBitsPerSecond);
        Checks.positive("downlinkBitsPerSecond", downlinkBitsPerSecond);
    }

    /// Seconds to send that many bytes to the server.
    public double uplinkSeconds(double bytes) {
        return 8 * bytes / uplinkBitsPerSecond;
    }

    /// Seconds to send that many bytes to the device.
    public double downlinkSeconds(double bytes) {
        return 8 * bytes / downlinkBitsPerSecond;
    }
}
