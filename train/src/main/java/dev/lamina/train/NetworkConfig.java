package dev.lamina.train;

import dev.lamina.base.BadInputException;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import org.jspecify.annotations.Nullable;

/// How a run over a network waits for its devices. None of it changes what is computed, only who
/// takes part in a round.
///
/// @param listen where devices find the server
/// @param identity its certificate and key; null for plain text
/// @param heartbeatSeconds a silent connection is asked so often and given up after three
/// @param minDevices a round starts, and counts, with no fewer
/// @param roundDeadlineSeconds after which a round goes on without its stragglers; 0 for never
/// @param joinSeconds how long the first round waits for all devices of the spec
/// @param rejoinSeconds how long a device that is gone is waited for
/// @param idleSeconds with fewer than `minDevices` for so long, the server saves and ends
public record NetworkConfig(
        Address listen,
        @Nullable Identity identity,
        double heartbeatSeconds,
        int minDevices,
        double roundDeadlineSeconds,
        double joinSeconds,
        double rejoinSeconds,
        double idleSeconds) {
    public NetworkConfig {
        BadInputException.check(
                identity != null || listen.isLoopback(),
                "--insecure with --listen " + listen + ", which other machines can reach",
                "take --listen 127.0.0.1:7070, or certificates: see 'lamina certs --help'");
        BadInputException.check(
                minDevices >= 1, "min-devices " + minDevices + " is below 1", "take 1");
        notNegative("heartbeat", heartbeatSeconds);
        BadInputException.check(
                heartbeatSeconds >= 0.1 && heartbeatSeconds <= 3600,
                "heartbeat " + heartbeatSeconds + " is not from 0.1 to 3600 seconds",
                "take --heartbeat 5");
        notNegative("round-deadline", roundDeadlineSeconds);
        notNegative("join-timeout", joinSeconds);
        notNegative("rejoin-timeout", rejoinSeconds);
        notNegative("idle-timeout", idleSeconds);
    }

    private static void notNegative(String name, double value) {
        BadInputException.check(
                value >= 0 && value < 1e9,
                name + " " + value + " is not a number of seconds",
                "take --" + name + " 30");
    }
}
