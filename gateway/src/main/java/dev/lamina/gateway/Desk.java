package dev.lamina.gateway;

import dev.lamina.base.BadInputException;
import dev.lamina.serve.RequestContext;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where requests for models are taken in, whatever their protocol: not too many at once, each with
/// a deadline and a place in a trace, all counted.
final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private static final String LOGGED = "an internal error; the log has it as ";

    private final Metrics metrics;
    private final int mostRequests;
    private final Duration usualTime;
    private final Duration mostTime;

    /// What answers a request.
    interface Work<T> {
        T run(RequestContext context);
    }

    /// Lets go of a request when its client does.
    interface Watch {
        AutoCloseable watch(RequestContext context);
    }

    Desk(Metrics metrics, int mostRequests, Duration usualTime, Duration mostTime) {
        this.metrics = metrics;
        this.mostRequests = mostRequests;
        this.usualTime = usualTime;
        this.mostTime = mostTime;
    }

    /// The time that a request gets.
    ///
    /// @param header seconds; null if the client leaves it to us
    Duration time(@Nullable String header) {
        if (header == null) {
            return usualTime;
        }
        try {
            double seconds = Double.parseDouble(header.strip());
            if (seconds > 0) {
                return Duration.ofNanos(
                        (long) Math.min(1e9 * seconds, (double) mostTime.toNanos()));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ServeException(
                Reason.BAD_INPUT,
                "X-Request-Timeout '"
                        + dev.lamina.base.Shown.plain(header)
                        + "' is no time\nMaybe write seconds: 2.5");
    }

    /// At most as much time as any request gets.
    Duration within(Duration asked) {
        return asked.compareTo(mostTime) < 0 ? asked : mostTime;
    }

    /// Answers a request.
    ///
    /// @param model that exists
    /// @throws ServeException fit to be shown to anybody
    <T> T answer(
            String model, String protocol, Duration time, Trace trace, Watch watch, Work<T> work) {
        long start = System.nanoTime();
        ServeException error = null;
        try {
            if (metrics.begun() > mostRequests) {
                throw new ServeException(
                        Reason.EXHAUSTED,
                        mostRequests + " requests are running\nMaybe try again in a second");
            }
            RequestContext context = RequestContext.within(time, trace.header());
            try (AutoCloseable _ = watch.watch(context)) {
                return work.run(context);
            }
        } catch (Exception e) {
            error = shown(e);
            throw error;
        } finally {
            metrics.ended();
            metrics.answered(model, protocol, error, trace, start);
        }
    }

    /// An error as clients may see it: faults of ours are logged, and told apart by a number.
    static ServeException shown(Exception e) {
        if (e instanceof ServeException s
                && (s.reason() != Reason.INTERNAL
                        || String.valueOf(s.getMessage()).startsWith(LOGGED))) {
            return s;
        }
        if (e instanceof BadInputException b) {
            return new ServeException(Reason.BAD_INPUT, String.valueOf(b.getMessage()), b);
        }
        String reference = UUID.randomUUID().toString();
        LOG.error("request failed, reference {}", reference, e);
        return new ServeException(Reason.INTERNAL, LOGGED + reference, e);
    }
}
