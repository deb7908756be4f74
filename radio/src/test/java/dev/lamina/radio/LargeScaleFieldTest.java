package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargeScaleFieldTest {
    private static final int REALISATIONS = 600;
    private static final int PLACES = 50;
    private static final int LEAST_PAIRS = 8_000;

    /// Distributions, correlations at one place and over distance, in one pass: each realisation is
    /// asked at places far apart, and beside each at a distance of 0.3, 1 and 2 D of a parameter.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, LINE_OF_SIGHT",
        "URBAN_MICRO, NO_LINE_OF_SIGHT",
        "URBAN_MICRO, INDOOR",
    })
    void followsTheTable(Scenario scenario, LinkState state) {
        ScenarioTable table = ScenarioTable.of(scenario, state, 3.5e9, true);
        LargeScaleFields fields = new LargeScaleFields(table);
        List<LargeScaleParameter> varying = fields.varying();
        double[] parts = {0.3, 1, 2};
        double[][] here = new double[LargeScaleParameter.COUNT][REALISATIONS * PLACES];
        double[][] there = new double[LargeScaleParameter.COUNT][REALISATIONS * PLACES];
        double[] distances = new double[REALISATIONS * PLACES];
        for (int r = 0; r < REALISATIONS; r++) {
            LargeScaleField field = fields.of(5, r);
            for (int p = 0; p < PLACES; p++) {
                int i = r * PLACES + p;
                int row = p / 8;
                double x = 700 * (p % 8) - 2_000;
                double y = 900 * row - 1_000;
                // in turn each parameter is compared at distances of its own
                LargeScaleParameter turn = varying.get(p % varying.size());
                distances[i] = parts[r % parts.length] * table.correlationMetres(turn);
                double[] normals = field.normals(x, y);
                double[] beside =
                        field.normals(
                                x + distances[i] * Math.cos(r), y + distances[i] * Math.sin(r));
                for (LargeScaleParameter parameter : varying) {
                    here[parameter.index][i] = normals[parameter.index];
                    there[parameter.index][i] = beside[parameter.index];
                }
            }
        }
        for (LargeScaleParameter one : varying) {
            double[] all = Arrays.copyOf(here[one.index], 2 * REALISATIONS * PLACES);
            System.arraycopy(
                    there[one.index], 0, all, REALISATIONS * PLACES, REALISATIONS * PLACES);
            assertThat(
                            Statistics.kolmogorovSmirnov(
                                    all, Double.POSITIVE_INFINITY, Normal::distribution))
                    .as("Kolmogorov-Smirnov distance of %s", one)
                    .isLessThan(0.01);
            for (LargeScaleParameter other : varying) {
                assertThat(Statistics.correlation(here[one.index], here[other.index]))
                        .as("correlation of %s and %s", one, other)
                        .isCloseTo(table.crossCorrelation(one, other), Offset.offset(0.03));
            }
            spatial(
                    one,
                    here[one.index],
                    there[one.index],
                    distances,
                    table.correlationMetres(one));
        }
    }

    /// Over bins of nearly equal wanted correlation.
    private static void spatial(
            LargeScaleParameter parameter,
            double[] here,
            double[] there,
            double[] distances,
            double correlationMetres) {
        int bins = 5;
        double[] product = new double[bins];
        double[] square = new double[bins];
        double[] wanted = new double[bins];
        int[] count = new int[bins];
        for (int i = 0; i < here.length; i++) {
            double expected = Math.exp(-distances[i] / correlationMetres);
            int bin = (int) (expected * bins);
            product[bin] += here[i] * there[i];
            square[bin] += (here[i] * here[i] + there[i] * there[i]) / 2;
            wanted[bin] += expected;
            count[bin]++;
        }
        for (int bin = 0; bin < bins; bin++) {
            if (count[bin] >= LEAST_PAIRS) {
                assertThat(product[bin] / square[bin])
                        .as("spatial correlation of %s", parameter)
                        .isCloseTo(wanted[bin] / count[bin], Offset.offset(0.03));
            }
        }
    }

    /// The tables' correlations are met, though the distances differ.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, LINE_OF_SIGHT, 0.015",
        "URBAN_MACRO, NO_LINE_OF_SIGHT, 0.001",
        "URBAN_MICRO, LINE_OF_SIGHT, 0.002",
        "URBAN_MICRO, NO_LINE_OF_SIGHT, 0.001",
        "URBAN_MICRO, INDOOR, 0.001",
    })
    void coherence(Scenario scenario, LinkState state, double tolerance) {
        ScenarioTable table = ScenarioTable.of(scenario, state, 6e9, true);
        LargeScaleFields fields = new LargeScaleFields(table);
        for (LargeScaleParameter one : fields.varying()) {
            for (LargeScaleParameter other : fields.varying()) {
                assertThat(fields.crossCorrelation(one, other))
                        .as("correlation of %s and %s", one, other)
                        .isCloseTo(table.crossCorrelation(one, other), Offset.offset(tolerance));
            }
        }
    }

    @Test
    void sameSeedSameField() {
        ScenarioTable table =
                ScenarioTable.of(Scenario.URBAN_MICRO, LinkState.LINE_OF_SIGHT, 6e9, true);
        LargeScaleFields fields = new LargeScaleFields(table);
        Place station = new Place(0, 0, 10);
        Place user = new Place(30, 40, 1.5);
        LargeScale drawn = fields.of(1, 0).at(station, user);
        assertThat(new LargeScaleFields(table).of(1, 0).at(station, user)).isEqualTo(drawn);
        assertThat(fields.of(1, 1).at(station, user)).isNotEqualTo(drawn);
        assertThat(fields.of(2, 0).at(station, user)).isNotEqualTo(drawn);
        assertThat(fields.of(1, 0).at(station, new Place(30.001, 40, 1.5)).shadowingDecibels())
                .isCloseTo(drawn.shadowingDecibels(), Offset.offset(0.5));
    }

    @Test
    void stationsAreIndependent() {
        LargeScaleFields fields =
                new LargeScaleFields(
                        ScenarioTable.of(Scenario.URBAN_MACRO, LinkState.INDOOR, 6e9, true));
        double[] one = new double[3_000];
        double[] other = new double[3_000];
        for (int i = 0; i < one.length; i++) {
            one[i] = fields.of(i, 0).normals(10, 20)[0];
            other[i] = fields.of(i, 1).normals(10, 20)[0];
        }
        assertThat(Statistics.correlation(one, other)).isCloseTo(0, Offset.offset(0.06));
    }

    /// The share of users with the state, and of pairs 50 m apart that have the same: for a
    /// Gaussian field at its median, 1/2 + asin(ρ)/π (derived).
    @Test
    void statesHaveTheirProbability() {
        int seen = 0;
        int alike = 0;
        int pairs = 0;
        for (int r = 0; r < 2_000; r++) {
            StateField field = new StateField(3, "line of sight", r);
            for (int p = 0; p < 20; p++) {
                Place place = new Place(1_000 * p, 0, 1.5);
                seen += field.at(place, 0.3) ? 1 : 0;
                Place beside = new Place(1_000 * p, 50, 1.5);
                alike += field.at(place, 0.5) == field.at(beside, 0.5) ? 1 : 0;
                pairs++;
            }
        }
        assertThat(seen / (double) pairs).isCloseTo(0.3, Offset.offset(0.01));
        assertThat(alike / (double) pairs)
                .isCloseTo(0.5 + Math.asin(Math.exp(-1)) / Math.PI, Offset.offset(0.01));
    }

    /// Values of Φ from tables.
    @ParameterizedTest
    @CsvSource({"0, 0.5", "1, 0.841344746", "-1.96, 0.024997895", "5, 0.999999713", "-40, 0"})
    void normalDistribution(double x, double probability) {
        assertThat(Normal.distribution(x)).isCloseTo(probability, Offset.offset(1e-8));
    }
}
