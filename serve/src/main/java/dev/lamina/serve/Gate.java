package dev.lamina.serve;

import dev.lamina.serve.ServeException.Reason;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Holds calls up while something moves: closing it waits for those inside.
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private int inside;

    /// @throws ServeException if the gate does not open before the request is over
    void enter(RequestContext context) {
        lock.lock();
        try {
            long left = context.leftNanos();
            while (closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw new ServeException(
                        Reason.DEADLINE, "the request ran out of time: the service is being moved");
            }
            inside++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServeException(Reason.CANCELLED, "the request was cancelled", e);
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            while (inside > 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void open() {
        lock.lock();
        try {
            closed = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
