package dev.lamina.serve;

import static dev.lamina.serve.FakeKinds.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.FlowSpec.Source;
import dev.lamina.serve.FlowSpec.Step;
import dev.lamina.serve.ServeException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrchestratorTest {
    private static final Orchestrator.Config QUICK =
            new Orchestrator.Config(Duration.ofMillis(20), Duration.ofSeconds(5), true);

    private final FakeKinds fakes = new FakeKinds();
    private final ServiceKinds kinds = fakes.kinds();
    private final Mortal a = new Mortal("a");
    private final Mortal b = new Mortal("b");
    private final Orchestrator orchestrator =
            new Orchestrator(kinds, List.of(a, b), QUICK, OrchestratorListener.NONE);

    /// A node that can die, and come back with nothing.
    private final class Mortal implements Node {
        private final String name;
        private volatile LocalNode node;
        private volatile boolean dead;
        private volatile boolean diesWhenAssigned;

        Mortal(String name) {
            this.name = name;
            node = fresh();
        }

        private LocalNode fresh() {
            return new LocalNode(
                    new LocalNode.Config(name, 100 << 20, 1000, Duration.ofMillis(1)),
                    kinds,
                    NodeListener.NONE);
        }

        void die() {
            dead = true;
            LocalNode old = node;
            node = fresh();
            old.close();
        }

        private LocalNode alive() {
            if (dead) {
                throw new ServeException(Reason.UNAVAILABLE, "node " + name + " is dead");
            }
            return node;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public NodeStatus status() {
            return alive().status();
        }

        @Override
        public void assign(ServiceSpec spec, byte[] state, boolean load) {
            if (diesWhenAssigned) {
                diesWhenAssigned = false;
                dead = true;
            }
            alive().assign(spec, state, load);
        }

        @Override
        public void remove(String id) {
            alive().remove(id);
        }

        @Override
        public List<Outcome> call(
                String id, List<Map<String, Value>> items, RequestContext context) {
            LocalNode asked = alive();
            List<Outcome> outcomes = asked.call(id, items, context);
            if (asked != node) { // the answer is lost with the node
                throw new ServeException(Reason.UNAVAILABLE, "node " + name + " died");
            }
            return outcomes;
        }

        @Override
        public byte[] state(String id) {
            return alive().state(id);
        }

        @Override
        public void close() {
            node.close();
        }
    }

    @AfterEach
    void close() {
        fakes.released.countDown();
        orchestrator.close();
        assertThat(fakes.live).hasValue(0);
    }

    private static <T> SequencedMap<String, T> map(String key, T value) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        map.put(key, value);
        return map;
    }

    /// Both branches of `text`, upper case and as it is, joined.
    private static FlowSpec twice() {
        SequencedMap<String, Step> steps = new LinkedHashMap<>();
        steps.put("up", new Step("up", map("text", new Source.Input("text"))));
        SequencedMap<String, Source> both = new LinkedHashMap<>();
        both.put("left", new Source.Output("up", "text"));
        both.put("right", new Source.Input("text"));
        steps.put("both", new Step("both", both));
        return new FlowSpec(
                "twice",
                "",
                map("text", ValueType.TEXT),
                steps,
                map("text", new Source.Output("both", "text")));
    }

    private Catalogue start(ServiceSpec... more) {
        List<ServiceSpec> services = new ArrayList<>(List.of(more));
        services.add(spec("up", "upper"));
        services.add(spec("both", "join"));
        services.add(spec("fussy", "fussy"));
        Catalogue catalogue = Catalogue.check(kinds, services, List.of(twice()), Map.of());
        orchestrator.start(catalogue, Placement.greedy(2));
        return catalogue;
    }

    private static RequestContext seconds(int seconds) {
        return RequestContext.within(Duration.ofSeconds(seconds));
    }

    private String ask(String service, String text) {
        return FakeKinds.string(
                orchestrator
                        .call(
                                service,
                                null,
                                List.of(Map.of("text", new Value.Text(text))),
                                seconds(20))
                        .getFirst()
                        .outputs(),
                "text");
    }

    @Test
    void flowsRunOverServices() {
        Catalogue catalogue = start();
        Flow flow = Objects.requireNonNull(catalogue.flows().get("twice"));
        FlowRunner runner =
                new FlowRunner(orchestrator, (f, step, service, context, from, to, error) -> {});
        List<Outcome> outcomes =
                runner.run(
                        flow,
                        List.of(
                                Map.of("text", new Value.Text("x")),
                                Map.of("text", new Value.Text("y"))),
                        seconds(20));
        assertThat(outcomes)
                .extracting(outcome -> FakeKinds.string(outcome.outputs(), "text"))
                .containsExactly("X+x", "Y+y");
        assertThatThrownBy(() ->
                        runner.run(flow, List.of(Map.of("txt", new Value.Text("x"))), seconds(20)))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("flow twice lacks its input text");
    }

    @Test
    void deathsOfNodesAreNotNoticed() throws InterruptedException {
        start();
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> right = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            callers.add(
                    Thread.startVirtualThread(() -> {
                        while (!stop.get()) {
                            String text =
                                    UUID.nameUUIDFromBytes(new byte[] {(byte) right.size()}) + "";
                            try {
                                String answer = ask("up", text);
                                (answer.equals(text.toUpperCase(java.util.Locale.ROOT))
                                                ? right
                                                : wrong)
                                        .add(answer);
                            } catch (RuntimeException e) {
                                wrong.add(e.toString());
                            }
                        }
                    }));
        }
        for (int death = 0; death < 6; death++) {
            Mortal node = death % 2 == 0 ? a : b;
            node.die();
            Thread.sleep(30);
            node.dead = false;
            while (!orchestrator.nodes().stream().allMatch(Orchestrator.NodeView::up)) {
                Thread.sleep(5);
            }
        }
        stop.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(right).hasSizeGreaterThan(100);
    }

    @Test
    void versionsAreReplacedWithoutAFailedCall() throws InterruptedException {
        start();
        AtomicBoolean stop = new AtomicBoolean();
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(
                    Thread.startVirtualThread(() -> {
                        while (!stop.get()) {
                            try {
                                answers.add(ask("up", "x"));
                            } catch (RuntimeException e) {
                                answers.add(e.toString());
                            }
                        }
                    }));
        }
        for (int version = 2; version <= 6; version++) {
            Thread.sleep(20);
            orchestrator.replace(
                    new ServiceSpec(
                            "up",
                            "" + version,
                            "upper",
                            FakeKinds.settings("prefix", version + ":")));
            assertThat(ask("up", "x")).isEqualTo(version + ":X");
        }
        stop.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(answers).allMatch(answer -> answer.matches("([2-6]:)?X"));
        assertThat(a.status().replicas()).hasSize(3);
        assertThatThrownBy(() -> orchestrator.replace(spec("up", "join")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("other inputs or outputs");
        assertThatThrownBy(() -> orchestrator.call("up", "1", List.of(), seconds(1)))
                .hasMessageContaining("no version '1'");
    }

    @Test
    void stateMovesWithoutLosingAnything() throws InterruptedException {
        Catalogue catalogue =
                Catalogue.check(
                        kinds,
                        List.of(spec("memory", "memory")),
                        List.of(),
                        Map.of("a", List.of("memory")));
        orchestrator.start(catalogue, Placement.greedy(1));
        Thread teller =
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 200; i++) {
                        ask("memory", "x");
                    }
                });
        for (int i = 0; i < 10; i++) {
            Thread.sleep(3);
            orchestrator.migrate("memory", i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "b" : "a");
        }
        teller.join();
        assertThat(ask("memory", "")).isEqualTo("x".repeat(200));
        assertThat(b.status().replicas()).isEmpty();
        assertThatThrownBy(() -> orchestrator.migrate("memory", "b", "a"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is not on node 'b'");
    }

    @Test
    void aNodeThatComesLateGetsItsShare() throws InterruptedException {
        b.dead = true;
        start();
        assertThat(hosts("b")).isFalse();
        b.dead = false;
        while (!hosts("b")) {
            Thread.sleep(5);
        }
        a.die();
        assertThat(ask("up", "late")).isEqualTo("LATE");
    }

    @Test
    void aNodeThatGoesWhileServicesAreAssignedEndsNothing() throws InterruptedException {
        b.diesWhenAssigned = true;
        start();
        assertThat(ask("up", "one")).isEqualTo("ONE");
        b.dead = false;
        while (!hosts("b")) {
            Thread.sleep(5);
        }
        a.die();
        assertThat(ask("up", "other")).isEqualTo("OTHER");
    }

    /// Whether a node is up and has loaded service `up`.
    private boolean hosts(String node) {
        return orchestrator.nodes().stream()
                .filter(view -> view.name().equals(node) && view.up())
                .map(view -> Objects.requireNonNull(view.status()))
                .anyMatch(status ->
                        status.replicas().stream()
                                .anyMatch(r -> r.id().equals("up@1") && r.loaded()));
    }

    @Test
    void errorsOfRequestsAreNotRetried() {
        start();
        Outcome outcome =
                orchestrator
                        .call(
                                "fussy",
                                null,
                                List.of(Map.of("text", new Value.Text("bad"))),
                                seconds(5))
                        .getFirst();
        assertThat(((Outcome.Failed) outcome).error().reason()).isEqualTo(Reason.BAD_INPUT);
        assertThatThrownBy(() -> ask("nothing", "x"))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    @Test
    void whenAllAreDeadTheCallEndsInTime() {
        start();
        a.dead = true;
        b.dead = true;
        assertThatThrownBy(() ->
                        orchestrator.call(
                                "up",
                                null,
                                List.of(Map.of("text", new Value.Text("x"))),
                                RequestContext.within(Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DEADLINE));
        a.dead = false;
        b.dead = false;
        assertThat(ask("up", "x")).isEqualTo("X");
    }

    @Test
    void greedyPlacementFillsNodesEvenly() {
        var placed =
                Placement.greedy(2)
                        .place(
                                List.of(
                                        new Placement.Demand("s", 10),
                                        new Placement.Demand("l", 60),
                                        new Placement.Demand("m", 50)),
                                List.of(
                                        new Placement.Capacity("x", 100),
                                        new Placement.Capacity("y", 100),
                                        new Placement.Capacity("z", 100)));
        assertThat(placed)
                .containsEntry("x", List.of("l", "s"))
                .containsEntry("z", List.of("m", "s"));
        assertThat(placed.get("y")).containsExactly("l");
        assertThatThrownBy(() ->
                        Placement.greedy(1)
                                .place(
                                        List.of(new Placement.Demand("l", 2L << 20)),
                                        List.of(new Placement.Capacity("x", 1 << 20))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("more than any node has");
    }
}
