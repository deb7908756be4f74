package dev.lamina.app;

import dev.lamina.bench.Calibration;
import dev.lamina.bench.SflExperiment;
import dev.lamina.bench.SflResult;
import dev.lamina.bench.TimelineBench;
import dev.lamina.edge.OrderGap;
import dev.lamina.edge.Timeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `reproduce sfl` shows: pictures, one page, and the table on the terminal.
final class SflReport {
    private final SflResult result;
    private final SflExperiment experiment;

    SflReport(SflResult result, SflExperiment experiment) {
        this.result = result;
        this.experiment = experiment;
    }

    /// Writes `report.html` and the pictures.
    void write(Path directory) {
        Map<String, GanttChart> gantts = new LinkedHashMap<>();
        for (String scheme : List.of("sequential", "parallel", "shared", "shared+")) {
            gantts.put(scheme, gantt(scheme));
        }
        HtmlReport report =
                new HtmlReport("Memory-efficient split federated learning")
                        .paragraph(
                                "Timing and memory of %s, batch %d, %d tokens, with %d devices and server %s; a round has %d steps of each device. Times and energies are simulated on the declared profiles, many of which are nominal; memory is modelled, and measured where it says so."
                                        .formatted(
                                                result.model(),
                                                result.batch(),
                                                result.seqLen(),
                                                result.devices().size(),
                                                result.server(),
                                                result.stepsPerRound()))
                        .heading("Ours over theirs")
                        .table(List.of("", "shared", "shared+"), ratios())
                        .heading("Schemes")
                        .table(SCHEME_HEADERS, result.schemes().stream().map(this::row).toList());
        gantts.forEach((scheme, chart) -> {
            Pictures.write(directory.resolve("gantt-" + file(scheme) + ".png"), chart.image());
            report.picture("One step of each device under " + scheme, chart.image());
        });
        BarChart memory = memory();
        Pictures.write(directory.resolve("memory.png"), memory.image());
        report.heading("Server memory").picture("Server memory at its peak", memory.image());
        LineChart accuracy = accuracy();
        Pictures.write(directory.resolve("accuracy.png"), accuracy.image());
        report.heading("Training")
                .table(TRAINING_HEADERS, result.trained().stream().map(SflReport::row).toList())
                .picture(
                        "Validation accuracy over simulated time; the dashed line is the target",
                        accuracy.image());
        report.heading("Orders")
                .paragraph(
                        "Makespan over the optimum's, for random cases of six devices; 'longest-tail' is the default.")
                .table(
                        List.of("order", "mean", "max"),
                        result.orders().stream().map(SflReport::row).toList());
        measurements(report);
        LineChart scale = scale();
        Pictures.write(directory.resolve("timeline.png"), scale.image());
        report.heading("The simulation's own time")
                .picture("Seconds to simulate a round", scale.image())
                .details("All figures", Json.pretty(result))
                .write(directory.resolve("report.html"));
    }

    private void measurements(HtmlReport report) {
        SflResult.SideBySide copies = result.sideBySide();
        if (copies != null) {
            report.heading("Server copies side by side, on this machine")
                    .paragraph(
                            "A step of each: %.1f s one after another, %.1f s all at once: %.2f times as long. In the model of 'parallel' that is a penalty of %.3f for each further copy."
                                    .formatted(
                                            copies.inTurnSeconds(),
                                            copies.atOnceSeconds(),
                                            copies.slowdown(),
                                            copies.penalty()));
        }
        if (!result.together().isEmpty()) {
            report.heading("Devices in one pass through the weights, on this machine")
                    .table(
                            List.of("shape", "one after another", "together", "gain"),
                            result.together().stream()
                                    .map(t ->
                                            List.of(
                                                    t.shape(),
                                                    Durations.precise(t.inTurnSeconds()),
                                                    Durations.precise(t.togetherSeconds()),
                                                    "%.2f".formatted(t.gain())))
                                    .toList());
        }
        Calibration calibration = result.calibration();
        if (calibration != null) {
            report.heading("The latency model against this machine")
                    .paragraph(
                            "One constant for all shapes, %.1f GFLOP/s; it is wrong by at most %.1f %%. With norms, activation functions and copies counted too, by at most %.1f %%."
                                    .formatted(
                                            calibration.flopsPerSecond() / 1e9,
                                            100 * calibration.worstError(),
                                            100 * calibration.worstErrorOfWork()))
                    .table(
                            List.of("shape", "GFLOP", "measured", "predicted"),
                            calibration.cases().stream()
                                    .map(c ->
                                            List.of(
                                                    c.shape(),
                                                    "%.1f".formatted(c.gigaflops()),
                                                    Durations.precise(c.seconds()),
                                                    Durations.precise(c.predictedSeconds())))
                                    .toList());
        }
    }

    private static final List<String> SCHEME_HEADERS =
            List.of(
                    "scheme",
                    "cuts",
                    "a round",
                    "server memory, model",
                    "measured",
                    "largest device",
                    "up",
                    "down",
                    "energy",
                    "server busy");

    private List<String> row(SflResult.Scheme s) {
        String bound =
                s.roundLowerBoundSeconds() == null
                        ? ""
                        : " (8 steps: bound %s)"
                                .formatted(Durations.precise(s.roundLowerBoundSeconds()));
        String sideBySide =
                s.secondsPerRoundSideBySide() == null
                        ? ""
                        : " (%s with the measured penalty)"
                                .formatted(Durations.precise(s.secondsPerRoundSideBySide()));
        return List.of(
                s.name(),
                Cuts.text(s.cuts()),
                Durations.precise(s.secondsPerRound()) + bound + sideBySide,
                Bytes.text(s.serverBytes()),
                s.serverMeasuredBytes() == null ? "" : Bytes.text(s.serverMeasuredBytes()),
                Bytes.text(s.largestDeviceBytes()),
                Bytes.text(Math.round(s.uplinkBytes())),
                Bytes.text(Math.round(s.downlinkBytes())),
                "%.0f J".formatted(s.joules()),
                "%.0f %%".formatted(100 * s.serverUtilisation()));
    }

    private static final List<String> TRAINING_HEADERS =
            List.of(
                    "scheme",
                    "partition",
                    "accuracy",
                    "macro F1",
                    "to the target",
                    "simulated",
                    "wall time",
                    "up",
                    "down",
                    "energy");

    private static List<String> row(SflResult.Training t) {
        return List.of(
                t.name(),
                t.partition(),
                "%.4f".formatted(t.accuracy()),
                "%.4f".formatted(t.macroF1()),
                t.secondsToTarget() == null
                        ? "not reached"
                        : Durations.precise(t.secondsToTarget()),
                t.roundSeconds().isEmpty() ? "" : Durations.precise(t.roundSeconds().getLast()),
                Durations.text(t.wallSeconds()),
                Bytes.text(t.uplinkBytes()),
                Bytes.text(t.downlinkBytes()),
                "%.0f J".formatted(t.joules()));
    }

    private static List<String> row(OrderGap gap) {
        return List.of(
                gap.order(), "%.4f".formatted(gap.meanRatio()), "%.3f".formatted(gap.maxRatio()));
    }

    private List<List<String>> ratios() {
        return List.of(
                ratio("server memory over parallel", result.memoryVsParallel()),
                ratio("server memory over sequential", result.memoryVsSequential()),
                ratio("time of a round over sequential", result.timeVsSequential()),
                ratio("time of a round over parallel", result.timeVsParallel()));
    }

    private static List<String> ratio(String what, Map<String, SflResult.Ratio> ratios) {
        List<String> cells = new ArrayList<>(List.of(what));
        ratios.values()
                .forEach(r ->
                        cells.add(
                                r.measured() == null
                                        ? "%.3f".formatted(r.modelled())
                                        : "%.3f (measured %.3f)"
                                                .formatted(r.modelled(), r.measured())));
        return cells;
    }

    private GanttChart gantt(String scheme) {
        Timeline timeline = experiment.timeline(scheme, 1);
        List<List<GanttChart.Bar>> lanes = new ArrayList<>();
        for (int i = 0; i <= result.devices().size(); i++) {
            lanes.add(new ArrayList<>());
        }
        for (Timeline.Bar bar : timeline.bars()) {
            GanttChart.@Nullable Kind kind =
                    switch (bar.kind()) {
                        case COMPUTE -> GanttChart.Kind.COMPUTE;
                        case UPLOAD -> GanttChart.Kind.UPLOAD;
                        case SERVE -> GanttChart.Kind.SERVE;
                        case DOWNLOAD -> GanttChart.Kind.DOWNLOAD;
                        case BARRIER -> null;
                    };
            if (kind != null) {
                lanes.get(bar.onServer() ? lanes.size() - 1 : bar.device())
                        .add(
                                new GanttChart.Bar(
                                        bar.startSeconds(),
                                        bar.endSeconds(),
                                        kind,
                                        bar.onServer() ? "" + (bar.device() + 1) : ""));
            }
        }
        List<GanttChart.Row> rows = new ArrayList<>();
        for (int i = 0; i < lanes.size(); i++) {
            String label = i == lanes.size() - 1 ? result.server() : result.devices().get(i);
            rows.add(new GanttChart.Row(label, lanes.get(i)));
        }
        return new GanttChart("A step of each device: " + scheme, rows, timeline.makespanSeconds());
    }

    private BarChart memory() {
        List<String> names = new ArrayList<>();
        List<Double> modelled = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        for (SflResult.Scheme s : result.schemes()) {
            if (s.serverMeasuredBytes() != null || result.sideBySide() == null) {
                names.add(s.name().replace("shared, ", "+ "));
                modelled.add(s.serverBytes() / 1e9);
                Long bytes = s.serverMeasuredBytes();
                measured.add(bytes == null ? 0 : bytes / 1e9);
            }
        }
        List<BarChart.Group> groups = new ArrayList<>();
        groups.add(new BarChart.Group("model", modelled));
        if (result.sideBySide() != null) {
            groups.add(new BarChart.Group("measured", measured));
        }
        return new BarChart("Server memory, " + result.model(), "GB", names, groups);
    }

    private LineChart accuracy() {
        return new LineChart(
                "Accuracy over simulated time",
                "simulated seconds",
                "validation accuracy",
                true,
                false,
                result.trained().stream()
                        .map(t -> new LineChart.Series(t.name(), t.roundSeconds(), t.valAccuracy()))
                        .toList(),
                result.target());
    }

    private LineChart scale() {
        return new LineChart(
                "Simulating a round",
                "devices",
                "seconds",
                true,
                true,
                List.of(
                        new LineChart.Series(
                                "timeline",
                                result.timeline().stream().map(p -> (double) p.devices()).toList(),
                                result.timeline().stream()
                                        .map(TimelineBench.Point::seconds)
                                        .toList())),
                null);
    }

    /// The table on the terminal.
    static Table table(SflResult result) {
        Table table = Table.plain();
        for (SflResult.Scheme s : result.schemes()) {
            String measured =
                    s.serverMeasuredBytes() == null
                            ? ""
                            : ", measured " + Bytes.text(s.serverMeasuredBytes());
            table.row(
                    s.name(),
                    "%s a round, server %s%s"
                            .formatted(
                                    Durations.precise(s.secondsPerRound()),
                                    Bytes.text(s.serverBytes()),
                                    measured));
        }
        Map<String, Map<String, SflResult.Ratio>> ratios = new LinkedHashMap<>();
        ratios.put("memory over parallel", result.memoryVsParallel());
        ratios.put("memory over sequential", result.memoryVsSequential());
        ratios.put("time over sequential", result.timeVsSequential());
        ratios.put("time over parallel", result.timeVsParallel());
        ratios.forEach((what, ratio) -> {
            List<String> cells = ratio(what, ratio);
            table.row(what, "shared %s, shared+ %s".formatted(cells.get(1), cells.get(2)));
        });
        for (SflResult.Training t : result.trained()) {
            table.row(
                    "trained " + t.name(),
                    "accuracy %.4f, macro F1 %.4f, %s"
                            .formatted(
                                    t.accuracy(),
                                    t.macroF1(),
                                    t.secondsToTarget() == null
                                            ? "target not reached"
                                            : "target after "
                                                    + Durations.precise(t.secondsToTarget())));
        }
        return table.row(
                "order over optimum",
                "%.4f in the mean, %.3f at most"
                        .formatted(result.orderGapMean(), result.orderGapMax()));
    }

    private static String file(String scheme) {
        return scheme.replace("+", "-plus");
    }
}
