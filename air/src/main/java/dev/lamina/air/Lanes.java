package dev.lamina.air;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Independent tasks side by side on a few platform threads.
final class Lanes {
    private Lanes() {}

    /// Runs tasks 0 to `tasks` - 1. After one has failed no other is begun.
    static void run(int threads, int tasks, IntConsumer task) {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService executor =
                Executors.newFixedThreadPool(threads, Thread.ofPlatform().factory())) {
            List<Future<?>> lanes = new ArrayList<>();
            for (int lane = 0; lane < threads; lane++) {
                lanes.add(
                        executor.submit(() -> {
                            try {
                                for (int i = next.getAndIncrement();
                                        i < tasks;
                                        i = next.getAndIncrement()) {
                                    task.accept(i);
                                }
                            } catch (RuntimeException | Error e) {
                                next.set(tasks);
                                throw e;
                            }
                        }));
            }
            for (Future<?> lane : lanes) {
                lane.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
