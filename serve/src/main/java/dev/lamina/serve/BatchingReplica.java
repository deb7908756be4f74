package dev.lamina.serve;

import dev.lamina.serve.ServeException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A replica with a bounded queue and a thread that takes batches from it.
///
/// A caller who comes when nothing waits and nothing runs, and the batch before was not one of
/// several, does not wake the thread: he computes his items himself, if the batch before took so
/// little that he is not kept beyond his deadline (and, as a virtual thread, does not keep others
/// from a core) and not too many do so at once.
///
/// Batches make themselves: while one is computed the next requests queue up. Only when the batch
/// before had several items, so that more are likely on their way, does the thread wait for as many
/// again, at most `batchWait` and at most half of what that batch took: a request alone is never
/// held up.
final class BatchingReplica implements Replica {
    private static final Logger LOG = LoggerFactory.getLogger(BatchingReplica.class);

    /// What a batch may take to be computed by callers.
    private static final long SHORT_NANOS = 10_000_000;

    private final String id;
    private final Service service;
    private final int largestBatch;
    private final int queueLimit;
    private final long batchWaitNanos;
    private final Semaphore atCallers;
    private final NodeListener listener;
    private final Thread worker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private int waiting;
    private boolean running;
    private boolean closing;
    private int batchBefore;
    private long tookBefore = Long.MAX_VALUE;

    private long items;
    private long batches;
    private long runNanos;

    /// An item in a batch.
    private record Taken(Call call, int index) {
        void answer(Outcome outcome) {
            call.answer(index, outcome);
        }
    }

    /// @param atCallers how many callers may compute at once
    BatchingReplica(
            String id,
            Service service,
            int largestBatch,
            int queueLimit,
            long batchWaitNanos,
            Semaphore atCallers,
            NodeListener listener) {
        this.id = id;
        this.service = service;
        this.largestBatch = largestBatch;
        this.queueLimit = queueLimit;
        this.batchWaitNanos = batchWaitNanos;
        this.atCallers = atCallers;
        this.listener = listener;
        worker = Thread.ofPlatform().name("replica-" + id).daemon().start(this::work);
    }

    @Override
    public @Nullable List<Outcome> call(List<Map<String, Value>> items, RequestContext context) {
        if (atCallers.tryAcquire()) {
            try {
                if (beginHere(items.size())) {
                    return runHere(items);
                }
            } finally {
                atCallers.release();
            }
        }
        Call call = submit(new Call(items, context));
        return call == null ? null : call.await();
    }

    private boolean beginHere(int size) {
        lock.lock();
        try {
            boolean here =
                    !closing
                            && !running
                            && queue.isEmpty()
                            && size <= largestBatch
                            && batchBefore <= 1
                            && tookBefore < SHORT_NANOS;
            running |= here;
            return here;
        } finally {
            lock.unlock();
        }
    }

    private List<Outcome> runHere(List<Map<String, Value>> items) {
        long start = System.nanoTime();
        List<Outcome> outcomes = Replica.run(id, service, items);
        ran(items.size(), System.nanoTime() - start, 0);
        return outcomes;
    }

    private @Nullable Call submit(Call call) {
        int size = call.size();
        lock.lock();
        try {
            if (closing) {
                return null;
            }
            // a request larger than the queue may wait alone: its size was checked elsewhere
            if (waiting > 0 && waiting + size > queueLimit) {
                throw new ServeException(
                        Reason.EXHAUSTED,
                        "service " + id + " has " + waiting + " items waiting, of " + queueLimit);
            }
            queue.add(call);
            waiting += size;
            if (!running) { // else whoever runs says when he is done
                changed.signalAll();
            }
            return call;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            List<Taken> batch = next();
            if (batch.isEmpty()) {
                return;
            }
            List<Taken> alive = new ArrayList<>(batch.size());
            long oldest = System.nanoTime();
            for (Taken taken : batch) {
                ServeException over = taken.call().context().over();
                if (over == null) {
                    alive.add(taken);
                    oldest = Math.min(oldest, taken.call().since());
                } else {
                    taken.answer(new Outcome.Failed(over));
                }
            }
            if (!alive.isEmpty()) {
                long start = System.nanoTime();
                List<Outcome> outcomes =
                        Replica.run(
                                id, service, alive.stream().map(BatchingReplica::item).toList());
                ran(alive.size(), System.nanoTime() - start, start - oldest);
                for (int i = 0; i < alive.size(); i++) {
                    alive.get(i).answer(outcomes.get(i));
                }
            } else {
                rest();
            }
        }
    }

    /// The next batch; empty when the replica is closed.
    private List<Taken> next() {
        lock.lock();
        try {
            while (running || (queue.isEmpty() && !closing)) {
                changed.awaitUninterruptibly();
            }
            fill();
            List<Taken> batch = new ArrayList<>();
            while (!queue.isEmpty() && batch.size() < largestBatch) {
                Call first = queue.peek();
                batch.add(new Taken(first, first.take()));
                if (first.left() == 0) {
                    queue.remove();
                }
            }
            waiting -= batch.size();
            running = !batch.isEmpty();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void fill() {
        int wanted = Math.min(batchBefore, largestBatch);
        long left = Math.min(batchWaitNanos, tookBefore / 2);
        try {
            while (wanted > 1 && waiting < wanted && left > 0 && !closing) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Value> item(Taken taken) {
        return taken.call().item(taken.index());
    }

    private void ran(int count, long took, long waited) {
        lock.lock();
        try {
            batchBefore = count;
            tookBefore = took;
            items += count;
            batches++;
            runNanos += took;
            running = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.batch(id, count, waited / 1e9, took / 1e9);
    }

    /// Nothing was to be run after all.
    private void rest() {
        lock.lock();
        try {
            running = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Work done() {
        lock.lock();
        try {
            return new Work(waiting, items, batches, runNanos / 1e9);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean idle() {
        lock.lock();
        try {
            return queue.isEmpty() && !running;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public byte[] state() {
        lock.lock();
        try {
            while (running) {
                changed.awaitUninterruptibly();
            }
            return service.state();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                worker.join(TimeUnit.SECONDS.toMillis(60));
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (worker.isAlive()) { // freeing memory that is in use would end the process
            LOG.error("service {} has not answered for a minute: its memory is not freed", id);
            return;
        }
        service.close();
    }
}
