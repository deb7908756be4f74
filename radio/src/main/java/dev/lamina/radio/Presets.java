package dev.lamina.radio;

import dev.lamina.radio.ChannelSpec.Grid;
import dev.lamina.radio.ChannelSpec.Movement;
import dev.lamina.radio.ChannelSpec.Station;
import dev.lamina.radio.ChannelSpec.User;
import java.util.ArrayList;
import java.util.List;

/// Settings of published data sets.
public final class Presets {
    private static final int LLM4CP_SPEEDS = 900;
    private static final int LLM4CP_USERS = 10;

    private Presets() {}

    /// LLM4CP's training pool (arXiv 2406.14440; its `Generate_CSI.m`): 10.1 to 100 km/h in steps
    /// of 0.1, ten users each, 9,000 tracks. The ten users of a speed follow each other.
    public static ChannelSpec llm4cp(long seed) {
        List<Double> kmh = new ArrayList<>();
        for (int i = 0; i < LLM4CP_SPEEDS; i++) {
            kmh.add((101 + i) / 10.0);
        }
        return llm4cp(kmh, LLM4CP_USERS, seed);
    }

    /// The same setting with other speeds, such as 10, 20, ..., 100 km/h for its test. UMa without
    /// line of sight at 2.4 GHz; 32 ports [row 4, column 4, slant 2] at 30 m; the user's
    /// directional element looks where the user goes; 20 steps of 0.5 ms, 96 bins of 180 kHz.
    public static ChannelSpec llm4cp(List<Double> speedsKmh, int usersPerSpeed, long seed) {
        Environment cell =
                new Environment.Cell(
                        Scenario.URBAN_MACRO,
                        LinkState.NO_LINE_OF_SIGHT,
                        0,
                        false,
                        Convention.QUADRIGA,
                        true,
                        true,
                        false,
                        new UserPlaces.Sector(200, 20, 50, 60));
        return new ChannelSpec(
                cell,
                new Station(
                        30,
                        Panel.of(AntennaElement.DIRECTIONAL, 4, 4, Panel.UPRIGHT),
                        Orientation.FORWARD),
                new User(
                        1.5,
                        Panel.single(AntennaElement.DIRECTIONAL),
                        Orientation.FORWARD,
                        Turning.ALONG_MOTION),
                Movement.straight(new Speeds.Listed(speedsKmh)),
                2.4e9,
                new Grid(20, 0.5e-3, 96, 180e3),
                Math.multiplyExact(speedsKmh.size(), usersPerSpeed),
                seed);
    }
}
