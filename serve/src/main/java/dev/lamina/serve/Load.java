package dev.lamina.serve;

import java.util.concurrent.locks.ReentrantLock;

/// How busy a replica is, as its callers see it.
final class Load {
    private static final double SMOOTHING = 0.1;

    private final ReentrantLock lock = new ReentrantLock();
    private int outstanding;
    private double seconds;

    /// A call of some items begins.
    ///
    /// @return when, for [#succeeded]
    long begin(int items) {
        lock.lock();
        try {
            outstanding += items;
        } finally {
            lock.unlock();
        }
        return System.nanoTime();
    }

    /// It has been answered.
    void succeeded(long start) {
        double took = (System.nanoTime() - start) / 1e9;
        lock.lock();
        try {
            // what one item takes when so many share the time
            double each = took / Math.max(1, outstanding);
            seconds = seconds == 0 ? each : (1 - SMOOTHING) * seconds + SMOOTHING * each;
        } finally {
            lock.unlock();
        }
    }

    /// It is over, one way or another.
    void end(int items) {
        lock.lock();
        try {
            outstanding -= items;
        } finally {
            lock.unlock();
        }
    }

    /// When one more item could be answered.
    double expectedSeconds() {
        lock.lock();
        try {
            return (outstanding + 1) * Math.max(seconds, 1e-6);
        } finally {
            lock.unlock();
        }
    }
}
