package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The comparison with 3GPP's curves needs their table, which is not part of the project: where it
/// is not found, it is left out. `-Dlamina.calibration` names another file than
/// `../shared/reference/3gpp-38901-calibration.csv` beside the project.
class CalibrationTest {
    private static final Calibration SMALL =
            new Calibration(Scenario.URBAN_MICRO, 6e9, 2, 20, true, 3);

    @Test
    void sites() {
        List<Place> sites = CalibrationDrop.sites(500, 25);
        List<Double> distances = new ArrayList<>();
        for (Place site : sites) {
            distances.add(site.groundMetres(new Place(0, 0, 25)));
        }
        Collections.sort(distances);
        assertThat(distances).hasSize(19);
        assertThat(distances.get(0)).isZero();
        assertThat(distances.get(6)).isCloseTo(500, Offset.offset(1e-9));
        assertThat(distances.get(12)).isCloseTo(500 * Math.sqrt(3), Offset.offset(1e-9));
        assertThat(distances.get(18)).isCloseTo(1_000, Offset.offset(1e-9));
        // a neighbour lies in the main direction of the first sector
        assertThat(sites)
                .anyMatch(site ->
                        Math.abs(site.x() - 500 * Math.cos(Math.PI / 6)) < 1e-9
                                && Math.abs(site.y() - 250) < 1e-9);
    }

    /// Ten elements of 8 dBi give 18 dBi in the main direction but for the element's own pattern 12
    /// degrees below the horizon, 0.41 dB; behind, 30 dB less than the element's peak.
    @Test
    void sectorAntenna() {
        SectorAntenna antenna = new SectorAntenna(30, 10, 102);
        Place station = new Place(0, 0, 100);
        double down = Math.tan(Math.toRadians(12));
        Place front = new Place(100 * Math.cos(Math.PI / 6), 50, 100 - 100 * down);
        assertThat(antenna.decibels(station, front)).isCloseTo(17.591, Offset.offset(0.001));
        Place back = new Place(-front.x(), -front.y(), front.z());
        assertThat(antenna.decibels(station, back)).isCloseTo(-12, Offset.offset(0.001));
    }

    @Test
    void percentiles() {
        double[] samples = new double[101];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = 100 - i;
        }
        Percentiles percentiles = Percentiles.of(samples);
        assertThat(percentiles.values()).hasSize(19);
        assertThat(percentiles.at(5)).isCloseTo(5, Offset.offset(1e-9));
        assertThat(percentiles.median()).isEqualTo(50);
        assertThat(percentiles.at(95)).isCloseTo(95, Offset.offset(1e-9));
    }

    @Test
    void sameSeedSameResult() {
        CalibrationResult result = SMALL.run(SpreadModel.DRAWN);
        assertThat(SMALL.run(SpreadModel.DRAWN)).isEqualTo(result);
        assertThat(
                        new Calibration(Scenario.URBAN_MICRO, 6e9, 2, 20, true, 4)
                                .run(SpreadModel.DRAWN))
                .isNotEqualTo(result);
    }

    /// A model of the spreads can be put in, and sees what it needs.
    @Test
    void otherSpreads() {
        CalibrationResult result =
                SMALL.run((link, random) -> {
                    boolean high = link.user().z() > 1.5;
                    assertThat(!high || link.state() == LinkState.INDOOR).isTrue();
                    assertThat(link.station().groundMetres(link.user())).isLessThan(500);
                    return new Spreads(
                            1e-9 * link.clusters().clusters(), 1, 2, 3, random.nextDouble());
                });
        assertThat(result.delayNanoseconds().values()).allMatch(value -> value >= 12);
        assertThat(result.arrivalAzimuthDegrees().median()).isEqualTo(2);
        assertThat(result.arrivalZenithDegrees().median()).isBetween(0.1, 0.9);
        assertThat(result.couplingGainDecibels())
                .isEqualTo(SMALL.run(SpreadModel.DRAWN).couplingGainDecibels());
    }

    @Test
    void noUsers() {
        assertThatThrownBy(() -> new Calibration(Scenario.URBAN_MICRO, 6e9, 0, 5, true, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("0 drops of 5 users");
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void against3gpp(Scenario scenario) throws IOException {
        Map<String, Percentiles> wanted = read(scenario);
        Calibration calibration = new Calibration(scenario, 6e9, 40, 100, true, 1);
        CalibrationResult found = calibration.run(SpreadModel.DRAWN);
        java.util.stream.Stream.of("CAL")
                .forEach(x -> {
                    show(
                            scenario,
                            "coupling",
                            found.couplingGainDecibels(),
                            wanted.get("large_scale_coupling_loss_db"));
                    show(
                            scenario,
                            "geometry",
                            found.geometryDecibels(),
                            wanted.get("large_scale_geometry_sir_db"));
                    show(scenario, "DS", found.delayNanoseconds(), wanted.get("delay_spread_ns"));
                    show(scenario, "ASD", found.departureAzimuthDegrees(), wanted.get("asd_deg"));
                    show(scenario, "ASA", found.arrivalAzimuthDegrees(), wanted.get("asa_deg"));
                    show(scenario, "ZSD", found.departureZenithDegrees(), wanted.get("zsd_deg"));
                    show(scenario, "ZSA", found.arrivalZenithDegrees(), wanted.get("zsa_deg"));
                });
        assertThat(found.delayNanoseconds().median())
                .isCloseTo(wanted.get("delay_spread_ns").median(), Percentage.withPercentage(10));
    }

    static void show(Scenario s, String n, Percentiles a, Percentiles b) {
        System.err.printf("CAL %s %s", s, n);
        for (int p : new int[] {5, 15, 25, 35, 50, 65, 75, 85, 95})
            System.err.printf(" %.2f/%.2f", a.at(p), b.at(p));
        System.err.println();
    }

    private static Map<String, Percentiles> read(Scenario scenario) throws IOException {
        String given = System.getProperty("lamina.calibration");
        Path file =
                given != null
                        ? Path.of(given)
                        : Path.of("")
                                .toAbsolutePath()
                                .resolve("../../shared/reference/3gpp-38901-calibration.csv")
                                .normalize();
        assumeTrue(Files.exists(file), "no " + file);
        String name =
                switch (scenario) {
                    case URBAN_MACRO -> "UMa";
                    case URBAN_MICRO -> "UMi";
                };
        Map<String, Percentiles> rows = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            List<String> cells = List.of(line.split(",", -1));
            if (cells.get(1).equals(name)
                    && cells.get(2).equals("6")
                    && !cells.get(3).equals("2")) {
                rows.put(
                        cells.get(0),
                        new Percentiles(
                                cells.subList(4, cells.size()).stream()
                                        .map(Double::valueOf)
                                        .toList()));
            }
        }
        return rows;
    }
}
