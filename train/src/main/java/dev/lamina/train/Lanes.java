package dev.lamina.train;

import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The one place where cores are shared out. Work on different devices is independent, so it runs
/// in lanes side by side, and each tensor operation uses the cores that are left for its lane: many
/// devices give one core to each operation, a single one gives it all.
final class Lanes implements AutoCloseable {
    private final int lanes;
    private final ExecutorService pool;

    /// Shares cores out; sets the threads of the engine's operations.
    ///
    /// @param threads cores to use
    /// @param atMost pieces of work that there can be side by side
    Lanes(int threads, int atMost) {
        lanes = Math.min(threads, atMost);
        Tensors.useThreads(threadsEach(threads, atMost));
        pool =
                Executors.newFixedThreadPool(
                        lanes, Thread.ofPlatform().name("lane-", 0).daemon().factory());
    }

    /// Pieces of work that run side by side.
    int count() {
        return lanes;
    }

    /// Runs all tasks and gives their results in the order of the tasks. A task that fails ends the
    /// call with its exception, when the others are done.
    <T> List<T> run(List<Callable<T>> tasks) {
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// Runs a piece of work when a lane is free; it deals with its failures itself.
    void submit(Runnable work) {
        pool.execute(work);
    }

    /// Threads of a tensor operation when `threads` cores are shared by so many pieces of work.
    static int threadsEach(int threads, int atMost) {
        return threads / Math.min(threads, atMost);
    }

    @Override
    public void close() {
        pool.close();
    }
}
