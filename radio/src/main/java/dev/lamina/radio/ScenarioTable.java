package dev.lamina.radio;

import static dev.lamina.radio.LargeScaleParameter.ARRIVAL_AZIMUTH;
import static dev.lamina.radio.LargeScaleParameter.ARRIVAL_ZENITH;
import static dev.lamina.radio.LargeScaleParameter.DELAY_SPREAD;
import static dev.lamina.radio.LargeScaleParameter.DEPARTURE_AZIMUTH;
import static dev.lamina.radio.LargeScaleParameter.DEPARTURE_ZENITH;
import static dev.lamina.radio.LargeScaleParameter.RICIAN;
import static dev.lamina.radio.LargeScaleParameter.SHADOWING;

/// The column of TR 38.901, tables 7.5-6 (large-scale and cluster parameters), 7.5-7 and 7.5-8
/// (zenith of departure) for one scenario, link state and carrier.
///
/// The tables' notes 6 and 7: parameters that depend on the carrier take at least 6 GHz in UMa and
/// 2 GHz in UMi. That is the clip; QuaDRiGa does not do it. Heights and distances are in metres.
public final class ScenarioTable {
    private static final double MOST_AZIMUTH_DEGREES = 104;
    private static final double MOST_ZENITH_DEGREES = 52;

    private final boolean macro;
    private final LinkState state;

    /// Whether zeniths of departure are those of line of sight.
    private final boolean zenithSeen;

    /// In table 7.5-6: UMa LOS, UMa NLOS, UMi LOS, UMi NLOS, O2I.
    private final int column;

    /// lg f and lg (1 + f), f in GHz.
    private final double lgF;

    private final double lgF1;

    private final double[][] correlations;
    private final double[][] lower;

    private ScenarioTable(boolean macro, LinkState state, boolean zenithSeen, double gigahertz) {
        this.macro = macro;
        this.zenithSeen = zenithSeen;
        this.state = state;
        column =
                switch (state) {
                    case LINE_OF_SIGHT -> macro ? 0 : 2;
                    case NO_LINE_OF_SIGHT -> macro ? 1 : 3;
                    case INDOOR -> 4;
                };
        lgF = Math.log10(gigahertz);
        lgF1 = Math.log10(1 + gigahertz);
        correlations = Correlations.of(column);
        lower = Correlations.cholesky(correlations);
    }

    /// The column for a carrier.
    ///
    /// @param clip as 3GPP does; without, as QuaDRiGa does
    public static ScenarioTable of(
            Scenario scenario, LinkState state, double carrierHertz, boolean clip) {
        Ranges.carrier(carrierHertz);
        double least =
                switch (scenario) {
                    case URBAN_MACRO -> 6;
                    case URBAN_MICRO -> 2;
                };
        double gigahertz = carrierHertz / 1e9;
        return new ScenarioTable(
                scenario == Scenario.URBAN_MACRO,
                state,
                state == LinkState.LINE_OF_SIGHT,
                clip ? Math.max(gigahertz, least) : gigahertz);
    }

    /// The same column for users indoors whose building the station sees: zeniths of departure are
    /// then those of line of sight. So does Sionna 2, and 3GPP's calibration curves speak for it;
    /// without, they are those of no line of sight.
    public ScenarioTable buildingSeen() {
        if (state != LinkState.INDOOR) {
            throw new IllegalStateException("a building, but the user is " + state);
        }
        return new ScenarioTable(macro, state, true, Math.pow(10, lgF));
    }

    LinkState state() {
        return state;
    }

    /// Mean of a parameter on its scale; only the departure zenith's depends on the place.
    ///
    /// @param groundMetres d_2D
    /// @param stationMetres h_BS
    /// @param userMetres h_UT
    public double mean(
            LargeScaleParameter parameter,
            double groundMetres,
            double stationMetres,
            double userMetres) {
        return switch (parameter) {
            case DELAY_SPREAD ->
                    pick(
                            -6.955 - 0.0963 * lgF,
                            -6.28 - 0.204 * lgF,
                            -7.14 - 0.24 * lgF1,
                            -6.83 - 0.24 * lgF1,
                            -6.62);
            case DEPARTURE_AZIMUTH ->
                    pick(
                            1.06 + 0.1114 * lgF,
                            1.5 - 0.1144 * lgF,
                            1.21 - 0.05 * lgF1,
                            1.53 - 0.23 * lgF1,
                            1.25);
            case ARRIVAL_AZIMUTH ->
                    pick(1.81, 2.08 - 0.27 * lgF, 1.73 - 0.08 * lgF1, 1.81 - 0.08 * lgF1, 1.76);
            case SHADOWING -> 0;
            case RICIAN -> pick(9, 0, 9, 0, 0);
            case ARRIVAL_ZENITH ->
                    pick(0.95, 1.512 - 0.3236 * lgF, 0.73 - 0.1 * lgF1, 0.92 - 0.04 * lgF1, 1.01);
            case DEPARTURE_ZENITH -> departureZenith(groundMetres, stationMetres, userMetres);
        };
    }

    /// Standard deviation of a parameter on its scale.
    public double deviation(LargeScaleParameter parameter) {
        return switch (parameter) {
            case DELAY_SPREAD -> pick(0.66, 0.39, 0.38, 0.28 + 0.16 * lgF1, 0.32);
            case DEPARTURE_AZIMUTH -> pick(0.28, 0.28, 0.41, 0.33 + 0.11 * lgF1, 0.42);
            case ARRIVAL_AZIMUTH -> pick(0.20, 0.11, 0.28 + 0.014 * lgF1, 0.30 + 0.05 * lgF1, 0.16);
            case SHADOWING -> pick(4, 6, 4, 7.82, 7);
            case RICIAN -> pick(3.5, 0, 5, 0, 0);
            case ARRIVAL_ZENITH -> pick(0.16, 0.16, 0.34 - 0.04 * lgF1, 0.41 - 0.07 * lgF1, 0.43);
            case DEPARTURE_ZENITH -> macro ? zenithSeen ? 0.40 : 0.49 : 0.35;
        };
    }

    /// Distance in metres over which a parameter's correlation falls to 1/e. K, which exists in
    /// line of sight only, has 1 m elsewhere.
    public double correlationMetres(LargeScaleParameter parameter) {
        return switch (parameter) {
            case DELAY_SPREAD -> pick(30, 40, 7, 10, 10);
            case DEPARTURE_AZIMUTH -> pick(18, 50, 8, 10, 11);
            case ARRIVAL_AZIMUTH -> pick(15, 50, 8, 9, 17);
            case SHADOWING -> pick(37, 50, 10, 13, 7);
            case RICIAN -> pick(12, 1, 15, 1, 1);
            case ARRIVAL_ZENITH, DEPARTURE_ZENITH -> pick(15, 50, 12, 10, 25);
        };
    }

    /// Distance in metres over which the draws of clusters and rays stay alike (table 7.6.3.1-2).
    public double clusterCorrelationMetres() {
        return pick(40, 50, 12, 15, 15);
    }

    /// Correlation of two parameters at one place.
    public double crossCorrelation(LargeScaleParameter one, LargeScaleParameter other) {
        return correlations[one.index][other.index];
    }

    /// How the clusters of a link are drawn. Arguments are those of [#mean].
    public ClusterStatistics clusters(
            double groundMetres, double stationMetres, double userMetres) {
        // the clip applies to c_DS too: as in Sionna, not checked in the TR's own text
        double macroSpread = Math.max(0.25, 6.5622 - 3.4084 * lgF);
        return new ClusterStatistics(
                (int) pick(12, 20, 12, 19, 12),
                20,
                pick(2.5, 2.3, 3, 2.1, 2.2),
                pick(3, 3, 3, 3, 4),
                1e-9 * pick(macroSpread, macroSpread, 5, 11, 11),
                pick(5, 2, 3, 10, 5),
                pick(11, 15, 17, 22, 8),
                0.375 * Math.pow(10, departureZenith(groundMetres, stationMetres, userMetres)),
                pick(7, 7, 7, 7, 3),
                departureZenithOffset(groundMetres, userMetres),
                pick(8, 7, 9, 8, 9),
                pick(4, 3, 3, 3, 5));
    }

    /// A link's parameters from seven independent standard normal numbers, in the order of
    /// [LargeScaleParameter]. The other arguments are those of [#mean].
    public LargeScale draw(
            double[] normals, double groundMetres, double stationMetres, double userMetres) {
        return largeScale(correlated(normals), groundMetres, stationMetres, userMetres);
    }

    /// Gives independent standard normal numbers the table's cross-correlations.
    double[] correlated(double[] normals) {
        return Correlations.times(lower, normals);
    }

    /// A link's parameters from standard normal numbers that are correlated already.
    LargeScale largeScale(
            double[] correlated, double groundMetres, double stationMetres, double userMetres) {
        return largeScale(correlated, groundMetres, stationMetres, userMetres, true);
    }

    /// @param capped whether angle spreads are, as the TR says
    LargeScale largeScale(
            double[] correlated,
            double groundMetres,
            double stationMetres,
            double userMetres,
            boolean capped) {
        double azimuth = capped ? MOST_AZIMUTH_DEGREES : Double.MAX_VALUE;
        double zenith = capped ? MOST_ZENITH_DEGREES : Double.MAX_VALUE;
        double[] value = new double[LargeScaleParameter.COUNT];
        for (LargeScaleParameter parameter : LargeScaleParameter.values()) {
            int i = parameter.index;
            value[i] =
                    mean(parameter, groundMetres, stationMetres, userMetres)
                            + deviation(parameter) * correlated[i];
        }
        return new LargeScale(
                Math.pow(10, value[DELAY_SPREAD.index]),
                angle(value[DEPARTURE_AZIMUTH.index], azimuth),
                angle(value[ARRIVAL_AZIMUTH.index], azimuth),
                angle(value[DEPARTURE_ZENITH.index], zenith),
                angle(value[ARRIVAL_ZENITH.index], zenith),
                value[SHADOWING.index],
                value[RICIAN.index]);
    }

    private static double angle(double lgDegrees, double most) {
        return Math.min(most, Math.pow(10, lgDegrees));
    }

    /// μ_lgZSD (tables 7.5-7 and 7.5-8). Indoors, codes differ: see [#buildingSeen()]; QuaDRiGa
    /// always has that of no line of sight in UMa, and of line of sight in UMi.
    private double departureZenith(double groundMetres, double stationMetres, double userMetres) {
        double kilometres = groundMetres / 1_000;
        if (macro) {
            double start = zenithSeen ? 0.75 : 0.9;
            return Math.max(-0.5, -2.1 * kilometres - 0.01 * Math.abs(userMetres - 1.5) + start);
        }
        double above = userMetres - stationMetres;
        return zenithSeen
                ? Math.max(-0.21, -14.8 * kilometres + 0.01 * Math.abs(above) + 0.83)
                : Math.max(-0.5, -3.1 * kilometres + 0.01 * Math.max(above, 0) + 0.2);
    }

    /// μ_offset,ZOD in degrees (tables 7.5-7 and 7.5-8).
    private double departureZenithOffset(double groundMetres, double userMetres) {
        if (zenithSeen) {
            return 0;
        }
        if (macro) {
            double a = 0.208 * lgF - 0.782;
            double c = -0.13 * lgF + 2.03;
            double e = 7.66 * lgF - 5.96;
            double lgDistance = Math.log10(Math.max(25, groundMetres));
            return e - Math.pow(10, a * lgDistance + c - 0.07 * (userMetres - 1.5));
        }
        return -Math.pow(10, -1.5 * Math.log10(Math.max(10, groundMetres)) + 3.3);
    }

    private double pick(
            double macroLos, double macroNlos, double microLos, double microNlos, double indoor) {
        return switch (column) {
            case 0 -> macroLos;
            case 1 -> macroNlos;
            case 2 -> microLos;
            case 3 -> microNlos;
            default -> indoor;
        };
    }
}
