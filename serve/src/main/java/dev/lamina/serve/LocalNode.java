package dev.lamina.serve;

import dev.lamina.serve.ServeException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Hosts replicas in this process, under a memory budget.
///
/// What is assigned is loaded when it is first asked for, unless at once. If that needs room, the
/// replica whose reloading costs least goes first: seconds of its last loading times how often it
/// is asked for (derived; [B] VII's edge caching gives no rule); of those, one that is idle.
public final class LocalNode implements Node {
    private static final double FORGET_SECONDS = 60;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final Config config;
    private final ServiceKinds kinds;
    private final NodeListener listener;
    private final String incarnation = UUID.randomUUID().toString();
    private final ConcurrentHashMap<String, Hosted> hosted = new ConcurrentHashMap<>();
    private final ReentrantLock loading = new ReentrantLock(true);

    /// Callers, who are virtual threads, may compute themselves; one core is left for all others.
    private final Semaphore turns = new Semaphore(Math.max(1, CORES - 1));

    private final Semaphore atCallers = new Semaphore(CORES - 1);
    private volatile boolean closed;

    /// Limits of a node.
    ///
    /// @param budgetBytes memory for replicas, as their kinds declare it
    /// @param queueLimit items that may wait for a replica
    /// @param batchWait longest that a batch waits to be filled
    public record Config(String name, long budgetBytes, int queueLimit, Duration batchWait) {
        /// All of this process's memory, within reason.
        public static Config of(String name) {
            return new Config(name, 8L << 30, 512, Duration.ofMillis(2));
        }
    }

    private static final class Hosted {
        final ServiceSpec spec;
        final long memoryBytes;
        volatile @Nullable Replica replica;
        byte[] state;
        int loads;
        double loadSeconds;
        private double asked;
        private long askedAt = System.nanoTime();
        private Replica.Work before = new Replica.Work(0, 0, 0, 0);

        Hosted(ServiceSpec spec, long memoryBytes, byte[] state) {
            this.spec = spec;
            this.memoryBytes = memoryBytes;
            this.state = state;
        }

        /// Calls in the last minute or so, the older the less they count.
        synchronized double asked(int calls) {
            long now = System.nanoTime();
            asked = asked * Math.exp((askedAt - now) / 1e9 / FORGET_SECONDS) + calls;
            askedAt = now;
            return asked;
        }

        double reloadCost() {
            return loadSeconds * asked(0);
        }

        Replica.Work work() {
            Replica r = replica;
            Replica.Work now = r == null ? new Replica.Work(0, 0, 0, 0) : r.done();
            return new Replica.Work(
                    now.waiting(),
                    before.items() + now.items(),
                    before.batches() + now.batches(),
                    before.runSeconds() + now.runSeconds());
        }

        void unload(boolean keepState) {
            Replica r = replica;
            if (r != null) {
                if (keepState) {
                    state = r.state();
                }
                replica = null;
                r.close();
                Replica.Work done = r.done();
                before =
                        new Replica.Work(
                                0,
                                before.items() + done.items(),
                                before.batches() + done.batches(),
                                before.runSeconds() + done.runSeconds());
            }
        }
    }

    public LocalNode(Config config, ServiceKinds kinds, NodeListener listener) {
        this.config = config;
        this.kinds = kinds;
        this.listener = listener;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public NodeStatus status() {
        List<NodeStatus.ReplicaStatus> replicas = new ArrayList<>();
        hosted.forEach((id, h) -> {
            Replica.Work work = h.work();
            replicas.add(
                    new NodeStatus.ReplicaStatus(
                            id,
                            h.replica != null,
                            h.memoryBytes,
                            work.waiting(),
                            work.items(),
                            work.batches(),
                            work.runSeconds(),
                            h.loads,
                            h.loadSeconds));
        });
        replicas.sort(Comparator.comparing(NodeStatus.ReplicaStatus::id));
        return new NodeStatus(
                config.name(), incarnation, config.budgetBytes(), usedBytes(), replicas);
    }

    private long usedBytes() {
        return hosted.values().stream()
                .filter(h -> h.replica != null)
                .mapToLong(h -> h.memoryBytes)
                .sum();
    }

    @Override
    public void assign(ServiceSpec spec, byte[] state, boolean load) {
        open();
        long memory = kinds.memoryBytes(spec);
        if (memory > config.budgetBytes()) {
            throw new ServeException(
                    Reason.EXHAUSTED,
                    "service %s needs %d MB, node %s has %d"
                            .formatted(
                                    spec.id(),
                                    memory >> 20,
                                    config.name(),
                                    config.budgetBytes() >> 20));
        }
        Hosted fresh = new Hosted(spec, memory, state);
        Hosted known = hosted.putIfAbsent(spec.id(), fresh);
        if (load) {
            Hosted h = known == null ? fresh : known;
            try {
                replica(h, RequestContext.within(Duration.ofMinutes(5)));
            } catch (RuntimeException e) {
                if (known == null) {
                    hosted.remove(spec.id(), fresh);
                }
                throw e;
            }
        }
    }

    @Override
    public void remove(String id) {
        Hosted h = hosted.remove(id);
        if (h != null) {
            loading.lock();
            try {
                h.unload(false);
            } finally {
                loading.unlock();
            }
        }
    }

    @Override
    public List<Outcome> call(String id, List<Map<String, Value>> items, RequestContext context) {
        open();
        Hosted h = get(id);
        h.asked(items.size());
        while (true) {
            List<Outcome> outcomes = replica(h, context).call(items, context);
            if (outcomes != null) { // null: it was taken away a moment ago, and comes back
                return outcomes;
            }
            get(id);
        }
    }

    private Hosted get(String id) {
        Hosted h = hosted.get(id);
        if (h == null) {
            throw new ServeException(
                    Reason.UNAVAILABLE, "node " + config.name() + " does not host " + id);
        }
        return h;
    }

    /// The replica, loaded if it has to be.
    private Replica replica(Hosted h, RequestContext context) {
        Replica ready = h.replica;
        if (ready != null) {
            return ready;
        }
        await(context);
        try {
            open();
            ready = h.replica;
            if (ready == null && get(h.spec.id()) != h) {
                throw new ServeException(Reason.UNAVAILABLE, h.spec.id() + " was assigned anew");
            }
            if (ready == null) {
                makeRoom(h);
                ready = load(h);
                h.replica = ready;
            }
            return ready;
        } finally {
            loading.unlock();
        }
    }

    private void await(RequestContext context) {
        try {
            if (loading.tryLock(Math.max(0, context.leftNanos()), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
        }
        ServeException over = context.over();
        throw over == null
                ? new ServeException(Reason.DEADLINE, "the request ran out of time")
                : over;
    }

    private void makeRoom(Hosted h) {
        while (usedBytes() + h.memoryBytes > config.budgetBytes()) {
            Hosted victim =
                    hosted.values().stream()
                            .filter(other -> other.replica != null)
                            .min(
                                    Comparator.comparing(LocalNode::busy)
                                            .thenComparingDouble(Hosted::reloadCost)
                                            .thenComparingLong(other -> -other.memoryBytes))
                            .orElseThrow();
            victim.unload(true);
            listener.evicted(victim.spec.id());
        }
    }

    private static boolean busy(Hosted h) {
        Replica r = h.replica;
        return r != null && !r.idle();
    }

    private Replica load(Hosted h) {
        long start = System.nanoTime();
        Service service = kinds.load(h.spec);
        try {
            if (h.state.length > 0) {
                service.restore(h.state);
            }
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        h.loads++;
        h.loadSeconds = (System.nanoTime() - start) / 1e9;
        listener.loaded(h.spec.id(), h.loadSeconds);
        ServiceKind kind = kinds.get(h.spec.kind());
        int largestBatch = kind.largestBatch(h.spec.settings());
        if (kind.quick()) {
            return new InlineReplica(h.spec.id(), service, largestBatch, turns, listener);
        }
        return new BatchingReplica(
                h.spec.id(),
                service,
                largestBatch,
                config.queueLimit(),
                config.batchWait().toNanos(),
                atCallers,
                listener);
    }

    @Override
    public byte[] state(String id) {
        Hosted h = get(id);
        loading.lock();
        try {
            Replica r = h.replica;
            return r == null ? h.state : r.state();
        } finally {
            loading.unlock();
        }
    }

    private void open() {
        if (closed) {
            throw new ServeException(Reason.UNAVAILABLE, "node " + config.name() + " stops");
        }
    }

    /// Answers what waits, and frees everything.
    @Override
    public void close() {
        closed = true;
        List.copyOf(hosted.keySet()).forEach(this::remove);
    }
}
