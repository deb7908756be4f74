package dev.lamina.app;

import dev.lamina.train.NetworkListener;
import dev.lamina.train.RoundReport;
import dev.lamina.wire.Address;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Tells the log and the metrics what a server does.
final class ServerEvents implements NetworkListener, AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final EventLog log;
    private final StopSignal stop;
    private final IntFunction<@Nullable Address> metricsAt;
    private long lastLine = System.nanoTime();
    private int total;

    /// @param metricsAt where metrics are served, by the port that the server listens on
    ServerEvents(EventLog log, StopSignal stop, IntFunction<@Nullable Address> metricsAt) {
        this.log = log;
        this.stop = stop;
        this.metricsAt = metricsAt;
    }

    @Override
    public void listening(int port, long limitBytes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("port", port);
        fields.put("largest_message_bytes", limitBytes);
        log.info("listening", fields);
    }

    @Override
    public void planned(int totalSteps, int doneSteps) {
        total = totalSteps;
        log.info("planned", Map.of("steps", totalSteps, "done", doneSteps));
    }

    @Override
    public void joined(String device, int round) {
        log.info("device joined", fields(device, round));
    }

    @Override
    public void left(String device, int round) {
        log.warn("device gone", fields(device, round));
    }

    private static Map<String, Object> fields(String device, int round) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", device);
        fields.put("round", round);
        return fields;
    }

    @Override
    public void refused(String who, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", who);
        fields.put("reason", reason);
        log.warn("refused", fields);
    }

    @Override
    public void roundStarted(int round, int participants) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", round);
        fields.put("devices", participants);
        log.info("round started", fields);
    }

    @Override
    public void leftOut(String device, int round, String why) {
        Map<String, Object> fields = fields(device, round);
        fields.put("reason", why);
        log.warn("left out of the round", fields);
    }

    @Override
    public void stepped(int doneSteps, double loss) {
        if (System.nanoTime() - lastLine > BETWEEN_LINES.toNanos()) {
            lastLine = System.nanoTime();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("done", doneSteps);
            fields.put("of", total);
            fields.put("loss", "%.4f".formatted(loss));
            log.info("steps", fields);
        }
    }

    @Override
    public void round(RoundReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", report.round());
        fields.put("training_loss", "%.4f".formatted(report.trainLoss()));
        fields.put("validation_loss", "%.4f".formatted(report.valLoss()));
        fields.put("validation_accuracy", "%.4f".formatted(report.valAccuracy()));
        log.info("round finished", fields);
    }

    @Override
    public boolean stopRequested() {
        return stop.requested();
    }

    @Override
    public void close() {}
}
