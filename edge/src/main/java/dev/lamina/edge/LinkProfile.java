package dev.lamina.edge;

/// The link between a device and the server.
///
/// @param uplink from the device to the server
/// @param downlink from the server to the device
public record LinkProfile(Channel uplink, Channel downlink) {
    /// A link of two rates that do not change, R_up and R_dn.
    public LinkProfile(double uplinkBitsPerSecond, double downlinkBitsPerSecond) {
        this(
                fixed("uplinkBitsPerSecond", uplinkBitsPerSecond),
                fixed("downlinkBitsPerSecond", downlinkBitsPerSecond));
    }

    /// Seconds to send that many bytes to the server, at the mean gain: for planning.
    public double uplinkSeconds(double bytes) {
        return uplink.seconds(bytes, 1);
    }

    /// Seconds to send that many bytes to the device, at the mean gain: for planning.
    public double downlinkSeconds(double bytes) {
        return downlink.seconds(bytes, 1);
    }

    private static Channel fixed(String what, double bitsPerSecond) {
        Checks.positive(what, bitsPerSecond, Checks.MOST_BITS_PER_SECOND);
        return new Channel.Fixed(bitsPerSecond);
    }
}
