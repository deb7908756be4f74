package dev.lamina.gateway;

import static dev.lamina.gateway.NodeKinds.line;
import static dev.lamina.gateway.NodeKinds.spec;
import static dev.lamina.gateway.NodeKinds.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.serve.Catalogue;
import dev.lamina.serve.LocalNode;
import dev.lamina.serve.Node;
import dev.lamina.serve.Orchestrator;
import dev.lamina.serve.OrchestratorListener;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import dev.lamina.wire.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that are lost, come back or hang, and callers that do not notice.
@Timeout(90)
class NodeFaultsTest {
    private static final Orchestrator.Config QUICK =
            new Orchestrator.Config(Duration.ofMillis(100), Duration.ofSeconds(15), true);

    @TempDir Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        threads.close();
    }

    private <T extends AutoCloseable> T closing(T one) {
        open.add(one);
        return one;
    }

    /// A node as a machine has it; port 0 for any.
    private final class Machine implements AutoCloseable {
        final NodeKinds kinds = new NodeKinds();
        final LocalNode node;
        final NodeServer server;

        Machine(String name, int port) throws IOException {
            node = kinds.node(name);
            server =
                    new NodeServer(
                            new NodeServer.Config(
                                    new Address("127.0.0.1", port),
                                    null,
                                    folder,
                                    false,
                                    Duration.ofSeconds(5)),
                            node,
                            refused -> {});
        }

        /// As without power.
        void die() throws InterruptedException {
            server.halt();
            close();
        }

        @Override
        public void close() {
            kinds.released.countDown();
            server.close();
            node.close();
        }
    }

    private RemoteNode remote(String name, int port) {
        return closing(new RemoteNode(name, new Address("127.0.0.1", port), null));
    }

    private static RequestContext soon() {
        return RequestContext.within(Duration.ofSeconds(60));
    }

    private Orchestrator orchestrator(String kind, Node... nodes) {
        NodeKinds kinds = new NodeKinds();
        Orchestrator orchestrator =
                closing(
                        new Orchestrator(
                                kinds.kinds(), List.of(nodes), QUICK, OrchestratorListener.NONE));
        Map<String, List<String>> placement = new LinkedHashMap<>();
        for (Node node : nodes) {
            placement.put(node.name(), List.of("s"));
        }
        Catalogue catalogue =
                Catalogue.check(kinds.kinds(), List.of(spec("s", kind)), List.of(), placement);
        orchestrator.start(
                catalogue,
                (demands, capacities) -> {
                    throw new IllegalStateException("it is placed");
                });
        return orchestrator;
    }

    /// Seconds until a call ends with UNAVAILABLE.
    private static double lost(Runnable call) {
        long start = System.nanoTime();
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        return (System.nanoTime() - start) / 1e9;
    }

    @Test
    void refusedConnectionFailsAtOnceAndComesBackByItself() throws Exception {
        Machine first = new Machine("a", 0);
        int port = first.server.port();
        first.close();
        RemoteNode node = remote("a", port);
        assertThat(lost(node::status)).isLessThan(4);
        assertThat(lost(() -> node.call("s@1", List.of(text("x")), soon()))).isLessThan(4);
        Machine second = closing(new Machine("a", port));
        awaitUp(node);
        assertThat(node.status()).isEqualTo(second.node.status());
    }

    private static void awaitUp(Node node) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                node.status();
                return;
            } catch (ServeException e) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(50);
            }
        }
    }

    @Test
    void aPeerThatNeverAnswersIsUnavailable() throws IOException {
        StallingProxy proxy = closing(new StallingProxy(0));
        RemoteNode node = remote("a", proxy.port());
        assertThat(lost(() -> node.call("s@1", List.of(text("x")), soon()))).isLessThan(4);
        assertThat(lost(node::status)).isLessThan(4);
        assertThat(lost(() -> node.assign(spec("s", "mirror"), new byte[1 << 20], true)))
                .isLessThan(4);
    }

    @Test
    void aNodeThatHangsInMidCallIsUnavailable() throws Exception {
        Machine machine = closing(new Machine("a", 0));
        StallingProxy proxy = closing(new StallingProxy(machine.server.port()));
        RemoteNode node = remote("a", proxy.port());
        node.assign(spec("s", "slow"), new byte[0], true);
        Future<Double> seconds =
                threads.submit(() -> lost(() -> node.call("s@1", List.of(text("x")), soon())));
        while (machine.kinds.started.get() == 0) {
            Thread.sleep(5);
        }
        Thread.sleep(4000); // one that computes for long says so
        assertThat(seconds.isDone()).isFalse();
        long stalled = System.nanoTime();
        proxy.stall();
        seconds.get(20, TimeUnit.SECONDS);
        assertThat((System.nanoTime() - stalled) / 1e9).isLessThan(4);
        machine.kinds.released.countDown();
        proxy.mend();
        awaitUp(node);
        assertThat(line(node.call("s@1", List.of(text("y")), soon()).getFirst().outputs()))
                .isEqualTo("y");
    }

    @Test
    void callsOfANodeThatHangsAreAnsweredElsewhere() throws Exception {
        Machine a = closing(new Machine("a", 0));
        Machine b = closing(new Machine("b", 0));
        StallingProxy proxy = closing(new StallingProxy(a.server.port()));
        Orchestrator orchestrator =
                orchestrator("mirror", remote("a", proxy.port()), remote("b", b.server.port()));
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Double>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(
                    threads.submit(() -> {
                        double longest = 0;
                        while (!over.get()) {
                            long start = System.nanoTime();
                            call(orchestrator, "text " + sent.incrementAndGet());
                            longest = Math.max(longest, (System.nanoTime() - start) / 1e9);
                        }
                        return longest;
                    }));
        }
        Thread.sleep(500);
        proxy.stall();
        Thread.sleep(4500);
        over.set(true);
        for (Future<Double> caller : callers) {
            assertThat(caller.get(20, TimeUnit.SECONDS)).isLessThan(5);
        }
        assertThat(a.node.status().replicas().getFirst().items()).isPositive();
        assertThat(b.node.status().replicas().getFirst().items()).isPositive();
        assertThat(orchestrator.nodes().getFirst().up()).isFalse();
        proxy.mend();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!orchestrator.nodes().getFirst().up()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static void call(Orchestrator orchestrator, String line) {
        List<Outcome> outcomes = orchestrator.call("s", null, List.of(text(line)), soon());
        assertThat(line(outcomes.getFirst().outputs())).isEqualTo(line);
    }

    @Test
    void nobodyNoticesANodeThatIsRestarted() throws Exception {
        Machine a = new Machine("a", 0);
        int port = a.server.port();
        Machine b = closing(new Machine("b", 0));
        Orchestrator orchestrator =
                orchestrator("mirror", remote("a", port), remote("b", b.server.port()));
        String before = a.node.status().incarnation();
        AtomicInteger next = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            callers.add(
                    threads.submit(() -> {
                        for (int n = 0; n < 40; n++) {
                            try {
                                call(orchestrator, "text " + next.incrementAndGet());
                                Thread.sleep(20);
                            } catch (Throwable e) {
                                failures.add(e);
                            }
                        }
                    }));
        }
        while (next.get() < 1000) {
            Thread.sleep(1);
        }
        a.die();
        while (next.get() < 2000) {
            Thread.sleep(1);
        }
        Machine again = closing(new Machine("a", port));
        for (Future<?> caller : callers) {
            caller.get(60, TimeUnit.SECONDS);
        }
        assertThat(failures).isEmpty();
        assertThat(next.get()).isEqualTo(8000);
        awaitAssigned(again);
        assertThat(again.node.status().incarnation()).isNotEqualTo(before);
        assertThat(b.node.status().replicas().getFirst().items()).isPositive();
    }

    private static void awaitAssigned(Machine machine) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (machine.node.status().replicas().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    /// With its calls in progress: what it has begun is begun again elsewhere.
    @Test
    void callsThatANodeHadBegunAreAnsweredElsewhere() throws Exception {
        Machine a = closing(new Machine("a", 0));
        Machine b = closing(new Machine("b", 0));
        Orchestrator orchestrator =
                orchestrator("slow", remote("a", a.server.port()), remote("b", b.server.port()));
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String line = "text " + i;
            callers.add(threads.submit(() -> call(orchestrator, line)));
        }
        while (a.kinds.started.get() == 0 || b.kinds.started.get() == 0) {
            Thread.sleep(5);
        }
        a.die();
        b.kinds.released.countDown();
        for (Future<?> caller : callers) {
            caller.get(30, TimeUnit.SECONDS);
        }
        assertThat(b.node.status().replicas().getFirst().items()).isEqualTo(200);
    }
}
