package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.train.NetworkConfig;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags that `server` and `device` have besides those of `finetune`.
final class NetworkOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    /// Held, because the level of a logger that nobody holds is forgotten.
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private NetworkOptions() {}

    /// Every stranger who knocks is worth a line of ours, not a stack trace of the library's.
    static void quietLibrary() {
        GRPC.setLevel(Level.WARNING);
    }

    /// Where somebody of this name keeps its state, unless it is told otherwise.
    static Path stateDirectory(String name) {
        String home = System.getenv("XDG_STATE_HOME");
        Path base =
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(home);
        return base.resolve("lamina").resolve(name);
    }

    /// How a server waits for its devices.
    static final class Listening {
        @Option(
                names = "--listen",
                paramLabel = "HOST:PORT",
                defaultValue = "127.0.0.1:7070",
                description =
                        "Where devices find the server; 0.0.0.0:7070 for all networks, port 0 for any free one."
                                + DEFAULT)
        String listen;

        @Option(
                names = "--min-devices",
                paramLabel = "N",
                defaultValue = "1",
                description = "A round starts, and counts, with no fewer." + DEFAULT)
        int minDevices;

        @Option(
                names = "--round-deadline",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description =
                        "After so long a round goes on without its stragglers, which are back in the next; 0 for never."
                                + DEFAULT)
        double roundDeadline;

        @Option(
                names = "--join-timeout",
                paramLabel = "SECONDS",
                defaultValue = "300",
                description =
                        "How long the first round waits for all devices of the spec." + DEFAULT)
        double joinTimeout;

        @Option(
                names = "--rejoin-timeout",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "How long a round waits for a device that is gone." + DEFAULT)
        double rejoinTimeout;

        @Option(
                names = "--idle-timeout",
                paramLabel = "SECONDS",
                defaultValue = "600",
                description =
                        "With too few devices for so long the server saves and ends (exit code 1)."
                                + DEFAULT)
        double idleTimeout;

        @Option(
                names = "--heartbeat",
                paramLabel = "SECONDS",
                defaultValue = "5",
                description =
                        "A silent connection is asked so often, and given up after three."
                                + DEFAULT)
        double heartbeat;

        @Option(
                names = "--metrics",
                paramLabel = "HOST:PORT|off",
                description =
                        "Where /metrics (Prometheus), /health/live and /health/ready are served. Default: on"
                                + " 127.0.0.1, one port above --listen.")
        @Nullable String metrics;

        /// @throws BadInputException if a value cannot be used
        NetworkConfig config(Security security) {
            Address address = Address.parse("--listen", listen);
            return new NetworkConfig(
                    address,
                    security.insecure ? null : Identity.server(security.certs),
                    heartbeat,
                    minDevices,
                    roundDeadline,
                    joinTimeout,
                    rejoinTimeout,
                    idleTimeout);
        }

        /// Where metrics are served; null for nowhere.
        @Nullable Address metrics(int port) {
            if ("off".equals(metrics)) {
                return null;
            }
            return metrics == null
                    ? new Address("127.0.0.1", port + 1)
                    : Address.parse("--metrics", metrics);
        }

        void check() {
            if (metrics != null && !metrics.equals("off")) {
                Address.parse("--metrics", metrics);
            }
        }
    }

    /// What `server` and `device` say while they run.
    static final class Logging {
        @Option(
                names = "--log",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "Format of the log on standard error: text or json." + DEFAULT)
        String log;

        /// The log, in the format that was asked for.
        ///
        /// @throws BadInputException if there is no such format
        EventLog open(Context context, boolean quiet) {
            BadInputException.check(
                    log.equals("text") || log.equals("json"),
                    "--log " + log + " is not known",
                    "take --log text or --log json");
            return new EventLog(context, quiet, log);
        }
    }

    /// Who may speak with whom.
    static final class Security {
        @Option(
                names = "--certs",
                paramLabel = "DIR",
                defaultValue = "certs",
                description =
                        "Folder with the certificates that 'lamina certs' has made." + DEFAULT)
        Path certs;

        @Option(
                names = "--insecure",
                description =
                        "Plain text, and anybody may claim any name: for experiments on one machine (loopback only).")
        boolean insecure;

        /// Fails if plain text would go to another machine.
        ///
        /// @param flag that the address was given with
        void check(String flag, Address address) {
            BadInputException.check(
                    !insecure || address.isLoopback(),
                    "--insecure with " + flag + " " + address + ", which is another machine",
                    "use certificates: see 'lamina certs --help'");
        }

        /// The name of this device.
        ///
        /// @param given null for the only one that there is a key for
        /// @throws BadInputException if it is none, or there is not one
        String name(@Nullable String given) {
            String own = given == null ? onlyName() : given;
            BadInputException.check(
                    Identity.isName(own),
                    "--name '" + own + "' is not a device name",
                    "use letters, digits, '.', '_' and '-', at most 64");
            return own;
        }

        private String onlyName() {
            BadInputException.check(
                    !insecure,
                    "no --name is given, and without certificates there is none to take",
                    "take --name device-1");
            try (Stream<Path> files = Files.list(certs)) {
                List<String> names =
                        files.map(file -> String.valueOf(file.getFileName()))
                                .filter(file -> file.startsWith("device-") && file.endsWith(".key"))
                                .map(file -> file.substring(7, file.length() - 4))
                                .sorted()
                                .toList();
                BadInputException.check(
                        names.size() == 1,
                        "no --name is given, and " + certs + " has keys for " + names,
                        "give --name");
                return names.getFirst();
            } catch (IOException e) {
                throw new BadInputException(
                        "no certificates in " + certs,
                        "make them with 'lamina certs', or give --certs or --insecure");
            }
        }
    }
}
