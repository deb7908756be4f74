package dev.lamina.app;

import dev.lamina.train.RoundReport;
import dev.lamina.train.RunListener;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how far a run is: a bar on a terminal, otherwise a line for each round and one every ten
/// seconds, or nothing at all.
final class Progress implements RunListener, AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final int BAR_COLUMNS = 100;

    private final Context context;
    private final boolean quiet;
    private final StopSignal stop;
    private final Runnable whenPlanned;
    private @Nullable ProgressBar bar;
    private Instant began = Instant.EPOCH;
    private Instant lastLine = Instant.EPOCH;
    private int total;
    private int first;
    private String round = "";

    /// @param whenPlanned is called when the input has proved good and work begins
    Progress(Context context, boolean quiet, StopSignal stop, Runnable whenPlanned) {
        this.context = context;
        this.quiet = quiet;
        this.stop = stop;
        this.whenPlanned = whenPlanned;
    }

    @Override
    public void planned(int totalSteps, int doneSteps) {
        total = totalSteps;
        first = doneSteps;
        began = now();
        lastLine = began;
        whenPlanned.run();
        if (!quiet && context.terminal()) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName("finetune")
                            .setInitialMax(totalSteps)
                            .setUpdateIntervalMillis(250)
                            .setStyle(style(context.err()))
                            .setConsumer(new ConsoleProgressBarConsumer(context.err(), BAR_COLUMNS))
                            .build();
        }
    }

    @Override
    public void stepped(int done, double loss) {
        if (bar != null) {
            bar.stepTo(done);
            bar.setExtraMessage(" loss %.3f%s".formatted(loss, round));
        } else if (!quiet && Duration.between(lastLine, now()).compareTo(BETWEEN_LINES) >= 0) {
            lastLine = now();
            double seconds = Duration.between(began, lastLine).toMillis() / 1000.0 / (done - first);
            line(
                    "step %d/%d, loss %.4f, %.2f s a step, about %s left"
                            .formatted(
                                    done,
                                    total,
                                    loss,
                                    seconds,
                                    Durations.text(seconds * (total - done))));
        }
    }

    @Override
    public void round(RoundReport report) {
        round = ", round %d: accuracy %.3f".formatted(report.round(), report.valAccuracy());
        if (bar == null && !quiet) {
            lastLine = now();
            line(
                    "round %d: training loss %.4f, validation loss %.4f, validation accuracy %.4f"
                            .formatted(
                                    report.round(),
                                    report.trainLoss(),
                                    report.valLoss(),
                                    report.valAccuracy()));
        }
    }

    @Override
    public boolean stopRequested() {
        return stop.requested();
    }

    /// Leaves the terminal in order.
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private void line(String text) {
        context.err().println(text);
        context.err().flush();
    }

    private Instant now() {
        Clock clock = context.clock();
        return clock.instant();
    }

    private static ProgressBarStyle style(PrintStream stream) {
        return stream.charset().newEncoder().canEncode('█')
                ? ProgressBarStyle.UNICODE_BLOCK
                : ProgressBarStyle.ASCII;
    }
}
