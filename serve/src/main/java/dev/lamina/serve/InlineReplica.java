package dev.lamina.serve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// A replica of a service that is done sooner than another thread would have begun: callers run it
/// themselves, and nobody waits for a batch.
///
/// Callers are virtual threads as a rule, and a long text may keep one busy: so a node lets fewer
/// compute at once than there are cores, and the others go on with what comes and goes.
final class InlineReplica implements Replica {
    private final String id;
    private final Service service;
    private final int largestBatch;
    private final Semaphore turns;
    private final NodeListener listener;

    /// Callers share it; who closes has it alone.
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private boolean closed;
    private final LongAdder items = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder runNanos = new LongAdder();

    /// @param turns of all such replicas of a node
    InlineReplica(
            String id, Service service, int largestBatch, Semaphore turns, NodeListener listener) {
        this.id = id;
        this.service = service;
        this.largestBatch = largestBatch;
        this.turns = turns;
        this.listener = listener;
    }

    @Override
    public @Nullable List<Outcome> call(List<Map<String, Value>> all, RequestContext context) {
        Lock shared = use.readLock();
        shared.lock();
        try {
            if (closed) {
                return null;
            }
            List<Outcome> outcomes = new ArrayList<>(all.size());
            for (int from = 0; from < all.size(); from += largestBatch) {
                List<Map<String, Value>> batch =
                        all.subList(from, Math.min(all.size(), from + largestBatch));
                outcomes.addAll(run(batch, context));
            }
            return outcomes;
        } finally {
            shared.unlock();
        }
    }

    private List<Outcome> run(List<Map<String, Value>> batch, RequestContext context) {
        ServeException over = context.await(turns);
        if (over != null) {
            return Collections.nCopies(batch.size(), new Outcome.Failed(over));
        }
        long start = System.nanoTime();
        List<Outcome> outcomes;
        try {
            outcomes = Replica.run(id, service, batch);
        } finally {
            turns.release();
        }
        long took = System.nanoTime() - start;
        items.add(batch.size());
        batches.increment();
        runNanos.add(took);
        listener.batch(id, batch.size(), 0, took / 1e9);
        return outcomes;
    }

    @Override
    public Work done() {
        return new Work(0, items.sum(), batches.sum(), runNanos.sum() / 1e9);
    }

    @Override
    public boolean idle() {
        return use.getReadLockCount() == 0;
    }

    @Override
    public byte[] state() {
        Lock alone = use.writeLock();
        alone.lock();
        try {
            return service.state();
        } finally {
            alone.unlock();
        }
    }

    @Override
    public void close() {
        Lock alone = use.writeLock();
        alone.lock();
        try {
            if (!closed) {
                closed = true;
                service.close();
            }
        } finally {
            alone.unlock();
        }
    }
}
