package dev.lamina.fed;

import dev.lamina.base.BadInputException;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import org.jspecify.annotations.Nullable;

/// How who leads a federation waits for its servers. None of it changes what is computed, only who
/// takes part in a round.
///
/// @param listen where servers find it
/// @param identity its certificate and key; null for plain text
/// @param heartbeatSeconds a silent connection is asked so often and given up after three
/// @param minServers a round counts with no fewer, if it was the turn of so many
/// @param roundDeadlineSeconds after which a round goes on without its stragglers; 0 for never
/// @param rejoinSeconds how long a round waits for a server that is gone
public record FederationNetwork(
        Address listen,
        @Nullable Identity identity,
        double heartbeatSeconds,
        int minServers,
        double roundDeadlineSeconds,
        double rejoinSeconds) {
    private static final double MOST_SECONDS = 1e9;

    public FederationNetwork {
        BadInputException.check(
                identity != null || listen.isLoopback(),
                "--insecure with --listen " + listen + ", which other machines can reach",
                "take --listen 127.0.0.1:7070, or certificates: see 'lamina certs --help'");
        BadInputException.check(
                heartbeatSeconds >= 0.1 && heartbeatSeconds <= 3600,
                "--heartbeat " + heartbeatSeconds + " is not from 0.1 to 3600 seconds",
                "take --heartbeat 5");
        BadInputException.check(
                minServers >= 1, "--min-servers " + minServers + " is below 1", "take 1");
        BadInputException.check(
                roundDeadlineSeconds >= 0 && roundDeadlineSeconds < MOST_SECONDS,
                "--round-deadline " + roundDeadlineSeconds + " is not a number of seconds",
                "take --round-deadline 600, or 0 for none");
        BadInputException.check(
                rejoinSeconds >= 0 && rejoinSeconds < MOST_SECONDS,
                "--rejoin-timeout " + rejoinSeconds + " is not a number of seconds",
                "take --rejoin-timeout 30");
    }
}
