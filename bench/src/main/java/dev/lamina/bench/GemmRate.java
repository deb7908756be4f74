package dev.lamina.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How fast this machine multiplies matrices in the tensor engine: the limit against which a
/// network's time is held.
final class GemmRate {
    private static final int SIZE = 512;
    private static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

    private GemmRate() {}

    /// Floating-point operations in a second, of products of 512 x 512 floats: the sum over threads
    /// of each one's best product.
    ///
    /// @param threads side by side; each uses as many cores as `Tensors.useThreads` said
    /// @param seconds at least
    static double measure(int threads, double seconds) {
        try (ExecutorService executor =
                Executors.newFixedThreadPool(threads, Thread.ofPlatform().factory())) {
            List<Future<Double>> rates = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                rates.add(executor.submit(() -> FLOPS / least(seconds)));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Seconds of the fastest product.
    private static double least(double seconds) {
        try (NDManager manager = Tensors.newManager()) {
            NDArray a = manager.ones(new Shape(SIZE, SIZE), DataType.FLOAT32);
            double least = Double.POSITIVE_INFINITY;
            long began = System.nanoTime();
            for (long now = began; now - began < seconds * 1e9; ) {
                a.matMul(a).close();
                long after = System.nanoTime();
                least = Math.min(least, (after - now) / 1e9);
                now = after;
            }
            return least;
        }
    }
}
