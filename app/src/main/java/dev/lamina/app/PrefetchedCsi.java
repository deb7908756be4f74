package dev.lamina.app;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/// The same channels, computed ahead on several threads while they are taken one after another. At
/// most three tracks for each thread are held. Whatever the number of threads, every track is the
/// same.
final class PrefetchedCsi implements Csi, AutoCloseable {
    private static final int AHEAD = 3; // for each thread

    private final Csi csi;
    private final int window;
    private final BooleanSupplier stop;
    private final IntConsumer taken;
    private final ExecutorService threads;
    private final Queue<Future<float[]>> ahead = new ArrayDeque<>();
    private int submitted;
    private int next;
    private double power;

    /// @param stop whether the next track asked for is to be refused
    /// @param taken is told how many tracks have been taken
    PrefetchedCsi(Csi csi, int threads, BooleanSupplier stop, IntConsumer taken) {
        this.csi = csi;
        this.stop = stop;
        this.taken = taken;
        window = AHEAD * threads;
        this.threads =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("channels-", 0).factory());
    }

    /// Thrown when a track is asked for after the stop.
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public CsiShape shape() {
        return csi.shape();
    }

    @Override
    public int tracks() {
        return csi.tracks();
    }

    @Override
    public Map<String, double[]> labels() {
        return csi.labels();
    }

    /// @throws Stopped if it is to stop
    @Override
    public synchronized float[] track(int index) {
        if (stop.getAsBoolean()) {
            throw new Stopped();
        }
        if (index != next) {
            return csi.track(index); // out of order
        }
        while (submitted < csi.tracks() && submitted < next + window) {
            int wanted = submitted;
            ahead.add(threads.submit(() -> csi.track(wanted)));
            submitted++;
        }
        float[] track = get(ahead.remove());
        power += Noise.power(track) / csi.tracks();
        next++;
        taken.accept(next);
        return track;
    }

    /// E|h|² of all tracks, once all have been taken in order.
    double meanPower() {
        return power;
    }

    private static float[] get(Future<float[]> track) {
        try {
            return track.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
