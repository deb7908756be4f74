package dev.lamina.app;

import dev.lamina.air.Federation;
import dev.lamina.fed.FederationListener;
import dev.lamina.wire.Offence;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tells the log what happens in a federation over a network, where it is led.
final class FederationEvents implements FederationListener {
    private final EventLog log;

    FederationEvents(EventLog log) {
        this.log = log;
    }

    @Override
    public void listening(int port) {
        log.info("listening", Map.of("port", port));
    }

    @Override
    public void joined(String server, int round) {
        log.info("server joined", fields(server, round));
    }

    @Override
    public void left(String server, int round) {
        log.warn("server gone", fields(server, round));
    }

    private static Map<String, Object> fields(String server, int round) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("server", server);
        fields.put("round", round);
        return fields;
    }

    @Override
    public void refused(String who, Offence offence, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("server", who);
        fields.put("reason", reason);
        log.warn("refused", fields);
    }

    @Override
    public void roundStarted(int round, int servers) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", round);
        fields.put("servers", servers);
        log.info("round started", fields);
    }

    @Override
    public void leftOut(String server, int round, String why) {
        Map<String, Object> fields = fields(server, round);
        fields.put("reason", why);
        log.warn("left out of the round", fields);
    }

    /// A round counts.
    void round(Federation.RoundReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", report.round());
        fields.put("servers", report.servers());
        fields.put("training_loss", "%.4f".formatted(report.localLoss()));
        if (report.heldOutNmse() != null) {
            fields.put("held_out_nmse", "%.4f".formatted(report.heldOutNmse()));
        }
        log.info("round finished", fields);
    }
}
