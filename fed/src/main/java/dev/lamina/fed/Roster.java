package dev.lamina.fed;

import java.util.List;

/// Who takes part in a federation, for its checkpoint.
///
/// @param run of the federation
/// @param servers in order
public record Roster(String run, List<Entry> servers) {
    /// A server.
    ///
    /// @param name that it has proved
    /// @param tracks that it has
    public record Entry(String name, int tracks) {}

    /// Tracks of all servers.
    public int tracks() {
        return tracksBefore(servers.size());
    }

    /// Tracks of the servers with lower numbers.
    int tracksBefore(int server) {
        return servers.subList(0, server).stream().mapToInt(Entry::tracks).sum();
    }
}
