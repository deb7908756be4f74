package dev.lamina.app;

import dev.lamina.bench.FedftResult;
import dev.lamina.cell.VSweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What `reproduce fedft` shows: pictures, one page, and the table on the terminal.
final class FedftReport {
    private final FedftResult result;

    FedftReport(FedftResult result) {
        this.result = result;
    }

    /// Writes `report.html` and the pictures.
    void write(Path directory) {
        Map<String, LineChart> charts = new LinkedHashMap<>();
        charts.put("accuracy", overTime("Accuracy", FedftResult.Run::accuracy, result.target()));
        charts.put("loss", overTime("Validation loss", FedftResult.Run::loss, null));
        charts.put("delay", overRounds("Mean delay so far, s", FedftReport::meanDelay));
        charts.put("queue", overRounds("Virtual queue, s", FedftResult.Run::queueSeconds));
        charts.put(
                "devices",
                overRounds(
                        "Devices in a round",
                        run -> run.scheduled().stream().map(n -> (double) n).toList()));
        charts.put("v-sweep", sweep());
        HtmlReport report =
                new HtmlReport("Split federated fine-tuning in a wireless cell")
                        .paragraph(
                                "%d devices of unequal data and speed in a cell; every policy sees the same data, places and channels. All times are simulated. The latency and energy model, the constraint and the weights are derived: the paper's text has no formulas that were at hand."
                                        .formatted(result.devices()))
                        .heading("Time to accuracy " + result.target())
                        .table(
                                List.of(
                                        "policy",
                                        "median",
                                        "mean delay",
                                        "samples a round",
                                        "devices a round",
                                        "up a round"),
                                policies())
                        .paragraph(savings());
        charts.forEach((name, chart) -> {
            Pictures.write(directory.resolve(name + ".png"), chart.image());
            report.picture(name, chart.image());
        });
        report.heading("The trade-off of V")
                .paragraph(
                        "Log-log slopes: gap %.2f in the second half of the rounds, when the queue has settled (theory: -1), %.2f over all rounds, with the filling of the queue; queue %.2f (theory: 1). The gap is priced at the best multiplier."
                                .formatted(
                                        result.gapSlope(),
                                        result.gapSlopeAllRounds(),
                                        result.queueSlope()))
                .table(
                        List.of("v", "mean delay over budget", "mean queue", "gap", "settled gap"),
                        result.vSweep().stream().map(FedftReport::row).toList())
                .heading("Traffic and accuracy with everybody in every round")
                .table(
                        List.of("scheme", "up a round"),
                        result.bytesPerRound().entrySet().stream()
                                .map(e -> List.of(e.getKey(), Bytes.text(Math.round(e.getValue()))))
                                .toList())
                .table(List.of("data", "scheme", "test accuracy"), accuracies())
                .heading("Rank and cell size")
                .table(VARIED, result.ranks().stream().map(v -> row("rank", v)).toList())
                .table(VARIED, result.radii().stream().map(v -> row("radius, m", v)).toList())
                .details("All figures", Json.pretty(result))
                .write(directory.resolve("report.html"));
    }

    private static final List<String> VARIED =
            List.of("", "value", "budget", "to the target", "samples a round", "up a round");

    private static List<String> row(String what, FedftResult.Varied v) {
        return List.of(
                what,
                "%.0f".formatted(v.value()),
                Durations.precise(v.delayBudget()),
                v.secondsToTarget() == null
                        ? "not reached (%.3f)".formatted(v.lastAccuracy())
                        : Durations.precise(v.secondsToTarget()),
                "%.0f".formatted(v.meanSamples()),
                Bytes.text(Math.round(v.uplinkBytesPerRound())));
    }

    private static List<String> row(VSweep.Row row) {
        return List.of(
                "%.0f".formatted(row.multiple()),
                "%.2f %%".formatted(100 * row.overBudget()),
                Durations.precise(row.meanQueueSeconds()),
                "%.3g".formatted(row.gap()),
                "%.3g".formatted(row.settledGap()));
    }

    private List<List<String>> policies() {
        List<List<String>> rows = new ArrayList<>();
        result.timeToTarget()
                .forEach((policy, time) -> {
                    List<FedftResult.Run> runs =
                            result.runs().stream().filter(r -> r.policy().equals(policy)).toList();
                    rows.add(
                            List.of(
                                    policy,
                                    time == null ? "not reached" : Durations.precise(time),
                                    Durations.precise(mean(runs, FedftResult.Run::meanDelay)),
                                    "%.0f".formatted(mean(runs, FedftResult.Run::meanSamples)),
                                    "%.1f".formatted(mean(runs, FedftResult.Run::meanScheduled)),
                                    Bytes.text(
                                            Math.round(
                                                    mean(
                                                            runs,
                                                            FedftResult.Run
                                                                    ::uplinkBytesPerRound)))));
                });
        return rows;
    }

    private static double mean(
            List<FedftResult.Run> runs, Function<FedftResult.Run, Double> value) {
        return runs.stream().mapToDouble(value::apply).average().orElse(0);
    }

    private List<List<String>> accuracies() {
        List<List<String>> rows = new ArrayList<>();
        result.accuracy()
                .forEach((data, schemes) ->
                        schemes.forEach((scheme, accuracy) ->
                                rows.add(List.of(data, scheme, "%.4f".formatted(accuracy)))));
        return rows;
    }

    private String savings() {
        return "Against the best of random, round robin and best channel with equal shares, online allocation takes %.0f %% less time in the median of the seeds (%s)."
                .formatted(
                        100 * result.medianSaving(),
                        String.join(
                                ", ",
                                result.saving().stream()
                                        .map(s -> "%.0f %%".formatted(100 * s))
                                        .toList()));
    }

    /// The first seed's runs.
    private List<FedftResult.Run> first() {
        long seed = result.runs().getFirst().seed();
        return result.runs().stream().filter(run -> run.seed() == seed).toList();
    }

    private LineChart overTime(
            String what, Function<FedftResult.Run, List<Double>> values, @Nullable Double target) {
        return new LineChart(
                what + " over simulated time",
                "simulated seconds",
                what.toLowerCase(java.util.Locale.ROOT),
                true,
                false,
                first().stream()
                        .map(run ->
                                new LineChart.Series(
                                        run.policy(), run.seconds(), values.apply(run)))
                        .toList(),
                target);
    }

    private LineChart overRounds(String what, Function<FedftResult.Run, List<Double>> values) {
        return new LineChart(
                what,
                "round",
                what,
                false,
                false,
                first().stream()
                        .map(run -> {
                            List<Double> y = values.apply(run);
                            return new LineChart.Series(
                                    run.policy(),
                                    IntStream.rangeClosed(1, y.size())
                                            .mapToObj(i -> (double) i)
                                            .toList(),
                                    y);
                        })
                        .toList(),
                null);
    }

    private static List<Double> meanDelay(FedftResult.Run run) {
        List<Double> means = new ArrayList<>();
        double sum = 0;
        for (double seconds : run.roundSeconds()) {
            sum += seconds;
            means.add(sum / (means.size() + 1));
        }
        return means;
    }

    private LineChart sweep() {
        List<Double> v = result.vSweep().stream().map(VSweep.Row::multiple).toList();
        return new LineChart(
                "Gap and queue over V",
                "v",
                "queue in budgets; gap relative to the first",
                true,
                true,
                List.of(
                        new LineChart.Series(
                                "mean queue",
                                v,
                                result.vSweep().stream().map(r -> r.meanQueueSeconds()).toList()),
                        new LineChart.Series(
                                "settled gap",
                                v,
                                result.vSweep().stream()
                                        .map(r ->
                                                r.settledGap()
                                                        / result.vSweep().getFirst().settledGap())
                                        .toList())),
                null);
    }

    /// The table on the terminal.
    static Table table(FedftResult result) {
        Table table = Table.plain();
        for (List<String> row : new FedftReport(result).policies()) {
            table.row(
                    row.get(0),
                    "target after %s; a round %s, %s samples, %s devices"
                            .formatted(row.get(1), row.get(2), row.get(3), row.get(4)));
        }
        table.row("saving", new FedftReport(result).savings());
        table.row(
                "slopes",
                "gap %.2f (over all rounds %.2f), queue %.2f"
                        .formatted(
                                result.gapSlope(),
                                result.gapSlopeAllRounds(),
                                result.queueSlope()));
        result.bytesPerRound()
                .forEach((scheme, bytes) ->
                        table.row("up a round, " + scheme, Bytes.text(Math.round(bytes))));
        result.accuracy()
                .forEach((data, schemes) -> table.row("accuracy, " + data, schemes.toString()));
        return table;
    }
}
