package dev.lamina.serve;

import static dev.lamina.serve.FakeKinds.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.serve.ServeException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalNodeTest {
    private final FakeKinds fakes = new FakeKinds();
    private final ConcurrentLinkedQueue<String> evicted = new ConcurrentLinkedQueue<>();
    private final LocalNode node = node(10, 16);

    private LocalNode node(int megabytes, int queue) {
        return new LocalNode(
                new LocalNode.Config("a", (long) megabytes << 20, queue, Duration.ofMillis(2)),
                fakes.kinds(),
                new NodeListener() {
                    @Override
                    public void evicted(String id) {
                        evicted.add(id);
                    }
                });
    }

    @AfterEach
    void nothingIsLeft() {
        fakes.released.countDown();
        node.close();
        assertThat(fakes.live).hasValue(0);
    }

    private static RequestContext seconds(int seconds) {
        return RequestContext.within(Duration.ofSeconds(seconds));
    }

    private static Map<String, Value> item(String text) {
        return Map.of("text", new Value.Text(text));
    }

    private List<Outcome> call(String id, String... texts) {
        return node.call(
                id, java.util.Arrays.stream(texts).map(LocalNodeTest::item).toList(), seconds(20));
    }

    private static String text(Outcome outcome) {
        return FakeKinds.string(outcome.outputs(), "text");
    }

    @Test
    void loadsWhenAskedAndAnswersInOrder() {
        node.assign(spec("up", "upper", "prefix", "> "), new byte[0], false);
        assertThat(fakes.live).hasValue(0);
        assertThat(call("up@1", "a", "b", "c"))
                .extracting(LocalNodeTest::text)
                .containsExactly("> A", "> B", "> C");
        NodeStatus.ReplicaStatus status = node.status().replicas().getFirst();
        assertThat(status.loaded()).isTrue();
        assertThat(status.items()).isEqualTo(3);
        assertThat(status.loads()).isEqualTo(1);
        assertThat(node.status().usedBytes()).isEqualTo(1 << 20);
    }

    @Test
    void whatItDoesNotHostIsUnavailable() {
        assertThatThrownBy(() -> call("up@1", "a"))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void waitingRequestsBecomeOneBatch() throws InterruptedException {
        node.assign(spec("slow", "slow"), new byte[0], true);
        List<Thread> callers = new ArrayList<>();
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 9; i++) {
            String text = "t" + i;
            callers.add(
                    Thread.startVirtualThread(
                            () -> answers.add(text(call("slow@1", text).getFirst()))));
            while (i == 0 && fakes.started.get() == 0) {
                Thread.onSpinWait(); // the first is being computed while the others arrive
            }
        }
        while (node.status().replicas().getFirst().waiting() < 8) {
            Thread.onSpinWait();
        }
        fakes.released.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(answers).hasSize(9).contains("T0", "T8");
        assertThat(fakes.batches).containsExactly(1, 8);
    }

    @Test
    void aFullQueueRefusesAndGoesOn() throws InterruptedException {
        node.assign(spec("slow", "slow"), new byte[0], true);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            callers.add(Thread.startVirtualThread(() -> call("slow@1", "a")));
            while (i == 0 && fakes.started.get() == 0) {
                Thread.onSpinWait();
            }
        }
        while (node.status().replicas().getFirst().waiting() < 16) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> call("slow@1", "b"))
                .isInstanceOfSatisfying(
                        ServeException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.EXHAUSTED));
        fakes.released.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(text(call("slow@1", "c").getFirst())).isEqualTo("C");
    }

    @Test
    void deadlinesAndCancellationEndAWait() {
        node.assign(spec("slow", "slow"), new byte[0], true);
        Thread.startVirtualThread(() -> call("slow@1", "first"));
        while (fakes.started.get() == 0) {
            Thread.onSpinWait();
        }
        Outcome late =
                node.call(
                                "slow@1",
                                List.of(item("a")),
                                RequestContext.within(Duration.ofMillis(30)))
                        .getFirst();
        assertThat(late)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        f -> assertThat(f.error().reason()).isEqualTo(Reason.DEADLINE));
        RequestContext context = seconds(20);
        Thread.startVirtualThread(context::cancel);
        Outcome gone = node.call("slow@1", List.of(item("b")), context).getFirst();
        assertThat(gone)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        f -> assertThat(f.error().reason()).isEqualTo(Reason.CANCELLED));
        fakes.released.countDown();
        call("slow@1", "last");
        assertThat(fakes.started).as("nobody computes for those who left").hasValue(2);
    }

    @Test
    void oneBadItemDoesNotSpoilTheOthers() {
        node.assign(spec("fussy", "fussy"), new byte[0], true);
        List<Outcome> outcomes = call("fussy@1", "good", "bad", "fine", "broken", "well");
        assertThat(List.of(outcomes.get(0), outcomes.get(2), outcomes.get(4)))
                .extracting(LocalNodeTest::text)
                .containsExactly("good", "fine", "well");
        assertThat(((Outcome.Failed) outcomes.get(1)).error().reason()).isEqualTo(Reason.BAD_INPUT);
        assertThat(((Outcome.Failed) outcomes.get(3)).error().reason()).isEqualTo(Reason.INTERNAL);
    }

    @Test
    void theCheapestToReloadMakesRoom() {
        node.assign(spec("a", "upper", "megabytes", 4), new byte[0], true);
        node.assign(spec("b", "upper", "megabytes", 4), new byte[0], true);
        node.assign(spec("c", "upper", "megabytes", 4), new byte[0], false);
        for (int i = 0; i < 50; i++) {
            call("a@1", "x"); // often asked for: dear to reload
        }
        call("b@1", "x");
        call("c@1", "x");
        assertThat(evicted).containsExactly("b@1");
        assertThat(node.status().usedBytes()).isEqualTo(8 << 20);
        assertThat(text(call("b@1", "back").getFirst())).isEqualTo("BACK");
        assertThat(evicted).containsExactly("b@1", "c@1");
    }

    @Test
    void whatIsEvictedRemembers() {
        node.assign(spec("m", "memory", "megabytes", 6), new byte[0], true);
        call("m@1", "one ");
        node.assign(spec("a", "upper", "megabytes", 6), new byte[0], true);
        assertThat(evicted).containsExactly("m@1");
        assertThat(new String(node.state("m@1"), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("one ");
        assertThat(text(call("m@1", "two").getFirst())).isEqualTo("one two");
    }

    @Test
    void whatNeverFitsIsRefused() {
        assertThatThrownBy(
                        () -> node.assign(spec("a", "upper", "megabytes", 11), new byte[0], true))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining("needs 11 MB, node a has 10");
        assertThat(node.status().replicas()).isEmpty();
    }

    @Test
    void manyCallersUnderATightBudgetAllGetTheirAnswers() throws InterruptedException {
        for (String name : List.of("a", "b", "c", "d")) {
            node.assign(spec(name, "upper", "megabytes", 4, "prefix", name), new byte[0], false);
        }
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = List.of("a", "b", "c", "d").get(i % 4);
            callers.add(
                    Thread.startVirtualThread(() -> {
                        for (int k = 0; k < 20; k++) {
                            String answer = text(call(name + "@1", "x" + k).getFirst());
                            if (!answer.equals(name + "X" + k)) {
                                wrong.add(answer);
                            }
                        }
                    }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(node.status().usedBytes()).isLessThanOrEqualTo(10 << 20);
        assertThat(node.status().replicas()).allSatisfy(r -> assertThat(r.items()).isEqualTo(60));
    }
}
