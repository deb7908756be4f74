package dev.lamina.app;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns Ctrl-C (SIGINT) and SIGTERM into a wish to stop: the run finishes its step, saves, and
/// closes this; only then does the process end, with 128 + the signal's number (130 after Ctrl-C).
/// A second signal ends it at once.
///
/// It works as a shutdown hook that waits for the run, so the virtual machine's exit code stays
/// right and no internal API is needed. While a hook runs, the virtual machine holds back every
/// further signal's exit; its handler threads can be counted, though, and a second one means a
/// second signal.
final class StopSignal implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    private final CountDownLatch over = new CountDownLatch(1);
    private final String message;
    private final Thread hook;
    private volatile boolean requested;

    private StopSignal(PrintStream err, String message) {
        this.message = message;
        hook = new Thread(() -> stopAndWait(err), "stop-signal");
    }

    /// Starts to listen, for a run that has steps.
    static StopSignal install(PrintStream err) {
        return install(
                err,
                "stopping after this step (Ctrl-C again: at once, and what is not yet saved is lost) ...");
    }

    /// The same for what only serves: it has nothing to save.
    static StopSignal ofService(PrintStream err) {
        return install(err, "stopping (Ctrl-C again: at once) ...");
    }

    private static StopSignal install(PrintStream err, String message) {
        StopSignal signal = new StopSignal(err, message);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /// Whether the run should stop after the current step.
    boolean requested() {
        return requested;
    }

    /// The run is over, everything is saved and said: lets the process end.
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            over.countDown(); // the signal has come: the hook is waiting
        }
    }

    private void stopAndWait(PrintStream err) {
        if (signalHandlers() == 0) {
            return; // no signal: the process ends by itself
        }
        requested = true;
        err.println();
        err.println(message);
        try {
            while (!over.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (signalHandlers() > 1) {
                    Runtime.getRuntime().halt(Failures.INTERRUPTED);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The virtual machine runs one thread of such a name for each signal that has not been dealt
    /// with.
    private static long signalHandlers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("SIG[A-Z]+ handler"))
                .count();
    }
}
