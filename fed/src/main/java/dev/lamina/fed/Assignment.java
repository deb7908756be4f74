package dev.lamina.fed;

/// What an edge server is to do in a federation.
///
/// @param run of the federation
/// @param server its number, from 0
/// @param servers how many there are
/// @param tracksBefore tracks of the servers with lower numbers
/// @param tracks of all servers
/// @param settings of all
public record Assignment(
        String run,
        int server,
        int servers,
        int tracksBefore,
        int tracks,
        FederationSettings settings) {
    /// How many there can be in all: each side counts and orders them.
    static final int MOST_TRACKS = 10_000_000;
}
