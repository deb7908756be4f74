package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathLossesTest {
    private static final Offset<Double> HUNDREDTH = Offset.offset(0.01);

    /// Computed apart from the table's formulas, in another language.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, 7e+08, true, 10, 1.5, 55.8605",
        "URBAN_MACRO, 2.4e+09, true, 1000, 1.5, 109.0711",
        "URBAN_MACRO, 6e+09, true, 5000, 22.5, 124.9404",
        "URBAN_MACRO, 6e+09, true, 3000, 10, 120.0598",
        "URBAN_MACRO, 3.5e+09, false, 100, 1.5, 103.0375",
        "URBAN_MACRO, 2.8e+10, false, 800, 13.5, 148.7377",
        "URBAN_MACRO, 1e+11, false, 5000, 22.5, 185.4957",
        "URBAN_MACRO, 6e+09, false, 10, 22.5, 65.8526",
        "URBAN_MICRO, 7e+08, true, 10, 1.5, 52.7816",
        "URBAN_MICRO, 2.4e+09, true, 1000, 1.5, 118.9759",
        "URBAN_MICRO, 6e+09, true, 5000, 22.5, 125.6414",
        "URBAN_MICRO, 6e+09, true, 3000, 10, 120.9826",
        "URBAN_MICRO, 3.5e+09, false, 100, 1.5, 104.6438",
        "URBAN_MICRO, 2.8e+10, false, 800, 13.5, 152.1037",
        "URBAN_MICRO, 1e+11, false, 5000, 22.5, 189.2737",
        "URBAN_MICRO, 6e+09, false, 10, 22.5, 75.1875",
    })
    void pathLoss(
            Scenario scenario,
            double carrier,
            boolean seen,
            double ground,
            double user,
            double decibels) {
        assertThat(PathLosses.of(scenario, carrier).decibels(seen, ground, user))
                .isCloseTo(decibels, HUNDREDTH);
    }

    /// Also computed apart.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, 5, 22.5, 1.000000",
        "URBAN_MACRO, 50, 1.5, 0.649402",
        "URBAN_MACRO, 200, 13, 0.128048",
        "URBAN_MACRO, 200, 22.5, 0.440582",
        "URBAN_MACRO, 450, 17, 0.099235",
        "URBAN_MACRO, 5000, 22.5, 0.003600",
        "URBAN_MICRO, 18, 1.5, 1.000000",
        "URBAN_MICRO, 19, 1.5, 0.978417",
        "URBAN_MICRO, 100, 22.5, 0.230985",
        "URBAN_MICRO, 1000, 1.5, 0.018000",
    })
    void lineOfSight(Scenario scenario, double ground, double user, double probability) {
        assertThat(PathLosses.lineOfSightProbability(scenario, ground, user))
                .isCloseTo(probability, Offset.offset(1e-4));
    }

    /// The environment's height moves the breakpoint only.
    @Test
    void environmentMovesTheBreakpoint() {
        PathLosses losses = PathLosses.of(Scenario.URBAN_MACRO, 3.5e9);
        assertThat(losses.decibels(true, 300, 19.5, 18))
                .isEqualTo(losses.decibels(true, 300, 19.5));
        assertThat(losses.decibels(true, 2_000, 19.5, 18))
                .isGreaterThan(losses.decibels(true, 2_000, 19.5) + 5);
        assertThatThrownBy(() -> losses.decibels(true, 300, 10, 12))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("height of the environment in metres is 12.0");
    }

    /// 1 m in 1/(1+C) of the draws, otherwise one of 12, 15 and 18 m alike.
    @Test
    void environmentIsDrawn() {
        PathLosses losses = PathLosses.of(Scenario.URBAN_MACRO, 6e9);
        RandomGenerator random = Seeds.stream(1, "environment");
        Map<Double, Integer> count = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            count.merge(losses.environmentMetres(300, 19.5, random.nextDouble()), 1, Integer::sum);
        }
        assertThat(count).containsOnlyKeys(1.0, 12.0, 15.0, 18.0);
        double c = Math.pow(0.65, 1.5) * 1.25 * 27 * Math.exp(-2);
        assertThat(share(count, 1)).isCloseTo(1 / (1 + c), HUNDREDTH);
        assertThat(share(count, 18)).isCloseTo(c / (1 + c) / 3, HUNDREDTH);
        assertThat(losses.environmentMetres(300, 12.9, 0.999)).isEqualTo(1);
        assertThat(losses.environmentMetres(300, 13.2, 0.9999999)).isEqualTo(12);
        assertThat(PathLosses.of(Scenario.URBAN_MICRO, 6e9).environmentMetres(300, 22.5, 0.99))
                .isEqualTo(1);
    }

    private static double share(Map<Double, Integer> count, double metres) {
        return count.getOrDefault(metres, 0) / 1e5;
    }

    /// Table 7.4.1-1, without its maximum: 32.4 + 20 lg 6 + 30 lg 500 (31.9 lg 500).
    @Test
    void optionalFormula() {
        PathLosses macro = new PathLosses(Scenario.URBAN_MACRO, 6e9, 25);
        double ground = Math.sqrt(500.0 * 500 - 23.5 * 23.5);
        assertThat(macro.optionalDecibels(ground, 1.5)).isCloseTo(128.9321, HUNDREDTH);
        PathLosses micro = new PathLosses(Scenario.URBAN_MICRO, 6e9, 10);
        double near = Math.sqrt(500.0 * 500 - 8.5 * 8.5);
        assertThat(micro.optionalDecibels(near, 1.5)).isCloseTo(134.0601, HUNDREDTH);
        assertThat(PathLosses.optionalShadowingDecibels(Scenario.URBAN_MICRO))
                .isGreaterThan(PathLosses.shadowingDecibels(Scenario.URBAN_MICRO, false));
    }

    @ParameterizedTest
    @CsvSource({
        "LOW, 5e+08, 0, 9.8859",
        "LOW, 6e+09, 10, 18.4022",
        "LOW, 2.8e+10, 25, 30.3288",
        "LOW, 7e+10, 3, 27.7288",
        "HIGH, 5e+08, 0, 16.9896",
        "HIGH, 6e+09, 10, 35.6935",
        "HIGH, 2.8e+10, 25, 50.4490",
        "HIGH, 7e+10, 3, 52.0490",
    })
    void penetration(Penetration building, double carrier, double metres, double decibels) {
        assertThat(building.decibels(carrier, metres)).isCloseTo(decibels, HUNDREDTH);
    }

    @Test
    void outOfRange() {
        assertThatThrownBy(() -> PathLosses.of(Scenario.URBAN_MACRO, 0.4e9))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("carrier of 4.0E8 Hz")
                .hasMessageContaining("Maybe");
        PathLosses losses = PathLosses.of(Scenario.URBAN_MICRO, 6e9);
        assertThatThrownBy(() -> losses.decibels(true, 9, 1.5))
                .hasMessageContaining("distance on the ground in metres is 9.0");
        assertThatThrownBy(() -> losses.decibels(true, 5_001, 1.5))
                .hasMessageContaining("take a number from 10.0 to 5000.0");
        assertThatThrownBy(() -> losses.decibels(true, 100, 1))
                .hasMessageContaining("height of the user in metres is 1.0");
        assertThatThrownBy(() ->
                        PathLosses.lineOfSightProbability(Scenario.URBAN_MACRO, 100, Double.NaN))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new PathLosses(Scenario.URBAN_MICRO, 6e9, 0))
                .hasMessageContaining("height of the base station");
        assertThatThrownBy(() -> Penetration.LOW.decibels(6e9, -1))
                .hasMessageContaining("distance indoors");
    }
}
