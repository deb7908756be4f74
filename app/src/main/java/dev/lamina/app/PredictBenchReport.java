package dev.lamina.app;

import dev.lamina.air.PredictionScores.Score;
import dev.lamina.air.SpectralEfficiency;
import dev.lamina.app.ReportSection.Picture;
import dev.lamina.bench.PredictionCase;
import dev.lamina.bench.PredictionResult;
import dev.lamina.bench.PredictionSettings;
import dev.lamina.bench.PredictionSettings.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The tables and pictures of `predict bench`.
record PredictBenchReport(PredictionResult result) {
    private static final String CLEAN = "against channels without noise";
    private static final String NOISY = "against channels as noisy as the history";

    /// In the order of the parts.
    List<ReportSection> sections() {
        List<ReportSection> sections = new ArrayList<>();
        boolean speed = has(Part.SPEED);
        PredictionCase tdd = result.tdd();
        PredictionCase fdd = result.fdd();
        if (speed && tdd != null && fdd != null) {
            sections.add(bySpeed("TDD, 18 dB", CLEAN, tdd, Score::clean, 0, true));
            sections.add(bySpeed("TDD, 18 dB", NOISY, tdd, Score::noisy, tdd.noisyFloor(), false));
            sections.add(bySpeed("FDD, no noise", CLEAN, fdd, Score::clean, 0, true));
        }
        if (!result.bySnr().isEmpty()) {
            sections.add(bySnr(CLEAN, Score::clean, true));
            sections.add(bySnr(NOISY, Score::noisy, false));
        }
        if (!result.zeroShot().isEmpty()) {
            sections.add(zeroShot());
        }
        if (has(Part.RATE) && tdd != null && fdd != null) {
            sections.add(rate(tdd, fdd));
        }
        PredictionResult.@Nullable Timing timing = result.timing();
        if (timing != null) {
            PredictTimes times = new PredictTimes(timing, result.settings().threads());
            sections.addAll(times.sections());
        }
        return sections;
    }

    HtmlReport html() {
        PredictionSettings settings = result.settings();
        HtmlReport page =
                new HtmlReport("Channel prediction")
                        .paragraph(
                                ("Channels of LLM4CP's setting, generated anew (seed %d): UMa"
                                                + " without line of sight, 2.4 GHz, 4 x 4 places of 2 ports,"
                                                + " 48 subcarriers of 180 kHz in a band, steps of 0.5 ms; %d"
                                                + " steps are seen and %d predicted. %d tracks for each"
                                                + " mean.%s NMSE is linear, the mean over tracks; a track"
                                                + " stands for itself.")
                                        .formatted(
                                                settings.seed(),
                                                PredictionSettings.HISTORY,
                                                PredictionSettings.HORIZON,
                                                result.tracks(),
                                                result.tracks() < 50
                                                        ? " That is few: do not quote them."
                                                        : ""));
        sections().forEach(section -> section.addTo(page));
        return page.details("result.json", Json.pretty(json()));
    }

    Map<String, Object> json() {
        return new PredictBenchJson(result).map();
    }

    private boolean has(Part part) {
        return result.settings().parts().contains(part);
    }

    private ReportSection bySpeed(
            String protocol,
            String reference,
            PredictionCase of,
            ToDoubleFunction<Score> value,
            double floor,
            boolean picture) {
        SortedMap<Integer, String> speeds = new TreeMap<>();
        for (double kmh : result.settings().speedsKmh()) {
            speeds.put((int) Math.round(kmh), Math.round(kmh) + " km/h");
        }
        List<String> headers = new ArrayList<>(List.of("model", "mean"));
        headers.addAll(speeds.values());
        List<List<String>> rows = new ArrayList<>();
        List<LineChart.Series> series = new ArrayList<>();
        for (PredictionCase.Entry entry : of.entries()) {
            List<Double> values = new ArrayList<>();
            if (entry.scores() != null) {
                Map<Integer, Score> scores = entry.scores().bySpeed();
                values.add(value.applyAsDouble(entry.scores().nmse()));
                for (int speed : speeds.keySet()) {
                    Score score = scores.get(speed);
                    values.add(score == null ? Double.NaN : value.applyAsDouble(score));
                }
                series.add(
                        new LineChart.Series(
                                entry.model(),
                                speeds.keySet().stream().map(Integer::doubleValue).toList(),
                                values.subList(1, values.size())));
            }
            rows.add(row(entry.model(), values, headers.size()));
        }
        rows.add(row("floor", headers.stream().skip(1).map(h -> floor).toList(), headers.size()));
        String title = "NMSE by speed, " + protocol + ", " + reference;
        List<String> notes = new ArrayList<>(refusals(List.of(of)));
        if (floor > 0) {
            notes.add(
                    "LLM4CP's published mean with such labels is about 0.035 (read off its figure;"
                            + " its channels, not these); that is about 0.019 without noise in the"
                            + " labels.");
        }
        return new ReportSection(
                title,
                headers,
                rows,
                notes,
                picture ? List.of(lines(title, "km/h", series)) : List.of());
    }

    private ReportSection bySnr(String reference, ToDoubleFunction<Score> value, boolean picture) {
        List<Double> ratios = List.copyOf(result.bySnr().keySet());
        List<String> headers = new ArrayList<>(List.of("model"));
        ratios.forEach(ratio -> headers.add(Ticks.text(ratio) + " dB"));
        List<List<String>> rows = new ArrayList<>();
        List<LineChart.Series> series = new ArrayList<>();
        for (String model : result.models()) {
            List<Double> values = new ArrayList<>();
            for (PredictionCase of : result.bySnr().values()) {
                values.add(nmse(of, model, value));
            }
            rows.add(row(model, values, headers.size()));
            series.add(new LineChart.Series(model, ratios, values));
        }
        List<Double> floors = new ArrayList<>();
        result.bySnr().values().forEach(of -> floors.add(picture ? 0 : of.noisyFloor()));
        rows.add(row("floor", floors, headers.size()));
        String title = "NMSE by signal-to-noise ratio of the history, TDD, " + reference;
        return new ReportSection(
                title,
                headers,
                rows,
                refusals(List.copyOf(result.bySnr().values())),
                picture ? List.of(lines(title, "dB", series)) : List.of());
    }

    private static Picture lines(String title, String xAxis, List<LineChart.Series> series) {
        return new Picture(
                title,
                () -> new LineChart(title, xAxis, "NMSE", false, true, series, null).image());
    }

    private ReportSection zeroShot() {
        List<String> headers = new ArrayList<>(List.of("setting"));
        headers.addAll(result.models());
        List<List<String>> rows = new ArrayList<>();
        Map<String, List<PredictionCase>> groups = new LinkedHashMap<>();
        boolean weak = false;
        for (PredictionCase of : result.zeroShot()) {
            List<String> row = new ArrayList<>(List.of(of.name()));
            for (String model : result.models()) {
                double value = nmse(of, model, Score::clean);
                weak |= of.isWeak(model);
                row.add(text(value) + (of.isWeak(model) ? "*" : ""));
            }
            rows.add(row);
            if (!of.group().isEmpty()) {
                groups.computeIfAbsent(of.group(), g -> new ArrayList<>()).add(of);
            }
        }
        List<String> notes = new ArrayList<>();
        if (weak) {
            notes.add("* weak: worse than ar, or than persistence, which predicts nothing.");
        }
        notes.add(
                "Each row is LLM4CP's setting (the first row) but for what it names. Speeds stay;"
                        + " the Doppler shift grows with the carrier: at 28 GHz, users above about 38"
                        + " km/h can turn by more than half a cycle in a step, which nothing tells from"
                        + " turning the other way.");
        notes.addAll(refusals(result.zeroShot()));
        List<Picture> pictures = new ArrayList<>();
        groups.forEach((group, cases) -> pictures.add(bars(group, cases)));
        return new ReportSection(
                "NMSE in other settings, nothing retrained, TDD, 18 dB, " + CLEAN,
                headers,
                rows,
                notes,
                pictures);
    }

    private Picture bars(String group, List<PredictionCase> cases) {
        List<PredictionCase> shown = new ArrayList<>(List.of(result.zeroShot().getFirst()));
        shown.addAll(cases);
        List<BarChart.Group> groups = new ArrayList<>();
        for (String model : result.models()) {
            groups.add(
                    new BarChart.Group(
                            model,
                            shown.stream()
                                    .map(of -> decibelsBelow(nmse(of, model, Score::clean)))
                                    .toList()));
        }
        String title = "Error below the channels, with another %s: more is better".formatted(group);
        List<String> names = new ArrayList<>(List.of("as in LLM4CP"));
        cases.forEach(of -> names.add(of.name()));
        return new Picture(title, () -> new BarChart(title, "1/NMSE in dB", names, groups).image());
    }

    /// One digit after the point, as bars are narrow.
    private static double decibelsBelow(double nmse) {
        return Double.isNaN(nmse) ? nmse : Math.round(-100 * Math.log10(nmse)) / 10.0;
    }

    private ReportSection rate(PredictionCase tdd, PredictionCase fdd) {
        List<List<String>> rows = new ArrayList<>();
        List<BarChart.Group> groups = new ArrayList<>();
        for (String model : result.models()) {
            List<Double> losses = new ArrayList<>();
            List<String> row = new ArrayList<>();
            row.add(model.equals(PredictionCase.PERSISTENCE) ? "no prediction" : model);
            for (PredictionCase of : List.of(tdd, fdd)) {
                var scores = of.entry(model).scores();
                double rate = scores == null ? Double.NaN : scores.rate();
                row.add(Double.isNaN(rate) ? "-" : "%.3f".formatted(rate));
                row.add(percent(rate / of.perfectRate()));
                losses.add(100 * (1 - rate / of.perfectRate()));
            }
            rows.add(row);
            groups.add(new BarChart.Group(row.getFirst(), losses));
        }
        rows.add(
                List.of(
                        "perfect",
                        "%.3f".formatted(tdd.perfectRate()),
                        percent(1),
                        "%.3f".formatted(fdd.perfectRate()),
                        percent(1)));
        List<String> notes = new ArrayList<>();
        notes.add(
                ("One user, maximum ratio transmission along the predicted channel, %s dB for an"
                                + " element of mean power: log2(1 + SNR |h^H w|^2), w = predicted /"
                                + " |predicted|. A turn that all antennas share costs nothing, so that even no"
                                + " prediction comes near.")
                        .formatted(Ticks.text(SpectralEfficiency.SNR_DECIBELS)));
        notes.addAll(refusals(List.of(tdd, fdd)));
        String title = "Spectral efficiency in bit/s/Hz, and as a share of perfect knowledge's";
        String lost = "Spectral efficiency lost against perfect knowledge: less is better";
        return new ReportSection(
                title,
                List.of("model", "TDD, 18 dB", "of perfect", "FDD", "of perfect"),
                rows,
                notes,
                List.of(
                        new Picture(
                                lost,
                                () ->
                                        new BarChart(
                                                        lost,
                                                        "%",
                                                        List.of("TDD, 18 dB", "FDD"),
                                                        groups)
                                                .image())));
    }

    /// Not a number if it cannot take the setting.
    private static double nmse(PredictionCase of, String model, ToDoubleFunction<Score> value) {
        var scores = of.entry(model).scores();
        return scores == null ? Double.NaN : value.applyAsDouble(scores.nmse());
    }

    /// Why cells are empty, each reason once.
    private static List<String> refusals(List<PredictionCase> cases) {
        return cases.stream()
                .flatMap(of -> of.entries().stream())
                .filter(entry -> entry.refusal() != null)
                .map(entry -> "- %s: %s.".formatted(entry.model(), entry.refusal()))
                .distinct()
                .toList();
    }

    private static List<String> row(String name, List<Double> values, int columns) {
        List<String> row = new ArrayList<>(List.of(name));
        values.forEach(value -> row.add(text(value)));
        while (row.size() < columns) {
            row.add("-");
        }
        return row;
    }

    private static String text(double nmse) {
        return Double.isNaN(nmse) ? "-" : "%.4f".formatted(nmse);
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "-" : "%.1f%%".formatted(100 * share);
    }
}
