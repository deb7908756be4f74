package dev.lamina.edge;

/// A device: what it computes, remembers and sends.
///
/// @param effectiveFlopsPerSecond C_u: nominal rate times the utilisation that training reaches
public record DeviceProfile(
        String name, double effectiveFlopsPerSecond, long memoryBytes, LinkProfile link) {
    public DeviceProfile {
        Checks.named("a device", name);
        Checks.positive("effectiveFlopsPerSecond of device " + name, effectiveFlopsPerSecond);
        Checks.positive("memoryBytes of device " + name, memoryBytes);
    }

    /// The same device on another link.
    public DeviceProfile withLink(LinkProfile other) {
        return new DeviceProfile(name, effectiveFlopsPerSecond, memoryBytes, other);
    }
}
