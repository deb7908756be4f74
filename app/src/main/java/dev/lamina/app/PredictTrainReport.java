package dev.lamina.app;

import dev.lamina.air.Federation;
import dev.lamina.air.TrainedPredictor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What `predict train` has come to.
///
/// @param model that was trained
/// @param tracks on all servers
/// @param heldOutTracks that it was judged by
/// @param servers how many there are
/// @param settings flags that the result depends on
/// @param seed of everything
/// @param rounds at least one
/// @param kept the round whose parameters the model has; null for the last
record PredictTrainReport(
        TrainedPredictor<?> model,
        int tracks,
        int heldOutTracks,
        int servers,
        String settings,
        long seed,
        List<Federation.RoundReport> rounds,
        Federation.@Nullable Best kept) {
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.model());
        json.put("kind", model.name());
        json.put("parameters", model.parameters().count());
        json.put("tracks", tracks);
        json.put("heldOutTracks", heldOutTracks);
        json.put("servers", servers);
        json.put("settings", settings);
        json.put("rounds", rounds);
        if (kept != null) {
            json.put("kept", kept);
        }
        json.put("seeds", List.of(seed));
        return json;
    }

    /// Losses by round.
    LineChart curve() {
        List<LineChart.Series> series = new ArrayList<>();
        series.add(
                LineChart.Series.counted(
                        "training loss, during steps",
                        rounds.stream().map(Federation.RoundReport::localLoss).toList()));
        addTo(series, "of the global model, before them", Federation.RoundReport::globalLoss);
        addTo(series, "held-out tracks", Federation.RoundReport::heldOutNmse);
        return new LineChart("Training", "round", "NMSE", false, true, series, null);
    }

    /// What was measured, if it was.
    private void addTo(
            List<LineChart.Series> series,
            String name,
            Function<Federation.RoundReport, @Nullable Double> value) {
        List<Double> values = new ArrayList<>();
        for (Federation.RoundReport round : rounds) {
            Double measured = value.apply(round);
            if (measured != null) {
                values.add(measured);
            }
        }
        if (!values.isEmpty()) {
            series.add(LineChart.Series.counted(name, values));
        }
    }

    Table table() {
        Federation.RoundReport last = rounds.getLast();
        Table table =
                Table.plain()
                        .row("model", model.model())
                        .row("trained", "%,d parameters".formatted(model.parameters().count()))
                        .row(
                                "tracks",
                                "%d on %d server%s, %d held out"
                                        .formatted(
                                                tracks,
                                                servers,
                                                servers == 1 ? "" : "s",
                                                heldOutTracks))
                        .row("training loss", "%.4f".formatted(last.localLoss()));
        if (last.heldOutNmse() != null) {
            table.row("NMSE, held out", "%.4f, against noisy labels".formatted(last.heldOutNmse()));
        }
        if (kept != null) {
            String which =
                    kept.round() == 0 ? "what it began with" : "that after round " + kept.round();
            table.row("kept", "%s: NMSE %.4f".formatted(which, kept.heldOutNmse()));
        }
        return servers == 1
                ? table
                : table.row("up a round", Bytes.text(last.bytesUp()) + " from each server");
    }
}
