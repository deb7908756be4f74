package dev.lamina.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// On which thread a replica computes.
@Timeout(60)
class ReplicaTest {
    private final ConcurrentLinkedQueue<Thread> ran = new ConcurrentLinkedQueue<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Replica> replicas = new ArrayList<>();

    /// What the service does in each batch.
    private volatile Runnable work = () -> {};

    private final Service service =
            new Service() {
                @Override
                public List<Outcome> run(List<Map<String, Value>> items) {
                    ran.add(Thread.currentThread());
                    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    try {
                        work.run();
                        return items.stream().<Outcome>map(Outcome.Done::new).toList();
                    } finally {
                        atOnce.decrementAndGet();
                    }
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
        assertThat(closed).hasValue(replicas.size());
    }

    private Replica batching(int atCallers) {
        Replica replica =
                new BatchingReplica(
                        "s@1", service, 8, 64, 0, new Semaphore(atCallers), NodeListener.NONE);
        replicas.add(replica);
        return replica;
    }

    private Replica inline(int turns) {
        Replica replica =
                new InlineReplica("s@1", service, 2, new Semaphore(turns), NodeListener.NONE);
        replicas.add(replica);
        return replica;
    }

    private static List<Outcome> call(Replica replica, String... texts) {
        return Objects.requireNonNull(
                replica.call(
                        java.util.Arrays.stream(texts).map(ReplicaTest::item).toList(),
                        RequestContext.within(Duration.ofSeconds(30))));
    }

    private static Map<String, Value> item(String text) {
        return Map.of("text", new Value.Text(text));
    }

    private boolean callerRan(Replica replica, String... texts) {
        ran.clear();
        call(replica, texts);
        return ran.contains(Thread.currentThread());
    }

    /// A batch may last long for once where the machine is busy; not every time.
    private void callerRunsSoon(Replica replica, String... texts) {
        for (int i = 0; i < 100; i++) {
            if (callerRan(replica, texts)) {
                return;
            }
            call(replica, "alone");
        }
        throw new AssertionError("the caller never runs");
    }

    @Test
    void aLoneCallerComputesAShortBatchHimself() {
        Replica replica = batching(1);
        assertThat(callerRan(replica, "how long it takes is not known yet")).isFalse();
        callerRunsSoon(replica, "a");
        callerRunsSoon(replica, "a", "b", "c");
        assertThat(callerRan(replica, "others may be on their way")).isFalse();
        callerRunsSoon(replica, "a");
        assertThat(replica.idle()).isTrue();
    }

    @Test
    void notIfTheBatchBeforeWasLongOrTooManyDo() throws InterruptedException {
        Replica replica = batching(1);
        work = () -> sleep(20);
        call(replica, "a");
        assertThat(callerRan(replica, "a")).isFalse();
        work = () -> {};
        assertThat(callerRan(replica, "a")).isFalse();
        callerRunsSoon(replica, "a");
        Replica crowded = batching(0);
        call(crowded, "a");
        assertThat(callerRan(crowded, "a")).isFalse();
    }

    @Test
    void whoComesMeanwhileWaitsAndIsAnswered() throws InterruptedException {
        Replica replica = batching(1);
        call(replica, "a");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        work =
                () -> {
                    begun.countDown();
                    await(go);
                };
        Thread first = Thread.startVirtualThread(() -> call(replica, "first"));
        await(begun);
        ConcurrentLinkedQueue<Outcome> answers = new ConcurrentLinkedQueue<>();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String text = "other " + i;
            others.add(Thread.startVirtualThread(() -> answers.addAll(call(replica, text))));
        }
        while (replica.done().waiting() < 3) {
            Thread.onSpinWait();
        }
        assertThat(replica.idle()).isFalse();
        go.countDown();
        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertThat(answers).hasSize(3).allMatch(o -> o instanceof Outcome.Done);
        assertThat(mostAtOnce).hasValue(1);
        assertThat(replica.done().batches()).isEqualTo(3);
    }

    @Test
    void closingWaitsForACallerWhoComputes() throws InterruptedException {
        for (Replica replica : List.of(batching(1), inline(1))) {
            work = () -> {};
            call(replica, "a");
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            work =
                    () -> {
                        begun.countDown();
                        await(go);
                    };
            int before = closed.get();
            Thread caller = Thread.startVirtualThread(() -> call(replica, "a"));
            await(begun);
            Thread closer = Thread.startVirtualThread(replica::close);
            sleep(30);
            assertThat(closed).hasValue(before);
            go.countDown();
            caller.join();
            closer.join();
            assertThat(closed).hasValue(before + 1);
            assertThat(
                            replica.call(
                                    List.of(item("late")),
                                    RequestContext.within(Duration.ofSeconds(1))))
                    .isNull();
            replicas.remove(replica);
            closed.decrementAndGet();
        }
    }

    @Test
    void quickServicesRunOnTheirCallersAndLeaveTurns() throws InterruptedException {
        Replica replica = inline(2);
        assertThat(callerRan(replica, "a", "b", "c", "d", "e")).isTrue();
        assertThat(replica.done().batches()).isEqualTo(3);
        work = () -> sleep(5);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(Thread.startVirtualThread(() -> call(replica, "a")));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(mostAtOnce.get()).isLessThanOrEqualTo(2);
        assertThat(replica.done().items()).isEqualTo(13);
    }

    @Test
    void whoseTimeIsOverIsToldSo() {
        List<Outcome> outcomes =
                Objects.requireNonNull(
                        inline(1)
                                .call(
                                        List.of(item("a"), item("b"), item("c")),
                                        RequestContext.within(Duration.ZERO)));
        assertThat(outcomes).hasSize(3).allMatch(o -> o instanceof Outcome.Failed);
        assertThat(ran).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
