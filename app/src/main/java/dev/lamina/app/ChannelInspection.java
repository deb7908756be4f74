package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.CsiSpectra;
import dev.lamina.radio.CsiStatistics;
import dev.lamina.radio.Noise;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What channels are like: figures, pictures, one page.
///
/// @param name of the file
/// @param track whose impulse response is drawn
/// @param most tracks to measure
record ChannelInspection(String name, Csi csi, Grid grid, int track, int most) {
    private static final int DELAY_POINTS = 192;
    private static final int DOPPLER_POINTS = 128;
    private static final int BEAM_POINTS = 64;
    private static final int DRAWN_TRACKS = 20;
    private static final double RANGE_DECIBELS = 40;
    private static final double BEAM_RANGE_DECIBELS = 20;

    /// What a file does not say.
    ///
    /// @param stepSeconds null if unknown
    /// @param spacingHertz null if unknown
    record Grid(
            @Nullable Double stepSeconds,
            @Nullable Double spacingHertz,
            int rows,
            int columns,
            int slants) {}

    record Label(double least, double mean, double most) {}

    /// The figures; those in seconds and Hz are null where the grid is not known.
    record Result(
            String file,
            List<Integer> shape,
            Map<String, Label> labels,
            CsiStatistics statistics,
            @Nullable Double delaySpreadSeconds,
            @Nullable Double coherenceSeconds,
            @Nullable Double coherenceHertz,
            @Nullable Double dopplerCentroidHertz,
            @Nullable Double dopplerSpreadHertz) {}

    Result result(CsiStatistics found) {
        CsiShape shape = csi.shape();
        Map<String, Label> labels = new LinkedHashMap<>();
        csi.labels()
                .forEach((label, values) ->
                        labels.put(
                                label,
                                new Label(
                                        Arrays.stream(values).min().orElseThrow(),
                                        Arrays.stream(values).average().orElseThrow(),
                                        Arrays.stream(values).max().orElseThrow())));
        Double step = grid.stepSeconds();
        Double spacing = grid.spacingHertz();
        Double steps = found.coherenceSteps();
        Double subcarriers = found.coherenceSubcarriers();
        return new Result(
                name,
                List.of(csi.tracks(), shape.steps(), shape.subcarriers(), shape.antennas()),
                labels,
                found,
                spacing == null ? null : found.delaySpreadCycles() / spacing,
                step == null || steps == null ? null : steps * step,
                spacing == null || subcarriers == null ? null : subcarriers * spacing,
                step == null ? null : found.dopplerCentroidCycles() / step,
                step == null ? null : found.dopplerSpreadCycles() / step);
    }

    Table table(Result result) {
        CsiStatistics s = result.statistics();
        Table table =
                Table.plain()
                        .row("shape", result.shape() + "  track, time, subcarrier, antenna")
                        .row("measured", "%,d tracks".formatted(s.tracks()))
                        .row("mean power", "%.1f dB".formatted(s.meanPowerDecibels()))
                        .row(
                                "power of tracks",
                                "%.1f, %.1f, %.1f dB (5 %%, median, 95 %%)"
                                        .formatted(
                                                s.powerDecibels().at(5),
                                                s.powerDecibels().median(),
                                                s.powerDecibels().at(95)))
                        .row(
                                "delay spread",
                                result.delaySpreadSeconds() == null
                                        ? "%.4f / spacing".formatted(s.delaySpreadCycles())
                                        : "%.0f ns".formatted(1e9 * result.delaySpreadSeconds()))
                        .row(
                                "coherence bandwidth",
                                coherence(
                                        s.coherenceSubcarriers(),
                                        "subcarriers",
                                        result.coherenceHertz(),
                                        1e-3,
                                        "kHz"))
                        .row(
                                "coherence time",
                                coherence(
                                        s.coherenceSteps(),
                                        "steps",
                                        result.coherenceSeconds(),
                                        1e3,
                                        "ms"))
                        .row(
                                "Doppler centroid",
                                doppler(s.dopplerCentroidCycles(), result.dopplerCentroidHertz()))
                        .row(
                                "Doppler spread",
                                doppler(s.dopplerSpreadCycles(), result.dopplerSpreadHertz()));
        result.labels()
                .forEach((label, values) ->
                        table.row(
                                label,
                                "%s to %s, mean %s"
                                        .formatted(
                                                Ticks.text(values.least()),
                                                Ticks.text(values.most()),
                                                Ticks.text(values.mean()))));
        return table;
    }

    private static String coherence(
            @Nullable Double lag, String unit, @Nullable Double value, double scale, String si) {
        if (lag == null) {
            return "more than all " + unit;
        }
        return value == null
                ? "%.1f %s".formatted(lag, unit)
                : "%.3g %s (%.1f %s)".formatted(scale * value, si, lag, unit);
    }

    private static String doppler(double cycles, @Nullable Double hertz) {
        return hertz == null ? "%.4f / step".formatted(cycles) : "%.1f Hz".formatted(hertz);
    }

    /// Writes `report.html`, `result.json` and the pictures.
    void write(Result result, Path directory) {
        Map<String, BufferedImage> pictures = new LinkedHashMap<>();
        pictures.put("impulse-response", impulses());
        pictures.put("doppler-spectrum", doppler());
        pictures.put("beams", beams());
        pictures.put("coherence", coherence(result.statistics()));
        HtmlReport report =
                new HtmlReport("Channels: " + name)
                        .paragraph(
                                "%d of %d tracks measured. Spreads are estimates from neighbouring steps and subcarriers; noise widens them."
                                        .formatted(result.statistics().tracks(), csi.tracks()))
                        .paragraph(table(result).toString());
        pictures.forEach((picture, image) -> {
            Pictures.write(directory.resolve(picture + ".png"), image);
            report.picture(picture.replace('-', ' '), image);
        });
        String json = Json.pretty(result);
        report.details("All figures", json).write(directory.resolve("report.html"));
        AtomicFiles.writeString(directory.resolve("result.json"), json + "\n");
    }

    private BufferedImage impulses() {
        CsiShape shape = csi.shape();
        double[][] powers = CsiSpectra.impulses(csi.track(track), shape, DELAY_POINTS);
        double[][] turned = new double[DELAY_POINTS][shape.steps()];
        double highest = Double.MIN_NORMAL;
        for (double[] row : powers) {
            highest = Math.max(highest, Arrays.stream(row).max().orElseThrow());
        }
        for (int t = 0; t < shape.steps(); t++) {
            for (int d = 0; d < DELAY_POINTS; d++) {
                turned[d][t] = decibels(powers[t][d] / highest);
            }
        }
        Double step = grid.stepSeconds();
        Double spacing = grid.spacingHertz();
        return new HeatMap(
                        "Impulse response of track " + track + " over time",
                        step == null
                                ? new HeatMap.Axis("step", 0, shape.steps())
                                : new HeatMap.Axis("time, ms", 0, 1e3 * step * shape.steps()),
                        spacing == null
                                ? new HeatMap.Axis("delay times spacing", 0, 1)
                                : new HeatMap.Axis("delay, µs", 0, 1e6 / spacing),
                        "dB",
                        turned,
                        -RANGE_DECIBELS,
                        0)
                .image();
    }

    private BufferedImage doppler() {
        double[] sum = new double[DOPPLER_POINTS];
        drawn().forEach(h -> add(sum, CsiSpectra.doppler(h, csi.shape(), DOPPLER_POINTS)));
        double highest = Math.max(Arrays.stream(sum).max().orElseThrow(), Double.MIN_NORMAL);
        Double step = grid.stepSeconds();
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int p = 0; p < DOPPLER_POINTS; p++) {
            double cycles = (double) p / DOPPLER_POINTS - 0.5;
            x.add(step == null ? cycles : cycles / step);
            y.add(decibels(sum[p] / highest));
        }
        return new LineChart(
                        "Doppler spectrum",
                        step == null ? "cycles a step" : "Doppler frequency, Hz",
                        "dB",
                        false,
                        false,
                        List.of(new LineChart.Series("mean of tracks", x, y)),
                        null)
                .image();
    }

    private BufferedImage beams() {
        double[][] sum = new double[BEAM_POINTS][BEAM_POINTS];
        drawn().forEach(h -> {
            double[][] one =
                    CsiSpectra.beams(
                            h,
                            csi.shape(),
                            grid.rows(),
                            grid.columns(),
                            grid.slants(),
                            BEAM_POINTS);
            for (int r = 0; r < BEAM_POINTS; r++) {
                add(sum[r], one[r]);
            }
        });
        double highest = Double.MIN_NORMAL;
        for (double[] row : sum) {
            highest = Math.max(highest, Arrays.stream(row).max().orElseThrow());
        }
        for (double[] row : sum) {
            for (int c = 0; c < row.length; c++) {
                row[c] = decibels(row[c] / highest);
            }
        }
        return new HeatMap(
                        "Angular spectrum: beams of an array of %d x %d"
                                .formatted(grid.rows(), grid.columns()),
                        new HeatMap.Axis("across columns, cycles an element", -0.5, 0.5),
                        new HeatMap.Axis("across rows, cycles an element", -0.5, 0.5),
                        "dB",
                        sum,
                        -BEAM_RANGE_DECIBELS,
                        0)
                .image();
    }

    private BufferedImage coherence(CsiStatistics s) {
        Double step = grid.stepSeconds();
        List<Double> x = new ArrayList<>();
        for (int lag = 0; lag < s.timeCorrelation().size(); lag++) {
            x.add(step == null ? lag : 1e3 * step * lag);
        }
        return new LineChart(
                        "Correlation over time",
                        step == null ? "steps" : "lag, ms",
                        "magnitude",
                        false,
                        false,
                        List.of(new LineChart.Series("mean of tracks", x, s.timeCorrelation())),
                        0.5)
                .image();
    }

    /// A few tracks, evenly chosen, each of power 1.
    private List<float[]> drawn() {
        int count = Math.min(Math.min(DRAWN_TRACKS, most), csi.tracks());
        List<float[]> tracks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] h = csi.track(CsiStatistics.index(i, count, csi.tracks())).clone();
            double scale = 1 / Math.sqrt(Math.max(Noise.power(h), Double.MIN_NORMAL));
            for (int j = 0; j < h.length; j++) {
                h[j] = (float) (scale * h[j]);
            }
            tracks.add(h);
        }
        return tracks;
    }

    private static void add(double[] sum, double[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    private static double decibels(double power) {
        return 10 * Math.log10(Math.max(power, 1e-30));
    }
}
