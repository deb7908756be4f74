package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// Path loss, line of sight and large-scale parameters against formulas and tables.
///
/// @param quick fewer draws
record LargeScaleCheck(boolean quick, long seed) {
    private static final String PATH_LOSS = "path loss";
    private static final double GROUND_METRES = 100;
    private static final double STATION_METRES = 10;
    private static final double USER_METRES = 1.5;

    /// Computed apart from the code: scenario, carrier, line of sight, d_2D, h_UT, dB.
    private static final String PATH_LOSSES =
            """
            URBAN_MACRO 7e+08 true 10 1.5 55.8605
            URBAN_MACRO 2.4e+09 true 1000 1.5 109.0711
            URBAN_MACRO 6e+09 true 5000 22.5 124.9404
            URBAN_MACRO 6e+09 true 3000 10 120.0598
            URBAN_MACRO 3.5e+09 false 100 1.5 103.0375
            URBAN_MACRO 2.8e+10 false 800 13.5 148.7377
            URBAN_MACRO 1e+11 false 5000 22.5 185.4957
            URBAN_MACRO 6e+09 false 10 22.5 65.8526
            URBAN_MICRO 7e+08 true 10 1.5 52.7816
            URBAN_MICRO 2.4e+09 true 1000 1.5 118.9759
            URBAN_MICRO 6e+09 true 5000 22.5 125.6414
            URBAN_MICRO 6e+09 true 3000 10 120.9826
            URBAN_MICRO 3.5e+09 false 100 1.5 104.6438
            URBAN_MICRO 2.8e+10 false 800 13.5 152.1037
            URBAN_MICRO 1e+11 false 5000 22.5 189.2737
            URBAN_MICRO 6e+09 false 10 22.5 75.1875
            """;

    void run(List<GeneratorCheck.Row> rows) {
        rows.add(pathLosses());
        for (Scenario scenario : Scenario.values()) {
            rows.add(carried(scenario));
            // tables by hand: 18/d + exp(-d/63 or 36) (1 - 18/d)
            double decay = scenario == Scenario.URBAN_MACRO ? 63 : 36;
            for (double metres : new double[] {30, 80, 200}) {
                double wanted = 18 / metres + Math.exp(-metres / decay) * (1 - 18 / metres);
                rows.add(sight(scenario, metres, wanted));
            }
        }
        for (Scenario scenario : Scenario.values()) {
            for (LinkState state : LinkState.values()) {
                parameters(scenario, state, rows);
            }
            fields(scenario, rows);
        }
    }

    private static GeneratorCheck.Row pathLosses() {
        double worst = 0;
        for (String line : PATH_LOSSES.strip().split("\n", -1)) {
            String[] cells = line.strip().split(" ", -1);
            PathLosses losses =
                    PathLosses.of(Scenario.valueOf(cells[0]), Double.parseDouble(cells[1]));
            double found =
                    losses.decibels(
                            Boolean.parseBoolean(cells[2]),
                            Double.parseDouble(cells[3]),
                            Double.parseDouble(cells[4]));
            worst = Math.max(worst, Math.abs(found - Double.parseDouble(cells[5])));
        }
        return new GeneratorCheck.Row(
                PATH_LOSS, "largest error over 16 places, dB", worst, 0, 0.01);
    }

    /// What a cell's channels carry is the path loss of their place.
    private GeneratorCheck.Row carried(Scenario scenario) {
        Environment cell =
                CheckSpecs.cell(
                        scenario, LinkState.LINE_OF_SIGHT, new UserPlaces.Annulus(50, 200), false);
        Csi csi = new ChannelGenerator(CheckSpecs.omni(cell, 1, 200, seed));
        double[] gains = Objects.requireNonNull(csi.labels().get("path_gain_db"));
        double[] ground = Objects.requireNonNull(csi.labels().get("distance_m"));
        double lgF = Math.log10(CheckSpecs.CARRIER_HERTZ / 1e9);
        double worst = 0;
        for (int i = 0; i < gains.length; i++) {
            double lgD = Math.log10(Math.hypot(ground[i], 25 - USER_METRES));
            double wanted =
                    scenario == Scenario.URBAN_MACRO
                            ? 28 + 22 * lgD + 20 * lgF
                            : 32.4 + 21 * lgD + 20 * lgF;
            worst = Math.max(worst, Math.abs(gains[i] + wanted));
        }
        return new GeneratorCheck.Row(
                PATH_LOSS,
                name(scenario) + " in sight, largest error of 200 tracks, dB",
                worst,
                0,
                0.01);
    }

    private GeneratorCheck.Row sight(Scenario scenario, double metres, double wanted) {
        int tracks = quick ? 2_000 : 20_000;
        Environment cell =
                CheckSpecs.cell(scenario, null, new UserPlaces.Annulus(metres, metres), true);
        Csi csi = new ChannelGenerator(CheckSpecs.omni(cell, 1, tracks, seed));
        double seen =
                Arrays.stream(Objects.requireNonNull(csi.labels().get("line_of_sight")))
                        .average()
                        .orElseThrow();
        return new GeneratorCheck.Row(
                "line of sight",
                "%s, share at %.0f m".formatted(name(scenario), metres),
                seen,
                wanted,
                4 * Math.sqrt(wanted * (1 - wanted) / tracks));
    }

    /// Each parameter against its normal distribution, below the caps; each pair's correlation.
    private void parameters(Scenario scenario, LinkState state, List<GeneratorCheck.Row> rows) {
        ScenarioTable table = ScenarioTable.of(scenario, state, 3.5e9, true);
        double[][] drawn = draws(table, quick ? 20_000 : 200_000, seed);
        double distance = 0;
        double off = 0;
        for (LargeScaleParameter one : LargeScaleParameter.values()) {
            if (table.deviation(one) == 0) {
                continue;
            }
            double limit = limit(table, one);
            distance =
                    Math.max(
                            distance,
                            Statistics.kolmogorovSmirnov(
                                    drawn[one.index], limit, Normal::distribution));
            for (LargeScaleParameter other : LargeScaleParameter.values()) {
                // a cap changes a correlation
                if (limit > 6 && limit(table, other) > 6 && table.deviation(other) > 0) {
                    double found = Statistics.correlation(drawn[one.index], drawn[other.index]);
                    off = Math.max(off, Math.abs(found - table.crossCorrelation(one, other)));
                }
            }
        }
        String where =
                name(scenario) + " " + state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        rows.add(
                new GeneratorCheck.Row(
                        "large scale",
                        where + ", largest Kolmogorov-Smirnov distance",
                        distance,
                        0,
                        quick ? 0.02 : 0.01));
        rows.add(
                new GeneratorCheck.Row(
                        "large scale",
                        where + ", largest error of a correlation",
                        off,
                        0,
                        quick ? 0.03 : 0.01));
    }

    /// Correlation of the fields at the tables' distances, where it is to be 1/e, out of sight.
    private void fields(Scenario scenario, List<GeneratorCheck.Row> rows) {
        ScenarioTable table = ScenarioTable.of(scenario, LinkState.NO_LINE_OF_SIGHT, 3.5e9, true);
        LargeScaleFields fields = new LargeScaleFields(table);
        int realisations = quick ? 200 : 800;
        int places = 40;
        double worst = 0;
        for (LargeScaleParameter parameter : fields.varying()) {
            double metres = table.correlationMetres(parameter);
            double[] here = new double[realisations * places];
            double[] there = new double[realisations * places];
            for (int r = 0; r < realisations; r++) {
                LargeScaleField field = fields.of(seed, r);
                for (int p = 0; p < places; p++) {
                    double x = 700 * (p % 8) - 2_000;
                    double y = 900 * (p / 8.0) - 1_000;
                    int i = r * places + p;
                    here[i] = field.normals(x, y)[parameter.index];
                    there[i] =
                            field.normals(x + metres * Math.cos(r), y + metres * Math.sin(r))[
                                    parameter.index];
                }
            }
            worst = Math.max(worst, Math.abs(Statistics.correlation(here, there) - Math.exp(-1)));
        }
        rows.add(
                new GeneratorCheck.Row(
                        "large scale",
                        name(scenario) + ", largest error of a correlation over distance",
                        worst,
                        0,
                        quick ? 0.06 : 0.03));
    }

    /// Standard scores of many draws, by parameter.
    static double[][] draws(ScenarioTable table, int count, long seed) {
        RandomGenerator random = Seeds.stream(seed, "draws");
        double[][] scores = new double[LargeScaleParameter.COUNT][count];
        double[] normals = new double[LargeScaleParameter.COUNT];
        for (int i = 0; i < scores[0].length; i++) {
            for (int j = 0; j < normals.length; j++) {
                normals[j] = random.nextGaussian();
            }
            LargeScale drawn = table.draw(normals, GROUND_METRES, STATION_METRES, USER_METRES);
            for (LargeScaleParameter parameter : LargeScaleParameter.values()) {
                scores[parameter.index][i] = score(table, parameter, parameter.of(drawn));
            }
        }
        return scores;
    }

    /// The standard score at which a parameter is capped; infinite where it is not.
    static double limit(ScenarioTable table, LargeScaleParameter parameter) {
        return switch (parameter) {
            case DEPARTURE_AZIMUTH, ARRIVAL_AZIMUTH ->
                    score(table, parameter, Math.log10(104)) - 1e-9;
            case DEPARTURE_ZENITH, ARRIVAL_ZENITH -> score(table, parameter, Math.log10(52)) - 1e-9;
            case DELAY_SPREAD, SHADOWING, RICIAN -> Double.POSITIVE_INFINITY;
        };
    }

    private static double score(ScenarioTable table, LargeScaleParameter parameter, double value) {
        double deviation = table.deviation(parameter);
        double mean = table.mean(parameter, GROUND_METRES, STATION_METRES, USER_METRES);
        return deviation == 0 ? 0 : (value - mean) / deviation;
    }

    private static String name(Scenario scenario) {
        return scenario == Scenario.URBAN_MACRO ? "UMa" : "UMi";
    }
}
