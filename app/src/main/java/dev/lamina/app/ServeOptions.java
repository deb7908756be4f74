package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.gateway.RemoteNode;
import dev.lamina.nn.TensorCodec;
import dev.lamina.serve.Node;
import dev.lamina.serve.ServeException;
import dev.lamina.wire.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the commands `serve`, `node` and `infer` have in common.
final class ServeOptions {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s?([kKmMgG]?)[bB]?");
    private static final String MAYBE = "\nMaybe ";
    private static final long POLL_NANOS = 200_000_000;

    private ServeOptions() {}

    /// The flow file that was given, or that of the recipes.
    static Path flows(@Nullable Path given) {
        return given == null ? Path.of("recipes", "flows.yaml") : given;
    }

    /// Bytes as people write them: `512M`, `4G`.
    ///
    /// @throws BadInputException if it is no size
    static long bytes(String flag, String text) {
        Matcher matcher = SIZE.matcher(text);
        BadInputException.check(
                matcher.matches(), flag + " " + text + " is no size", "take 4G or 512M");
        int shift =
                switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    case "G" -> 30;
                    default -> 0;
                };
        long bytes = Long.parseLong(matcher.group(1)) << shift;
        BadInputException.check(
                bytes >= 1 << 20, flag + " " + text + " is below 1M", "take 4G or 512M");
        return bytes;
    }

    /// A whole number, 0 or more.
    static int integer(String flag, String text) {
        BadInputException.check(
                text.matches("\\d{1,6}"),
                flag + " " + text + " is no number",
                "take " + flag + " 1");
        return Integer.parseInt(text);
    }

    /// A node that takes part in co-inference.
    static RemoteNode connect(
            String address, String name, NetworkOptions.Security security, TensorCodec codec) {
        return RemoteNode.of("--node", address, identity(name, security)).sending(codec);
    }

    /// Nodes as the command line names them.
    static List<RemoteNode> nodes(
            List<String> addresses, String name, NetworkOptions.Security security) {
        Identity identity = identity(name, security);
        return addresses.stream().map(a -> RemoteNode.of("--nodes", a, identity)).toList();
    }

    /// Waits for nodes that are about to start: services are placed once, on those that are there
    /// then, and who starts all at once expects them on all.
    ///
    /// @param most how long for all together
    static void await(List<? extends Node> nodes, Duration most, EventLog log) {
        long end = System.nanoTime() + most.toNanos();
        for (Node node : nodes) {
            String missing = missing(node);
            while (!missing.isEmpty() && System.nanoTime() < end) {
                LockSupport.parkNanos(POLL_NANOS);
                missing = missing(node);
            }
            if (!missing.isEmpty()) {
                log.warn("no service is placed on a node", Map.of(node.name(), missing));
            }
        }
    }

    private static String missing(Node node) {
        try {
            node.status();
            return "";
        } catch (ServeException e) {
            return String.valueOf(e.getMessage()).replace(MAYBE, "; maybe ");
        }
    }

    private static @Nullable Identity identity(String name, NetworkOptions.Security security) {
        return security.insecure ? null : Identity.device(security.certs, name);
    }

    /// What a service refuses, as the command line says it: bad input if the user can mend it.
    static RuntimeException refusal(ServeException e) {
        String message = String.valueOf(e.getMessage());
        int cut = message.indexOf(MAYBE);
        return switch (e.reason()) {
            case BAD_INPUT, NOT_FOUND, EXHAUSTED ->
                    new BadInputException(
                            cut < 0 ? message : message.substring(0, cut),
                            cut < 0
                                    ? "the flow expects something else"
                                    : message.substring(cut + MAYBE.length()));
            case DEADLINE, CANCELLED, UNAVAILABLE, INTERNAL -> e;
        };
    }
}
