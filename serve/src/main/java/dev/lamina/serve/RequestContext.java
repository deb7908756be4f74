package dev.lamina.serve;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What goes with a request through all its stages: how long it may take, whether anybody still
/// waits for it, and the trace that it belongs to.
public final class RequestContext {
    private final long deadlineNanos;
    private final @Nullable String traceParent;
    private final CompletableFuture<@Nullable Void> cancelled = new CompletableFuture<>();

    private RequestContext(long deadlineNanos, @Nullable String traceParent) {
        this.deadlineNanos = deadlineNanos;
        this.traceParent = traceParent;
    }

    /// A request that has so much time from now.
    public static RequestContext within(Duration time) {
        return within(time, null);
    }

    /// A request of a trace.
    ///
    /// @param traceParent W3C `traceparent` of the stage that asks
    public static RequestContext within(Duration time, @Nullable String traceParent) {
        return new RequestContext(System.nanoTime() + time.toNanos(), traceParent);
    }

    /// Nanoseconds left; negative when there are none.
    public long leftNanos() {
        return deadlineNanos - System.nanoTime();
    }

    public @Nullable String traceParent() {
        return traceParent;
    }

    /// Nobody waits any more: stages that have not begun do not.
    public void cancel() {
        cancelled.complete(null);
    }

    /// Done when nobody waits any more.
    public CompletableFuture<@Nullable Void> cancelled() {
        return cancelled;
    }

    /// Why there is no point in going on; null if there is.
    public @Nullable ServeException over() {
        if (cancelled.isDone()) {
            return new ServeException(ServeException.Reason.CANCELLED, "the request was cancelled");
        }
        return leftNanos() > 0 ? null : ranOut();
    }

    /// Takes a permit, when there is one before the request is over.
    ///
    /// @return why there was none; null if it was taken
    @Nullable ServeException await(Semaphore permits) {
        ServeException over = over();
        if (over != null || permits.tryAcquire()) {
            return over;
        }
        try {
            if (permits.tryAcquire(Math.max(0, leftNanos()), TimeUnit.NANOSECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancel();
        }
        over = over();
        return over == null ? ranOut() : over;
    }

    private static ServeException ranOut() {
        return new ServeException(ServeException.Reason.DEADLINE, "the request ran out of time");
    }
}
