package dev.lamina.edge;

/// An edge server.
///
/// @param effectiveFlopsPerSecond C_s: nominal rate times the utilisation that training reaches
public record ServerProfile(String name, double effectiveFlopsPerSecond, long memoryBytes) {
    public ServerProfile {
        Checks.named("a server", name);
        Checks.positive("effectiveFlopsPerSecond of server " + name, effectiveFlopsPerSecond);
        Checks.positive("memoryBytes of server " + name, memoryBytes);
    }
}
