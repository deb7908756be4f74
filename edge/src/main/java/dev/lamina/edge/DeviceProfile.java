package dev.lamina.edge;

/// A device: what it computes, remembers, spends and sends.
///
/// @param peakFlopsPerSecond what the maker says it can do
/// @param effectiveFlopsPerSecond C_u: what training reaches of the peak
/// @param idleWatts drawn while it neither computes nor sends
/// @param activeWatts drawn while it computes
public record DeviceProfile(
        String name,
        double peakFlopsPerSecond,
        double effectiveFlopsPerSecond,
        long memoryBytes,
        double idleWatts,
        double activeWatts,
        LinkProfile link) {
    public DeviceProfile {
        Checks.machine(
                "device",
                name,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts);
    }

    /// The same device under another name.
    public DeviceProfile withName(String other) {
        return new DeviceProfile(
                other,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts,
                link);
    }

    /// The same device on another link.
    public DeviceProfile withLink(LinkProfile other) {
        return new DeviceProfile(
                name,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts,
                other);
    }
}
