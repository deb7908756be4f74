package dev.lamina.serve;

import dev.lamina.serve.ServeException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Some items of one request in a replica's queue, and their outcomes as they come.
final class Call {
    private final List<Map<String, Value>> items;
    private final RequestContext context;
    private final long since = System.nanoTime();
    private final @Nullable Outcome[] outcomes;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private int next;
    private int answered;

    @SuppressWarnings("FutureReturnValueIgnored") // completing another future cannot fail
    Call(List<Map<String, Value>> items, RequestContext context) {
        this.items = items;
        this.context = context;
        this.outcomes = new @Nullable Outcome[items.size()];
        context.cancelled().thenRun(() -> done.complete(null));
    }

    RequestContext context() {
        return context;
    }

    /// When it began to wait.
    long since() {
        return since;
    }

    Map<String, Value> item(int index) {
        return items.get(index);
    }

    int size() {
        return items.size();
    }

    /// Items that nobody has taken.
    int left() {
        return items.size() - next;
    }

    /// The next item; only the queue's owner takes.
    int take() {
        return next++;
    }

    /// An item's outcome.
    synchronized void answer(int index, Outcome outcome) {
        if (outcomes[index] == null) {
            outcomes[index] = outcome;
            if (++answered == items.size()) {
                done.complete(null);
            }
        }
    }

    /// The outcomes, when all are there or the request is over: then those that lack are its end.
    List<Outcome> await() {
        try {
            done.get(Math.max(0, context.leftNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // what is missing is answered below
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
        } catch (ExecutionException e) {
            throw new CompletionException(e);
        }
        ServeException over = context.over();
        Outcome missing =
                new Outcome.Failed(
                        over != null
                                ? over
                                : new ServeException(
                                        Reason.DEADLINE, "the request ran out of time"));
        synchronized (this) {
            return Arrays.stream(outcomes).map(o -> o == null ? missing : o).toList();
        }
    }
}
