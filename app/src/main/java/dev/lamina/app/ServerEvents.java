package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.train.NetworkListener;
import dev.lamina.train.RoundReport;
import dev.lamina.wire.Address;
import dev.lamina.wire.Offence;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Tells the log and the metrics what a server does.
final class ServerEvents implements NetworkListener, AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final EventLog log;
    private final StopSignal stop;
    private final IntFunction<@Nullable Address> metricsAt;
    private final boolean metricsAsked;
    private final ServerMetrics metrics = new ServerMetrics();
    private final Set<String> connected = new HashSet<>();
    private @Nullable Operations operations;
    private long lastLine = System.nanoTime();
    private int total;

    /// @param metricsAt where metrics are served, by the port that the server listens on
    /// @param metricsAsked whether the user has named that address
    ServerEvents(
            EventLog log,
            StopSignal stop,
            IntFunction<@Nullable Address> metricsAt,
            boolean metricsAsked) {
        this.log = log;
        this.stop = stop;
        this.metricsAt = metricsAt;
        this.metricsAsked = metricsAsked;
    }

    @Override
    public void listening(int port, long limitBytes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("port", port);
        fields.put("largest_message_bytes", limitBytes);
        Operations served = operations(port);
        operations = served;
        if (served != null) {
            fields.put("metrics", "http:/" + served.address() + "/metrics");
        }
        log.info("listening", fields);
    }

    /// Metrics are an extra: where their usual port is taken, any other will do.
    private @Nullable Operations operations(int port) {
        Address address = metricsAt.apply(port);
        if (address == null) {
            return null;
        }
        try {
            return Operations.start(address.toString(), metrics.registry());
        } catch (BadInputException e) {
            if (metricsAsked) {
                throw e;
            }
            return Operations.start(address.withPort(0).toString(), metrics.registry());
        }
    }

    @Override
    public void planned(int totalSteps, int doneSteps) {
        total = totalSteps;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("steps", totalSteps);
        fields.put("done", doneSteps);
        log.info("planned", fields);
        Operations served = operations;
        if (served != null) {
            served.ready();
        }
    }

    @Override
    public void joined(String device, int round) {
        connected.add(device);
        metrics.devicesConnected(connected.size());
        log.info("device joined", fields(device, round));
    }

    @Override
    public void left(String device, int round) {
        connected.remove(device);
        metrics.devicesConnected(connected.size());
        log.warn("device gone", fields(device, round));
    }

    private static Map<String, Object> fields(String device, int round) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", device);
        fields.put("round", round);
        return fields;
    }

    @Override
    public void refused(String who, Offence offence, String reason) {
        metrics.rejected(offence);
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
        metrics.roundStarted(round, participants);
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
        metrics.roundEnded();
        log.info("round finished", fields);
    }

    @Override
    public boolean stopRequested() {
        return stop.requested();
    }

    @Override
    public void served(String device, double queueSeconds, double computeSeconds) {
        metrics.step(ServerMetrics.Phase.QUEUE, queueSeconds);
        metrics.step(ServerMetrics.Phase.COMPUTE, computeSeconds);
    }

    @Override
    public void roundTrip(String device, double seconds) {
        metrics.step(ServerMetrics.Phase.ROUNDTRIP, seconds);
    }

    @Override
    public void queued(int length) {
        metrics.queueLength(length);
    }

    @Override
    public void transferred(String device, long bytesIn, long bytesOut) {
        metrics.bytes(ServerMetrics.Direction.RECEIVED, device, bytesIn);
        metrics.bytes(ServerMetrics.Direction.SENT, device, bytesOut);
    }

    @Override
    public void phase(Phase phase, double seconds) {
        switch (phase) {
            case AGGREGATE -> metrics.aggregated(seconds);
            case EVALUATE -> metrics.evaluated(seconds);
            case CHECKPOINT -> metrics.checkpointed(seconds);
        }
    }

    @Override
    public void close() {
        Operations served = operations;
        if (served != null) {
            served.close();
        }
    }
}
