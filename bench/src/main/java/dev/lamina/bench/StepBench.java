package dev.lamina.bench;

import dev.lamina.train.Finetune;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// What splitting costs: the time of one `shared` step in one process (device part, codec, server
/// part, and back) over the time of the same step uncut. Two runs with one device each, on the same
/// batches, take turns step by step, so that the machine's moods meet both; quoted is the median of
/// the ratios.
public final class StepBench {
    private StepBench() {}

    /// The figures.
    ///
    /// @param steps pairs that were timed, after the warm-up
    /// @param uncutMilliseconds median of an uncut step
    /// @param sharedMilliseconds median of a shared step
    /// @param ratio median of shared over uncut, pair by pair
    /// @param lowRatio tenth percentile of the ratios
    /// @param highRatio ninetieth percentile
    /// @param residentBytesBefore of this process, after the warm-up; 0 where the system does not
    ///   tell
    /// @param residentBytesAfter at the end
    public record Report(
            int steps,
            double uncutMilliseconds,
            double sharedMilliseconds,
            double ratio,
            double lowRatio,
            double highRatio,
            long residentBytesBefore,
            long residentBytesAfter) {}

    /// Runs both.
    ///
    /// @param uncut scheme `central`
    /// @param shared the same spec with scheme `shared` and one device
    /// @param steps pairs to time; the specs must allow for them and the warm-up
    /// @param warmup pairs before them
    public static Report run(FinetuneSpec uncut, FinetuneSpec shared, int steps, int warmup) {
        try (Stepper a = new Stepper(uncut);
                Stepper b = new Stepper(shared)) {
            List<Double> uncutSeconds = new ArrayList<>();
            List<Double> sharedSeconds = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < warmup; i++) {
                a.step();
                b.step();
            }
            long before = Resident.bytes();
            for (int i = 0; i < steps; i++) {
                boolean first = i % 2 == 0;
                double early = (first ? a : b).step();
                double late = (first ? b : a).step();
                double whole = first ? early : late;
                double split = first ? late : early;
                uncutSeconds.add(whole);
                sharedSeconds.add(split);
                ratios.add(split / whole);
            }
            return new Report(
                    steps,
                    1e3 * quantile(uncutSeconds, 0.5),
                    1e3 * quantile(sharedSeconds, 0.5),
                    quantile(ratios, 0.5),
                    quantile(ratios, 0.1),
                    quantile(ratios, 0.9),
                    before,
                    Resident.bytes());
        }
    }

    static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    /// A run on a thread of its own that takes one step whenever it is told to.
    private static final class Stepper implements AutoCloseable, RunListener {
        private static final double STOPPED = -1;

        private final Finetune job;
        private final BlockingQueue<Boolean> turns = new LinkedBlockingQueue<>();
        private final BlockingQueue<Double> times = new LinkedBlockingQueue<>();
        private final Thread thread;
        private volatile @Nullable Throwable failure;
        private long began;

        Stepper(FinetuneSpec spec) {
            job = Finetune.prepare(spec);
            thread = Thread.ofPlatform().start(this::train);
        }

        private void train() {
            try {
                job.run(null, false, this);
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                times.add(STOPPED);
            }
        }

        /// Seconds of one step.
        double step() {
            turns.add(true);
            double seconds = take(times);
            if (seconds == STOPPED) {
                throw new IllegalStateException(
                        "the run is over: its spec has too few steps", failure);
            }
            return seconds;
        }

        @Override
        public boolean stopRequested() {
            boolean go = take(turns);
            began = System.nanoTime();
            return !go;
        }

        @Override
        public void stepped(int doneSteps, double loss) {
            times.add((System.nanoTime() - began) / 1e9);
        }

        @Override
        public void close() {
            turns.add(false);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            job.close();
        }

        private static <T> T take(BlockingQueue<T> queue) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
