package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.Catalogue;
import dev.lamina.serve.FlowRunner;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Flows and services over HTTP: the Open Inference Protocol ([OipRoutes]), OpenAI's embeddings
/// ([OpenAiRoutes]), flows for people and files ([FlowRoutes]), operations ([OperationRoutes]) and
/// the page. `openapi.yaml` describes all of it. Each request has a virtual thread of its own.
public final class HttpGateway implements AutoCloseable {
    private static final List<String> OPEN = List.of("/", "/page.js", "/page.css", "/openapi.yaml");
    private static final int WORKERS = 32;

    private final Config config;
    private final Models models;
    private final Desk desk;
    private final Bodies bodies;
    private final Metrics metrics;
    private final Disconnects disconnects = new Disconnects();
    private final Javalin javalin;

    /// A certificate (with its chain) and its key, both in PEM.
    public record Tls(Path certificate, Path key) {}

    /// Limits of a gateway.
    ///
    /// @param listen address; port 0 for a free one
    /// @param keys who may ask
    /// @param tls null for plain HTTP
    /// @param usualTime of a request that names none
    /// @param mostTime of any request
    /// @param bodyBytes largest body
    /// @param jsonBytes largest body of JSON
    /// @param heldBytes memory for bodies of all requests together
    /// @param requests most in flight; beyond it the answer is 429
    /// @param connections most that are open
    /// @param patience longest time for headers, for a body, and for an idle connection
    public record Config(
            InetSocketAddress listen,
            ApiKeys keys,
            @Nullable Tls tls,
            Duration usualTime,
            Duration mostTime,
            int bodyBytes,
            int jsonBytes,
            long heldBytes,
            int requests,
            int connections,
            Duration patience) {

        /// The usual limits, without keys and TLS.
        public static Config of(InetSocketAddress listen) {
            return new Config(
                    listen,
                    ApiKeys.NONE,
                    null,
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    20 << 20,
                    4 << 20,
                    512L << 20,
                    256,
                    2048,
                    Duration.ofSeconds(20));
        }

        public Config withKeys(ApiKeys others) {
            return new Config(
                    listen,
                    others,
                    tls,
                    usualTime,
                    mostTime,
                    bodyBytes,
                    jsonBytes,
                    heldBytes,
                    requests,
                    connections,
                    patience);
        }

        public Config withTls(Tls other) {
            return new Config(
                    listen,
                    keys,
                    other,
                    usualTime,
                    mostTime,
                    bodyBytes,
                    jsonBytes,
                    heldBytes,
                    requests,
                    connections,
                    patience);
        }

        public Config withTimes(Duration usual, Duration most) {
            return new Config(
                    listen,
                    keys,
                    tls,
                    usual,
                    most,
                    bodyBytes,
                    jsonBytes,
                    heldBytes,
                    requests,
                    connections,
                    patience);
        }

        public Config withLimits(int mostRequests, int mostConnections, Duration longest) {
            return new Config(
                    listen,
                    keys,
                    tls,
                    usualTime,
                    mostTime,
                    bodyBytes,
                    jsonBytes,
                    heldBytes,
                    mostRequests,
                    mostConnections,
                    longest);
        }
    }

    /// What a route does with a body.
    interface BodyWork<T> {
        T run(byte[] body, RequestContext context);
    }

    /// Starts to listen.
    ///
    /// @param metrics the listener of the other parts
    /// @throws BadInputException if the address is taken, or certificate or key cannot be used
    public HttpGateway(
            Config config,
            Catalogue catalogue,
            Orchestrator orchestrator,
            FlowRunner runner,
            Metrics metrics) {
        this.config = config;
        this.metrics = metrics;
        models = new Models(catalogue, orchestrator, runner);
        desk = new Desk(metrics, config.requests(), config.usualTime(), config.mostTime());
        bodies = new Bodies(config.heldBytes(), config.patience());
        javalin =
                Javalin.create(javalinConfig -> {
                    server(javalinConfig);
                    errors(javalinConfig);
                    javalinConfig.routes.before(this::admit);
                    new OipRoutes(this).register(javalinConfig.routes);
                    new OpenAiRoutes(this).register(javalinConfig.routes);
                    new FlowRoutes(this).register(javalinConfig.routes);
                    new OperationRoutes(this, orchestrator, metrics).register(javalinConfig.routes);
                    new AdminRoutes(this, orchestrator).register(javalinConfig.routes);
                    new PageRoutes().register(javalinConfig.routes);
                });
        try {
            javalin.start();
        } catch (JavalinException e) {
            disconnects.close();
            throw new BadInputException(
                    "cannot listen on "
                            + config.listen().getHostString()
                            + ":"
                            + config.listen().getPort(),
                    "another process listens there, or the address is not this machine's");
        }
    }

    private void server(JavalinConfig javalinConfig) {
        javalinConfig.startup.showJavalinBanner = false;
        javalinConfig.startup.startupWatcherEnabled = false;
        javalinConfig.http.prefer405over404 = true;
        QueuedThreadPool threads = new QueuedThreadPool(WORKERS, 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-"));
        javalinConfig.jetty.threadPool = threads;
        ConnectionGuard guard =
                new ConnectionGuard(config.connections(), config.patience(), metrics::connections);
        javalinConfig.jetty.modifyServer(server -> {
            server.setHandler(guard);
            server.setErrorHandler(new ServerErrors());
            server.setStopTimeout(0);
        });
        javalinConfig.jetty.addConnector((server, http) -> connector(server, http, guard));
    }

    private ServerConnector connector(
            Server server, HttpConfiguration http, ConnectionGuard guard) {
        http.setRequestHeaderSize(8 << 10);
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        ServerConnector connector;
        Tls tls = config.tls();
        if (tls == null) {
            connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        } else {
            SecureRequestCustomizer secure = new SecureRequestCustomizer();
            secure.setSniHostCheck(false);
            http.addCustomizer(secure);
            connector =
                    new ServerConnector(
                            server,
                            1,
                            1,
                            new SslConnectionFactory(PemContext.factory(tls), "http/1.1"),
                            new HttpConnectionFactory(http));
        }
        connector.setHost(config.listen().getHostString());
        connector.setPort(config.listen().getPort());
        connector.setIdleTimeout(config.patience().toMillis());
        connector.setAcceptQueueSize(512);
        connector.addBean(guard, false);
        return connector;
    }

    private static void errors(JavalinConfig javalinConfig) {
        javalinConfig.routes.exception(
                StatusException.class,
                (e, ctx) -> error(ctx, e.status(), String.valueOf(e.getMessage())));
        javalinConfig.routes.exception(
                HttpResponseException.class,
                (e, ctx) -> error(ctx, e.getStatus(), String.valueOf(e.getMessage())));
        javalinConfig.routes.exception(
                Exception.class,
                (e, ctx) -> {
                    ServeException shown = Desk.shown(e);
                    error(
                            ctx,
                            StatusException.status(shown.reason()),
                            String.valueOf(shown.getMessage()));
                });
    }

    /// Answers with an error, in the form that the protocol has for it.
    static void error(Context ctx, int status, String message) {
        if (status == 429) {
            ctx.header("Retry-After", "1");
        }
        if (status == 401) {
            ctx.header("WWW-Authenticate", "Bearer");
        }
        if (status == 408 || status == 413) {
            ctx.header("Connection", "close"); // what is left of the body is not waited for
        }
        ctx.status(status);
        json(
                ctx,
                ctx.path().startsWith("/v1/")
                        ? OpenAiRoutes.error(status, message)
                        : Map.of("error", message));
    }

    static void json(Context ctx, Object value) {
        ctx.contentType("application/json").result(Json.bytes(value));
    }

    private void admit(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff");
        String path = ctx.path();
        boolean open =
                OPEN.contains(path)
                        || path.startsWith("/health/")
                        || path.startsWith("/v2/health/");
        if (!open && !config.keys().accept(ctx.header("Authorization"))) {
            throw new StatusException(
                    401, "an API key is asked for\nMaybe send Authorization: Bearer KEY");
        }
    }

    /// Reads the body of a request for a model, and answers it.
    ///
    /// @param json whether the body is JSON
    <T> T answer(Context ctx, Models.Model model, String protocol, boolean json, BodyWork<T> work) {
        try (Bodies.Share share = bodies.share()) {
            Duration time = desk.time(ctx.header("X-Request-Timeout"));
            byte[] body =
                    bodies.read(ctx, json ? config.jsonBytes() : config.bodyBytes(), json, share);
            Trace trace = Trace.of(ctx.header("traceparent"));
            ctx.header("traceparent", trace.header());
            return desk.answer(
                    model.name(),
                    protocol,
                    time,
                    trace,
                    context -> watch(ctx, context),
                    context -> work.run(body, context));
        }
    }

    /// A small body of JSON, for operations.
    byte[] body(Context ctx) {
        try (Bodies.Share share = bodies.share()) {
            return bodies.read(ctx, config.jsonBytes(), true, share);
        }
    }

    private AutoCloseable watch(Context ctx, RequestContext context) {
        Object channel = ctx.req().getAttribute(ConnectionGuard.CHANNEL);
        return channel instanceof SocketChannel socket
                ? disconnects.watch(socket, context::cancel)
                : () -> {};
    }

    Models models() {
        return models;
    }

    Desk desk() {
        return desk;
    }

    Config config() {
        return config;
    }

    /// Method and path of every route, for the contract test.
    List<String> routes() {
        return Objects.requireNonNull(javalin.unsafe.internalRouter).allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint.method.name() + " " + parsed.endpoint.path)
                .filter(route -> !route.startsWith("BEFORE"))
                .sorted()
                .toList();
    }

    /// The port that it listens on.
    public int port() {
        return javalin.port();
    }

    /// Stops listening; requests that run are cut off.
    @Override
    public void close() {
        javalin.stop();
        disconnects.close();
    }
}
