package dev.lamina.radio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plain specs for the checks of the generator and its tests.
final class CheckSpecs {
    static final double CARRIER_HERTZ = 2.4e9;
    static final double KMH = 30;
    private static final Panel OMNI = Panel.single(AntennaElement.OMNIDIRECTIONAL);

    private CheckSpecs() {}

    /// Seconds in which a user gets a wavelength farther.
    static double wavelengthSeconds() {
        return Sampling.LIGHT_METRES_PER_SECOND / CARRIER_HERTZ / (KMH / 3.6);
    }

    /// With path loss.
    static Environment cell(
            Scenario scenario, @Nullable LinkState state, UserPlaces places, boolean shadowing) {
        return new Environment.Cell(
                scenario, state, 0, true, Convention.STANDARD, true, shadowing, false, places);
    }

    /// Steps of a twentieth of a wavelength, one subcarrier, upright omnidirectional antennas.
    static ChannelSpec omni(Environment environment, int steps, int tracks, long seed) {
        return with(environment, OMNI, steps, tracks, seed);
    }

    /// The same with another array at the station.
    static ChannelSpec with(
            Environment environment, Panel station, int steps, int tracks, long seed) {
        ChannelSpec.Grid grid = new ChannelSpec.Grid(steps, wavelengthSeconds() / 20, 1, 1e5);
        return with(environment, station, OMNI, grid, tracks, seed);
    }

    /// 30 km/h, with these arrays and this grid.
    static ChannelSpec with(
            Environment environment,
            Panel station,
            Panel user,
            ChannelSpec.Grid grid,
            int tracks,
            long seed) {
        return new ChannelSpec(
                environment,
                new ChannelSpec.Station(25, station, Orientation.FORWARD),
                new ChannelSpec.User(1.5, user, Orientation.FORWARD, Turning.FIXED),
                ChannelSpec.Movement.straight(new Speeds.Listed(List.of(KMH))),
                CARRIER_HERTZ,
                grid,
                tracks,
                seed);
    }
}
