package dev.lamina.edge;

/// An edge server.
///
/// @param peakFlopsPerSecond what the maker says it can do
/// @param effectiveFlopsPerSecond C_s: what training reaches of the peak
/// @param idleWatts drawn while it serves nobody
/// @param activeWatts drawn while it serves
/// @param sideBySidePenalty what working on several things at once costs: with k of them it gets 1
///   / (1 + penalty (k - 1)) of the work done ([Service.SideBySide]); 0 for nothing
public record ServerProfile(
        String name,
        double peakFlopsPerSecond,
        double effectiveFlopsPerSecond,
        long memoryBytes,
        double idleWatts,
        double activeWatts,
        double sideBySidePenalty) {
    public ServerProfile {
        Checks.machine(
                "server",
                name,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts);
        Checks.notNegative("sideBySidePenalty of server " + name, sideBySidePenalty);
    }

    /// One that does several things at once as fast as one after another.
    public ServerProfile(
            String name,
            double peakFlopsPerSecond,
            double effectiveFlopsPerSecond,
            long memoryBytes,
            double idleWatts,
            double activeWatts) {
        this(
                name,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts,
                0);
    }

    /// The same server with another penalty.
    public ServerProfile withPenalty(double penalty) {
        return new ServerProfile(
                name,
                peakFlopsPerSecond,
                effectiveFlopsPerSecond,
                memoryBytes,
                idleWatts,
                activeWatts,
                penalty);
    }
}
