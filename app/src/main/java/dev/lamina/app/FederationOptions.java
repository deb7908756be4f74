package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.fed.FederationNetwork;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/// The flags of `predict train` where the edge servers are other processes.
final class FederationOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Lead a federation of 'lamina predict join' processes, who find it here; 0.0.0.0:7070 for all networks,"
                            + " port 0 for any free one.")
    @Nullable String listen;

    @Option(
            names = "--subcarriers",
            paramLabel = "N",
            description =
                    "Of the servers' files; lam does not need it. Default: those of --channels.")
    private @Nullable Integer subcarriers;

    @Option(
            names = "--min-servers",
            paramLabel = "N",
            defaultValue = "1",
            description = "A round counts with no fewer." + DEFAULT)
    private int minServers;

    @Option(
            names = "--round-deadline",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description =
                    "After so long a round goes on without its stragglers, which are back in the next; 0 for never."
                            + DEFAULT)
    private double roundDeadline;

    @Option(
            names = "--rejoin-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a round waits for a server that is gone." + DEFAULT)
    private double rejoinTimeout;

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "A silent connection is asked so often, and given up after three." + DEFAULT)
    private double heartbeat;

    /// Whether servers are other processes.
    boolean leads() {
        return listen != null;
    }

    /// Fails if one of these flags is given, and `--listen` is not.
    void check(CommandSpec command) {
        ParseResult given = command.commandLine().getParseResult();
        for (String flag :
                List.of(
                        "--subcarriers",
                        "--min-servers",
                        "--round-deadline",
                        "--rejoin-timeout",
                        "--heartbeat",
                        "--certs",
                        "--insecure",
                        "--log")) {
            BadInputException.check(
                    leads() || !given.hasMatchedOption(flag),
                    flag + " without --listen",
                    "add --listen 127.0.0.1:7070 to train over a network, or leave it out.");
        }
        BadInputException.check(
                subcarriers == null || (subcarriers >= 2 && subcarriers <= 1 << 16),
                "--subcarriers " + subcarriers,
                "take those of the servers' files, 48 for instance.");
    }

    /// Subcarriers that the servers' files have; null if that is not said.
    ///
    /// @param ofFiles those of the files here
    @Nullable Integer subcarriers(@Nullable Integer ofFiles) {
        return ofFiles == null ? subcarriers : ofFiles;
    }

    /// @throws BadInputException if a value cannot be used
    FederationNetwork network(NetworkOptions.Security security) {
        Address address = Address.parse("--listen", String.valueOf(listen));
        return new FederationNetwork(
                address,
                security.insecure ? null : Identity.server(security.certs),
                heartbeat,
                minServers,
                roundDeadline,
                rejoinTimeout);
    }
}
