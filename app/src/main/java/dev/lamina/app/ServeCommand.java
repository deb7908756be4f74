package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.gateway.Gateway;
import dev.lamina.gateway.RemoteNode;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.FlowFile;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServiceKinds;
import dev.lamina.wire.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lamina serve`: the gateway to flows, with a node in the same process or with nodes elsewhere.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        customSynopsis =
                "lamina serve [FLOWS.yaml] [--listen HOST:PORT] [--nodes NAME=HOST:PORT,...] [FLAGS]",
        description = {
            "Serve flows over HTTP and gRPC: /flows/NAME for files and JSON, the Open Inference Protocol for every service and"
                    + " flow, /v1/embeddings, /metrics, and a page at /. Services are modules of models; what several flows"
                    + " need is loaded once."
        },
        footer = {
            "",
            "Examples:",
            "  lamina serve recipes/flows.yaml",
            "  lamina serve recipes/flows.yaml --only embed,label --memory 300M",
            "  lamina node --name a --listen 127.0.0.1:7171 --root recipes --insecure",
            "  lamina serve recipes/flows.yaml --nodes a=127.0.0.1:7171,b=127.0.0.1:7172 --insecure",
            "",
            "Exit codes: 1 it failed, 2 bad input, 130 stopped."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";
    private static final long POLL_MILLIS = 100;

    private static final Duration NODES_MAY_START = Duration.ofSeconds(15);

    private final Context context;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FLOWS.yaml",
            description = "Services and flows. Default: recipes/flows.yaml.")
    private @Nullable Path flows;

    @Option(
            names = "--only",
            paramLabel = "FLOW",
            split = ",",
            description = "Serve these flows only, with the services that they need.")
    private List<String> only = List.of();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            description = "Where HTTP is served; port 0 for any free one." + DEFAULT)
    private String listen = "";

    @Option(
            names = "--grpc",
            paramLabel = "HOST:PORT|off",
            defaultValue = "off",
            description = "Where the Open Inference Protocol is served over gRPC." + DEFAULT)
    private String grpc = "";

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description =
                    "API keys, one a line; requests then need 'Authorization: Bearer KEY'. Default: none needed.")
    private @Nullable Path keys;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description =
                    "Serve HTTPS with the certificate server.pem and the key server.key of this folder.")
    private @Nullable Path tls;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a request may take that does not say itself." + DEFAULT)
    private double deadline;

    @Option(
            names = "--max-requests",
            paramLabel = "N",
            defaultValue = "256",
            description = "Requests at a time; further ones are answered 429." + DEFAULT)
    private int maxRequests;

    @Option(
            names = "--otlp",
            paramLabel = "URL",
            description =
                    "Send a span of each request and stage to this OpenTelemetry collector (OTLP/HTTP).")
    private @Nullable String otlp;

    @Mixin(name = "Nodes")
    private final Nodes nodes = new Nodes();

    @Mixin(name = "Security")
    private final NetworkOptions.Security security = new NetworkOptions.Security();

    @Mixin(name = "Log")
    private final NetworkOptions.Logging logging = new NetworkOptions.Logging();

    @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
    private boolean quiet;

    @SuppressWarnings("unused") // Main reads it
    @Option(names = "--debug", description = "Show stack traces and the libraries' own messages.")
    private boolean debug;

    ServeCommand(Context context) {
        this.context = context;
    }

    static final class Nodes {
        @Option(
                names = "--nodes",
                paramLabel = "NAME=HOST:PORT",
                split = ",",
                description =
                        "Nodes ('lamina node') that host the services. Default: one in this process.")
        List<String> addresses = List.of();

        @Option(
                names = "--copies",
                paramLabel = "N",
                defaultValue = "2",
                description =
                        "Replicas of each service, on so many nodes, where there is room."
                                + DEFAULT)
        int copies;

        @Option(
                names = "--memory",
                paramLabel = "SIZE",
                defaultValue = "4G",
                description =
                        "Memory for services in this process; what does not fit is loaded in turn."
                                + DEFAULT)
        String memory = "";

        @Option(
                names = "--lazy",
                description = "Load services when they are first asked for, not at the start.")
        boolean lazy;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                defaultValue = "gateway",
                description = "This gateway, as in its certificate." + DEFAULT)
        String name = "";
    }

    @Override
    public Integer call() {
        NetworkOptions.quietLibrary();
        EventLog log = logging.open(context, quiet);
        BadInputException.check(nodes.copies >= 1, "--copies " + nodes.copies, "take --copies 2");
        BadInputException.check(
                deadline > 0 && deadline <= 3600,
                "--deadline " + deadline + " is not above 0 and at most an hour",
                "take --deadline 30");
        BadInputException.check(
                maxRequests >= 1, "--max-requests " + maxRequests, "take --max-requests 256");
        ServiceKinds kinds = ServiceKinds.installed();
        Catalogue catalogue = FlowFile.read(ServeOptions.flows(flows), kinds);
        if (!only.isEmpty()) {
            catalogue = catalogue.only(only);
        }
        Gateway.Config config =
                new Gateway.Config(
                        Address.parse("--listen", listen),
                        grpc.equals("off") ? null : Address.parse("--grpc", grpc),
                        keys,
                        tls,
                        Duration.ofNanos((long) (deadline * 1e9)),
                        maxRequests,
                        otlp,
                        ServeOptions.bytes("--memory", nodes.memory),
                        nodes.copies,
                        !nodes.lazy);
        long start = System.nanoTime();
        try (StopSignal stop = StopSignal.ofService(context.err());
                Gateway gateway = start(config, kinds, catalogue, log)) {
            log.info(
                    "serving",
                    Map.of(
                            "url", gateway.url(),
                            "flows", String.join(",", catalogue.flows().keySet()),
                            "seconds", "%.1f".formatted((System.nanoTime() - start) / 1e9)));
            while (!stop.requested()) {
                Thread.sleep(POLL_MILLIS);
            }
            log.info("stopping", Map.of());
            return Failures.INTERRUPTED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failures.INTERRUPTED;
        }
    }

    private Gateway start(
            Gateway.Config config, ServiceKinds kinds, Catalogue catalogue, EventLog log) {
        try {
            if (nodes.addresses.isEmpty()) {
                return Gateway.embedded(config, kinds, catalogue);
            }
            List<RemoteNode> remote = ServeOptions.nodes(nodes.addresses, nodes.name, security);
            if (catalogue.placement().isEmpty()) {
                ServeOptions.await(remote, NODES_MAY_START, log);
            }
            return Gateway.over(remote, config, kinds, catalogue);
        } catch (ServeException e) {
            throw ServeOptions.refusal(e);
        } catch (BadInputException e) {
            boolean ofFile = String.valueOf(e.getMessage()).matches("(?s)(service|node) .*");
            throw ofFile ? BadInputException.in(ServeOptions.flows(flows).toString(), e) : e;
        }
    }
}
