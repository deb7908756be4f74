package dev.lamina.app;

import dev.lamina.bench.Fig4Experiment;
import dev.lamina.bench.Fig4Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// What `reproduce fig4` shows: pictures with bands over the seeds, one page, and the table on the
/// terminal.
final class Fig4Report {
    private final Fig4Result result;

    Fig4Report(Fig4Result result) {
        this.result = result;
    }

    /// Writes `report.html` and the pictures.
    void write(Path directory) {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        charts.put(
                "training-loss",
                byRound(
                        "Training loss: during local steps",
                        "loss against noisy labels",
                        Fig4Result.Run::localLoss,
                        Map.of("noise floor", result.floor().trainingLoss())));
        charts.put(
                "global-loss",
                byRound(
                        "Loss of the global model at the round's start",
                        "loss against noisy labels",
                        Fig4Result.Run::globalLoss,
                        Map.of("noise floor", result.floor().trainingLoss())));
        Map<String, Double> constants = new LinkedHashMap<>();
        for (String name : List.of("ar", "paths", Fig4Experiment.UNTRAINED)) {
            constants.put(name, score(name).clean());
        }
        charts.put(
                "held-out",
                byRound(
                        "Held-out NMSE against clean channels",
                        "NMSE",
                        Fig4Result.Run::heldOutNmse,
                        constants));
        charts.put("by-speed", bySpeed());
        HtmlReport report =
                new HtmlReport("Federated channel prediction")
                        .paragraph(setting())
                        .heading("Held-out error after the last round")
                        .table(COLUMNS, rows())
                        .paragraph(checks());
        charts.forEach((name, chart) -> {
            Pictures.write(directory.resolve(name + ".png"), chart.image());
            report.picture(chart.title(), chart.image());
        });
        report.heading("Error by speed")
                .table(speedColumns(), speedRows())
                .heading("Traffic")
                .paragraph(traffic())
                .details("All figures", Json.pretty(result))
                .write(directory.resolve("report.html"));
    }

    private static final List<String> COLUMNS =
            List.of("model", "servers", "NMSE", "lowest", "highest", "noisy labels", "time");

    private String setting() {
        return """
        Every server has %d tracks (%s) in LLM4CP's setting: UMa without line of sight, 2.4 GHz, 32 antennas, noise of 5 to 20 dB on histories and labels. %d rounds with %d local epochs each; %s. Held out: %d tracks of other users at 10 to 100 km/h for each seed, histories at 18 dB, judged against clean channels. Bands go from the lowest to the highest seed. Training loss is told because the paper's figure has it; a model alone on few tracks also lowers it by learning their noise.\
        """
                .formatted(
                        result.tracksPerServer(),
                        result.partition().equals(Fig4Experiment.IID)
                                ? "alike on all servers"
                                : "each a range of speeds of its own",
                        result.rounds(),
                        result.localEpochs(),
                        result.seeds().size() == 1 ? "one seed" : result.seeds().size() + " seeds",
                        result.heldOutTracks());
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        result.nmse().forEach((arm, score) -> rows.add(row(arm, score)));
        rows.add(
                List.of(
                        "floor",
                        "",
                        number(result.floor().clean()),
                        "",
                        "",
                        number(result.floor().noisy())));
        return rows;
    }

    private List<String> row(String arm, Fig4Result.Score score) {
        int servers = runs(arm).getFirst().servers();
        return List.of(
                arm,
                servers == 0 ? "-" : String.valueOf(servers),
                number(score.clean()),
                number(score.lowest()),
                number(score.highest()),
                number(score.noisy()),
                Durations.precise(score.seconds()));
    }

    private String checks() {
        Fig4Result.Checks checks = result.checks();
        return "%s; it does in %d of %d seeds. The largest federation ends at %.2f times the error of central training (by seed %s), at %.2f times that of the model before any training, and at %.2f times that of autoregression. Errors against noisy labels are derived from those against clean channels: (e + ρ)/(1 + ρ)."
                .formatted(
                        checks.fallsWithServers()
                                ? "The mean error falls from local training over ever more servers"
                                : "The mean error does not fall at every step from local training over ever more servers",
                        checks.seedsWhereItFalls(),
                        result.seeds().size(),
                        checks.federatedOverCentral(),
                        String.join(
                                ", ",
                                checks.federatedOverCentralBySeed().stream()
                                        .map("%.2f"::formatted)
                                        .toList()),
                        checks.federatedOverUntrained(),
                        checks.federatedOverAutoregression());
    }

    private String traffic() {
        Fig4Result.Traffic traffic = result.traffic();
        return "A server sends %s in a round, %.2f %% of the full model's %s (the network's own weights as 32-bit floats, without the backbone's words and further blocks)."
                .formatted(
                        Bytes.text(traffic.adapterBytes()),
                        100 * traffic.share(),
                        Bytes.text(traffic.modelBytes()));
    }

    private List<Fig4Result.Run> runs(String arm) {
        return result.runs().stream().filter(run -> run.arm().equals(arm)).toList();
    }

    private Fig4Result.Score score(String arm) {
        return Objects.requireNonNull(result.nmse().get(arm), arm);
    }

    /// A line for each trained model, and constants beside them.
    private LineChart byRound(
            String title,
            String what,
            Function<Fig4Result.Run, List<Double>> values,
            Map<String, Double> constants) {
        List<LineChart.Series> series = new ArrayList<>();
        for (String arm : result.nmse().keySet()) {
            List<List<Double>> curves = runs(arm).stream().map(values).toList();
            if (!curves.getFirst().isEmpty()) {
                series.add(band(arm, curves));
            }
        }
        double last = result.rounds() == 1 ? 2 : result.rounds();
        constants.forEach((name, value) ->
                series.add(new LineChart.Series(name, List.of(1.0, last), List.of(value, value))));
        return new LineChart(title, "round", what, false, true, series, null);
    }

    /// The mean of the seeds' curves, between the lowest and the highest.
    private static LineChart.Series band(String name, List<List<Double>> curves) {
        List<Double> x = new ArrayList<>();
        List<Double> mean = new ArrayList<>();
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (int i = 0; i < curves.getFirst().size(); i++) {
            int round = i;
            List<Double> values = curves.stream().map(curve -> curve.get(round)).toList();
            x.add(round + 1.0);
            mean.add(values.stream().mapToDouble(v -> v).average().orElseThrow());
            low.add(Collections.min(values));
            high.add(Collections.max(values));
        }
        return curves.size() == 1
                ? new LineChart.Series(name, x, mean)
                : new LineChart.Series(name, x, mean, low, high);
    }

    private Set<Integer> speeds() {
        Set<Integer> speeds = new TreeSet<>();
        result.nmse().values().forEach(score -> speeds.addAll(score.bySpeed().keySet()));
        return speeds;
    }

    private LineChart bySpeed() {
        List<String> arms = new ArrayList<>(result.nmse().keySet());
        // trained ones first: the same colours as by round
        arms.sort(Comparator.comparing(arm -> runs(arm).getFirst().servers() == 0));
        List<LineChart.Series> series =
                arms.stream()
                        .map(arm -> {
                            Map<Integer, Double> bySpeed = score(arm).bySpeed();
                            return new LineChart.Series(
                                    arm,
                                    bySpeed.keySet().stream().map(Integer::doubleValue).toList(),
                                    List.copyOf(bySpeed.values()));
                        })
                        .toList();
        return new LineChart(
                "Held-out NMSE by speed, after the last round",
                "km/h",
                "NMSE",
                false,
                true,
                series,
                null);
    }

    private List<String> speedColumns() {
        List<String> columns = new ArrayList<>(List.of("model"));
        speeds().forEach(speed -> columns.add(speed + " km/h"));
        return columns;
    }

    private List<List<String>> speedRows() {
        List<List<String>> rows = new ArrayList<>();
        result.nmse()
                .forEach((arm, score) -> {
                    List<String> row = new ArrayList<>(List.of(arm));
                    score.bySpeed().values().forEach(value -> row.add(number(value)));
                    rows.add(row);
                });
        return rows;
    }

    /// The table on the terminal.
    static Table table(Fig4Result result) {
        Fig4Report report = new Fig4Report(result);
        Table table = new Table(COLUMNS.toArray(String[]::new));
        report.rows().forEach(row -> table.row(row.toArray()));
        table.row(
                "largest federation over central",
                "",
                "%.2f".formatted(result.checks().federatedOverCentral()));
        table.row(
                "share of the model sent", "", "%.1f%%".formatted(100 * result.traffic().share()));
        return table;
    }

    private static String number(double value) {
        return "%.4f".formatted(value);
    }
}
