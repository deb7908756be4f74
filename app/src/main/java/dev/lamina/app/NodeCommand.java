package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.gateway.NodeServer;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.OnnxRuntime;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.wire.Address;
import dev.lamina.wire.Identity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lamina node`: hosts services for gateways on other machines.
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        customSynopsis = "lamina node [--listen HOST:PORT] [--name NAME] [--memory SIZE] [FLAGS]",
        description = {
            "Host services for gateways ('lamina serve --nodes'), which say what to load and send what to compute.",
            "",
            "A node keeps nothing: one that is started again is told anew what it hosts. What does not fit into --memory is"
                    + " loaded in turn."
        },
        footer = {
            "",
            "Gateways prove who they are with a device's certificate of the node's CA; one that is revoked is refused from"
                    + " its next call on. SIGTERM and Ctrl-C take no more calls, answer those in progress and end it.",
            "",
            "Examples:",
            "  lamina node --name a --listen 127.0.0.1:7171 --root recipes --insecure",
            "  lamina certs init && lamina certs server --host node-a.example.org && lamina certs device gateway",
            "  lamina node --name a --listen 0.0.0.0:7171 --root /srv/lamina --memory 8G",
            "",
            "Exit codes: 1 it failed, 2 bad input, 130 stopped."
        })
final class NodeCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final int QUEUE = 512;
    private static final int MOST_THREADS = 1024;
    private static final long POLL_MILLIS = 100;
    private static final Duration BATCH_WAIT = Duration.ofMillis(2);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Context context;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7171",
            description =
                    "Where gateways find the node; 0.0.0.0:7171 for all networks, port 0 for any free one."
                            + DEFAULT)
    private String listen = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What placements call it. Default: this machine's name.")
    private @Nullable String name;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "4G",
            description = "Memory for services; what does not fit is loaded in turn." + DEFAULT)
    private String memory = "";

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = ".",
            description =
                    "Folder that paths in services' settings are relative to; they cannot lead out of it."
                            + DEFAULT)
    private Path root = Path.of(".");

    @Option(
            names = "--any-path",
            description =
                    "Let gateways name any file of this machine, not only those below --root.")
    private boolean anyPath;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT|off",
            description =
                    "Where /metrics (Prometheus), /health/live and /health/ready are served. Default: on"
                            + " 127.0.0.1, a thousand ports above --listen.")
    private @Nullable String metrics;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads that compute; 0 for as many as there are cores." + DEFAULT)
    private int threads;

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
    private boolean quiet;

    @SuppressWarnings("unused") // Main reads it
    @Option(names = "--debug", description = "Show stack traces and the libraries' own messages.")
    private boolean debug;

    NodeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        NetworkOptions.quietLibrary();
        EventLog log = logging.open(context, quiet);
        Address address = Address.parse("--listen", listen);
        BadInputException.check(
                !security.insecure || address.isLoopback(),
                "--insecure with --listen " + listen + ", which other machines can reach",
                "use certificates: see 'lamina certs --help'");
        BadInputException.check(
                Files.isDirectory(root), "--root " + root + " is no folder", "take --root .");
        BadInputException.check(
                threads >= 0 && threads <= MOST_THREADS,
                "--threads " + threads,
                "take between 0 and " + MOST_THREADS);
        if (metrics != null && !metrics.equals("off")) {
            Address.parse("--metrics", metrics);
        }
        LocalNode.Config config =
                new LocalNode.Config(
                        name(), ServeOptions.bytes("--memory", memory), QUEUE, BATCH_WAIT);
        NodeServer.Config serving =
                new NodeServer.Config(
                        address,
                        security.insecure ? null : Identity.server(security.certs),
                        root,
                        anyPath,
                        GRACE);
        if (threads > 0) {
            OnnxRuntime.useThreads(threads);
        }
        return serve(config, serving, log);
    }

    private String name() {
        if (name != null) {
            BadInputException.check(
                    Identity.isName(name),
                    "--name " + Shown.quoted(name) + " is not a node's name",
                    "use letters, digits, '.', '_' and '-', at most 64");
            return name;
        }
        String host = "";
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // it has none that could be looked up
        }
        BadInputException.check(
                Identity.isName(host),
                "this machine is called " + Shown.quoted(host) + ", which no node can be",
                "take --name node-a");
        return host;
    }

    private int serve(LocalNode.Config config, NodeServer.Config serving, EventLog log) {
        NodeMetrics counts = new NodeMetrics();
        // what is opened last is closed first: no more calls are taken, then the services go
        try (StopSignal stop = StopSignal.ofService(context.err());
                LocalNode node = new LocalNode(config, ServiceKinds.installed(), counts);
                NodeServer server = listen(serving, node, new Refusals(log, counts));
                Operations operations = operations(server.port(), counts.registry())) {
            counts.of(node);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("memory", Bytes.text(config.budgetBytes()));
            if (operations != null) {
                operations.ready();
                fields.put("metrics", "http:/" + operations.address() + "/metrics");
            }
            log.info(
                    "node %s listens on %s"
                            .formatted(node.name(), serving.listen().withPort(server.port())),
                    fields);
            while (!stop.requested()) {
                Thread.sleep(POLL_MILLIS);
            }
            if (operations != null) {
                operations.notReady("stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("node " + config.name() + " has stopped", Map.of());
        return Failures.INTERRUPTED;
    }

    private static NodeServer listen(NodeServer.Config serving, LocalNode node, Refusals refusals) {
        try {
            return new NodeServer(serving, node, refusals::refused);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BadInputException(
                    "cannot listen on " + serving.listen() + ": " + cause.getMessage(),
                    "another process has this port: take --listen "
                            + serving.listen().withPort(0)
                            + " for a free one");
        }
    }

    /// Metrics are an extra: where their usual port is taken, any other will do.
    private @Nullable Operations operations(int port, PrometheusRegistry registry) {
        if ("off".equals(metrics)) {
            return null;
        }
        if (metrics != null) {
            return Operations.start(metrics, registry);
        }
        Address usual = new Address("127.0.0.1", port + 1000 <= 65535 ? port + 1000 : 0);
        try {
            return Operations.start(usual.toString(), registry);
        } catch (BadInputException e) {
            return Operations.start(usual.withPort(0).toString(), registry);
        }
    }

    /// Tells of strangers, of each kind once in a while: a gateway that is refused knocks several
    /// times a second.
    private static final class Refusals {
        private static final long BETWEEN_NANOS = 60_000_000_000L;
        private static final int MOST_KINDS = 100;

        private final EventLog log;
        private final NodeMetrics counts;
        private final Map<String, Long> said = new LinkedHashMap<>();

        Refusals(EventLog log, NodeMetrics counts) {
            this.log = log;
            this.counts = counts;
        }

        synchronized void refused(String reason) {
            counts.refused();
            long now = System.nanoTime();
            Long last = said.get(reason);
            if (last == null || now - last > BETWEEN_NANOS) {
                if (said.size() >= MOST_KINDS) {
                    said.clear();
                }
                said.put(reason, now);
                log.warn("refused", Map.of("reason", reason));
            }
        }
    }
}
