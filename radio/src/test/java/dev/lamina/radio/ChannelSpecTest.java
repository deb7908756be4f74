package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChannelSpecTest {
    private static final Environment CELL = Environment.Cell.of(Scenario.URBAN_MACRO);
    private static final Panel OMNI = Panel.single(AntennaElement.OMNIDIRECTIONAL);
    private static final ChannelSpec.Grid GRID = new ChannelSpec.Grid(2, 1e-3, 4, 1e5);

    @Test
    void badInputIsNamed() {
        rejected(() -> spec(CELL, 0.4e9, 3), "4.0E8");
        rejected(() -> spec(CELL, 101e9, 3), "1.01E11");
        rejected(() -> spec(CELL, 2e9, 0), "0 tracks");
        rejected(() -> new ChannelSpec.Grid(2, 1e-3, 0, 1e5), "0 subcarriers");
        rejected(() -> new ChannelSpec.Grid(0, 1e-3, 4, 1e5), "0 steps");
        rejected(() -> new ChannelSpec.Grid(2, Double.NaN, 4, 1e5), "NaN");
        rejected(() -> new ChannelSpec.Station(0, OMNI, Orientation.FORWARD), "0.0");
        rejected(() -> new ChannelSpec.User(0.5, OMNI, Orientation.FORWARD, Turning.FIXED), "0.5");
        rejected(() -> new Speeds.Listed(List.of()), "speeds");
        rejected(() -> new Speeds.Listed(List.of(-3.0)), "-3.0");
        rejected(() -> new Speeds.Range(9, 8), "9.0");
        rejected(() -> new UserPlaces.Annulus(100, 50), "100.0");
        rejected(() -> cell(new UserPlaces.Annulus(5, 50)), "from 5.0");
        rejected(() -> cell(new UserPlaces.Annulus(50, 6_000)), "6000.0");
        rejected(() -> cell(new UserPlaces.Sector(20, 5, 15, 60)), "from 5.0");
        rejected(() -> new Noise(5, Double.NaN, 1), "NaN");
        rejected(
                () -> new Environment.ClusteredDelayLine(ClusterProfile.CDL_A, 1e-7, 3.0, null),
                "CDL_A");
        rejected(
                () ->
                        new ChannelSpec.Movement(
                                new Speeds.Range(1, 2), Motion.DRIFTING, List.of(place(9, 9))),
                "one corner");
        rejected(() -> routed(CELL, place(50, -50), place(50, 7_000)), "7000");
        rejected(() -> routed(CELL, place(50, -50), place(-50, 52)), "the station");
        rejected(
                () ->
                        routed(
                                new Environment.TappedDelayLine(TapProfile.TDL_A, 1e-7),
                                place(50, -50),
                                place(60, 60)),
                "drifting");
        rejected(() -> new ChannelGenerator(spec(CELL, 2e9, 3)).track(3), "track 3");
    }

    @Test
    void placesLieWhereTheyShould() {
        RandomGenerator random = Seeds.stream(1, "places");
        UserPlaces sector = new UserPlaces.Sector(200, 20, 50, 60);
        UserPlaces annulus = new UserPlaces.Annulus(30, 40);
        Place centre = new Place(200, 0, 1.5);
        double area = 0;
        for (int i = 0; i < 2_000; i++) {
            Place place = sector.draw(1.5, random);
            assertThat(place.groundMetres(centre)).isBetween(20.0, 50.0);
            assertThat(Math.abs(place.y()) / (200 - place.x())).isLessThan(Math.sqrt(3) + 1e-9);
            double distance = annulus.draw(1.5, random).groundMetres(place(0, 0));
            assertThat(distance).isBetween(30.0, 40.0);
            area += (distance * distance - 900) / 700 / 2_000;
        }
        assertThat(area).isEqualTo(0.5, within(0.03));
        assertThat(sector.leastMetres()).isEqualTo(150);
    }

    private static void rejected(ThrowingCallable call, String named) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("Maybe ");
    }

    private static Place place(double x, double y) {
        return new Place(x, y, 0);
    }

    private static Environment cell(UserPlaces places) {
        return new Environment.Cell(
                Scenario.URBAN_MICRO,
                null,
                0,
                true,
                Convention.STANDARD,
                true,
                true,
                false,
                places);
    }

    private static ChannelSpec spec(Environment environment, double carrier, int tracks) {
        return spec(
                environment,
                carrier,
                tracks,
                ChannelSpec.Movement.straight(new Speeds.Range(3, 30)));
    }

    private static ChannelSpec routed(Environment environment, Place... route) {
        return spec(
                environment,
                2e9,
                1,
                new ChannelSpec.Movement(new Speeds.Range(3, 30), Motion.DRIFTING, List.of(route)));
    }

    private static ChannelSpec spec(
            Environment environment, double carrier, int tracks, ChannelSpec.Movement movement) {
        return new ChannelSpec(
                environment,
                new ChannelSpec.Station(25, OMNI, Orientation.FORWARD),
                new ChannelSpec.User(1.5, OMNI, Orientation.FORWARD, Turning.FIXED),
                movement,
                carrier,
                GRID,
                tracks,
                1);
    }
}
