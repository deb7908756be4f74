package dev.lamina.app;

import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// How many of so many are done: a bar on a terminal, otherwise a line every ten seconds, or
/// nothing at all.
final class CountProgress implements AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final int BAR_COLUMNS = 100;

    private final Context context;
    private final boolean quiet;
    private final String what;
    private final long total;
    private final Instant began;
    private final @Nullable ProgressBar bar;
    private Instant lastLine;

    /// @param what is counted, such as `tracks`
    CountProgress(Context context, boolean quiet, String what, long total) {
        this.context = context;
        this.quiet = quiet;
        this.what = what;
        this.total = total;
        began = context.clock().instant();
        lastLine = began;
        bar =
                quiet || !context.terminal()
                        ? null
                        : new ProgressBarBuilder()
                                .setTaskName(what)
                                .setInitialMax(total)
                                .setUpdateIntervalMillis(250)
                                .setStyle(
                                        context.err().charset().newEncoder().canEncode('█')
                                                ? ProgressBarStyle.UNICODE_BLOCK
                                                : ProgressBarStyle.ASCII)
                                .setConsumer(
                                        new ConsoleProgressBarConsumer(context.err(), BAR_COLUMNS))
                                .build();
    }

    void done(long count) {
        Instant now = context.clock().instant();
        if (bar != null) {
            bar.stepTo(count);
        } else if (!quiet && Duration.between(lastLine, now).compareTo(BETWEEN_LINES) >= 0) {
            lastLine = now;
            double seconds = Duration.between(began, now).toMillis() / 1e3 / count;
            context.err()
                    .println(
                            "%s %d/%d, about %s left"
                                    .formatted(
                                            what,
                                            count,
                                            total,
                                            Durations.text(seconds * (total - count))));
        }
    }

    /// Leaves the terminal in order.
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
