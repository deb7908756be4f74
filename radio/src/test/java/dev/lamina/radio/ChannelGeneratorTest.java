package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.radio.ChannelSpec.Grid;
import dev.lamina.radio.ChannelSpec.Movement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelGeneratorTest {
    @Test
    void tracksDependOnSeedAndNumberAlone() {
        ChannelSpec spec = Presets.llm4cp(List.of(30.0, 60.0), 8, 5);
        Csi csi = new ChannelGenerator(spec);
        List<float[]> one = IntStream.range(0, 16).mapToObj(csi::track).toList();
        List<float[]> other =
                IntStream.range(0, 16)
                        .parallel()
                        .mapToObj(new ChannelGenerator(spec)::track)
                        .toList();
        for (int i = 0; i < 16; i++) {
            assertThat(other.get(i)).as("track %d", i).isEqualTo(one.get(i));
        }
        assertThat(new ChannelGenerator(spec.withSeed(6)).track(0)).isNotEqualTo(one.get(0));
    }

    /// E|h|² is the path gain, for upright omnidirectional antennas.
    @ParameterizedTest
    @EnumSource(LinkState.class)
    void channelsKeepTheEnergy(LinkState state) {
        for (Convention convention : Convention.values()) {
            Environment.Cell bare = Channels.cell(Scenario.URBAN_MACRO, state, convention);
            Environment cell =
                    new Environment.Cell(
                            bare.scenario(),
                            state,
                            0,
                            true,
                            convention,
                            true,
                            true,
                            false,
                            bare.places());
            Csi csi = new ChannelGenerator(CheckSpecs.omni(cell, 12, 600, 8));
            double[] gains = Channels.label(csi, "path_gain_db");
            double sum = 0;
            for (int i = 0; i < csi.tracks(); i++) {
                sum += Noise.power(csi.track(i)) / Decibels.power(gains[i]) / csi.tracks();
            }
            assertThat(sum).as("%s %s", state, convention).isEqualTo(1, within(0.08));
        }
    }

    /// The rows that were measured with QuaDRiGa, 150 users, at f_D τ = 0.2, 0.4, ..., 1; in line
    /// of sight these vary more, as every user's channel is nearly one wave.
    @ParameterizedTest
    @CsvSource({
        "URBAN_MACRO, NO_LINE_OF_SIGHT, 0.742, 0.232, -0.111, -0.105, 0.066, 0.04",
        "URBAN_MICRO, NO_LINE_OF_SIGHT, 0.668, 0.029, -0.324, -0.181, 0.131, 0.04",
        "URBAN_MACRO, LINE_OF_SIGHT, 0.662, -0.001, -0.356, -0.173, 0.185, 0.06"
    })
    void channelsTurnAsQuadrigas(
            Scenario scenario,
            LinkState state,
            double r2,
            double r4,
            double r6,
            double r8,
            double r10,
            double tolerance) {
        Environment cell = Channels.cell(scenario, state, Convention.QUADRIGA);
        Panel omni = Panel.single(AntennaElement.OMNIDIRECTIONAL);
        // far apart, so that subcarriers fade on their own
        Grid grid = new Grid(21, CheckSpecs.wavelengthSeconds() / 20, 16, 2e6);
        Csi csi = new ChannelGenerator(CheckSpecs.with(cell, omni, omni, grid, 800, 9));
        double[] correlation = Statistics.correlation(csi);
        double[] wanted = {1, r2, r4, r6, r8, r10};
        for (int i = 0; i < wanted.length; i++) {
            assertThat(correlation[4 * i])
                    .as("f_D τ = 0.%d", 2 * i)
                    .isEqualTo(wanted[i], within(tolerance));
        }
    }

    @Test
    void statesAreDrawnByTheDistance() {
        Environment cell =
                new Environment.Cell(
                        Scenario.URBAN_MICRO,
                        null,
                        0.25,
                        true,
                        Convention.STANDARD,
                        true,
                        true,
                        false,
                        new UserPlaces.Annulus(50, 50));
        ChannelSpec spec = CheckSpecs.omni(cell, 1, 2_000, 10);
        Csi csi = new ChannelGenerator(spec);
        double seen = 0;
        for (double sight : Channels.label(csi, "line_of_sight")) {
            seen += sight / csi.tracks();
        }
        double chance = PathLosses.lineOfSightProbability(Scenario.URBAN_MICRO, 50, 1.5);
        assertThat(seen).isEqualTo(0.75 * chance, within(0.03));
        assertThat(Channels.label(csi, "distance_m")[7]).isEqualTo(50, within(1e-9));
    }

    /// Users a metre apart see nearly the same powers and delays; far apart they do not.
    @Test
    void nearUsersAreAlikeWhereWanted() {
        Environment.Cell cell =
                new Environment.Cell(
                        Scenario.URBAN_MACRO,
                        LinkState.NO_LINE_OF_SIGHT,
                        0,
                        true,
                        Convention.STANDARD,
                        true,
                        true,
                        true,
                        new UserPlaces.Annulus(100, 500));
        CellLinks links = new CellLinks(CheckSpecs.omni(cell, 1, 3, 11), cell);
        Place place = new Place(200, 100, 1.5);
        Link one = links.link(0, place);
        Link near = links.link(1, new Place(200.5, 100, 1.5));
        Link far = links.link(2, new Place(-300, 0, 1.5));
        double spread = one.large().delaySpreadSeconds();
        assertThat(near.large().delaySpreadSeconds()).isEqualTo(spread, within(0.35 * spread));
        assertThat(far.large().delaySpreadSeconds()).isNotCloseTo(spread, within(0.01 * spread));
        double delay = links.rays(0, one, place).delaySeconds[10];
        assertThat(links.rays(1, near, new Place(200.5, 100, 1.5)).delaySeconds[10])
                .isEqualTo(delay, within(0.5 * delay));
    }

    @Test
    void routesAndRaysMayCurve() {
        ChannelSpec straight =
                CheckSpecs.omni(
                        Channels.cell(
                                Scenario.URBAN_MICRO, LinkState.LINE_OF_SIGHT, Convention.STANDARD),
                        30,
                        2,
                        12);
        ChannelSpec spec =
                new ChannelSpec(
                        straight.environment(),
                        straight.station(),
                        straight.user(),
                        new Movement(
                                new Speeds.Range(20, 40),
                                Motion.DRIFTING,
                                List.of(
                                        new Place(50, 0, 0),
                                        new Place(50, 40, 0),
                                        new Place(90, 40, 0))),
                        straight.carrierHertz(),
                        new Grid(30, 0.3, 4, 1e6),
                        2,
                        12);
        Csi csi = new ChannelGenerator(spec);
        assertThat(csi.track(1)).doesNotContain(Float.NaN).hasSize(2 * 30 * 4);
        assertThat(Channels.label(csi, "speed_kmh")[1]).isBetween(20.0, 40.0);
        assertThat(Journey.of(spec, 1).track().isStraight()).isFalse();
    }

    @Test
    void arraysOfUsersMultiplyAntennas() {
        Environment cell =
                Channels.cell(Scenario.URBAN_MACRO, LinkState.LINE_OF_SIGHT, Convention.STANDARD);
        ChannelSpec spec =
                CheckSpecs.with(
                        cell,
                        Panel.of(AntennaElement.DIRECTIONAL, 2, 2, Panel.CROSSED),
                        Panel.of(AntennaElement.OMNIDIRECTIONAL, 1, 1, Panel.UPRIGHT),
                        new Grid(3, 1e-3, 7, 1e5),
                        2,
                        13);
        assertThat(spec.shape()).isEqualTo(new CsiShape(3, 7, 16));
        assertThat(new ChannelGenerator(spec).track(0)).hasSize(2 * 3 * 7 * 16);
    }
}
