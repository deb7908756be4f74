package dev.lamina.app;

import dev.lamina.radio.AntennaElement;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Environment;
import dev.lamina.radio.Orientation;
import dev.lamina.radio.Panel;
import dev.lamina.radio.Presets;
import dev.lamina.radio.Scenario;
import dev.lamina.radio.Speeds;
import dev.lamina.radio.Turning;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongFunction;

/// Settings of channels by name, that flags and files start from.
final class ChannelPresets {
    /// Of the common settings.
    private static final int TRACKS = 100;

    private ChannelPresets() {}

    /// @throws dev.lamina.base.BadInputException if there is none of that name
    static ChannelSpec of(String name, long seed) {
        SequencedMap<String, LongFunction<ChannelSpec>> known = new LinkedHashMap<>();
        known.put("llm4cp", Presets::llm4cp);
        known.put("uma", each -> common(Scenario.URBAN_MACRO, 25, each));
        known.put("umi", each -> common(Scenario.URBAN_MICRO, 10, each));
        return ChannelNames.find("preset", name, known).apply(seed);
    }

    /// The TR's heights; 3.5 GHz, 32 ports to one antenna, 20 steps of 0.5 ms, 96 bins of 180 kHz.
    private static ChannelSpec common(Scenario scenario, double stationMetres, long seed) {
        return new ChannelSpec(
                Environment.Cell.of(scenario),
                new ChannelSpec.Station(
                        stationMetres,
                        Panel.of(AntennaElement.DIRECTIONAL, 4, 4, Panel.CROSSED),
                        Orientation.FORWARD),
                new ChannelSpec.User(
                        1.5,
                        Panel.single(AntennaElement.OMNIDIRECTIONAL),
                        Orientation.FORWARD,
                        Turning.FIXED),
                ChannelSpec.Movement.straight(new Speeds.Range(3, 30)),
                3.5e9,
                new ChannelSpec.Grid(20, 0.5e-3, 96, 180e3),
                TRACKS,
                seed);
    }
}
