package dev.lamina.bench;

import dev.lamina.air.ArrayLayout;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Environment;
import dev.lamina.radio.LinkState;
import dev.lamina.radio.Panel;
import dev.lamina.radio.Scenario;
import java.util.List;

/// A setting that predictors trained on LLM4CP's have not seen: it in all but one thing.
///
/// @param group what differs: `scenario`, `carrier` or `array`
/// @param name what it is instead
record ZeroShot(String group, String name, ChannelSpec spec) {
    private static final double MICRO_METRES = 10; // TR 38.901, table 7.2-1

    /// All of them.
    ///
    /// @param preset LLM4CP's
    static List<ZeroShot> all(ChannelSpec preset) {
        return List.of(
                scenario(preset, "UMa LOS", Scenario.URBAN_MACRO, LinkState.LINE_OF_SIGHT),
                scenario(preset, "UMi NLOS", Scenario.URBAN_MICRO, LinkState.NO_LINE_OF_SIGHT),
                scenario(preset, "UMi LOS", Scenario.URBAN_MICRO, LinkState.LINE_OF_SIGHT),
                carrier(preset, "0.9 GHz", 0.9e9),
                carrier(preset, "3.5 GHz", 3.5e9),
                carrier(preset, "28 GHz", 28e9),
                array(preset, 2, 2),
                array(preset, 4, 8),
                array(preset, 8, 8));
    }

    /// How a spec's antennas are arranged: one panel, seen by one antenna of the user.
    static ArrayLayout layout(ChannelSpec spec) {
        Panel panel = spec.station().panel();
        return new ArrayLayout(panel.rows(), panel.columns(), panel.slantsDegrees().size(), false);
    }

    private static ZeroShot scenario(
            ChannelSpec of, String name, Scenario scenario, LinkState state) {
        if (!(of.environment() instanceof Environment.Cell cell)) {
            throw new IllegalArgumentException("not a cell: " + of.environment());
        }
        Environment other =
                new Environment.Cell(
                        scenario,
                        state,
                        cell.indoorShare(),
                        cell.clip(),
                        cell.convention(),
                        cell.pathLoss(),
                        cell.shadowing(),
                        cell.consistent(),
                        cell.places());
        double metres =
                switch (scenario) {
                    case URBAN_MACRO -> of.station().heightMetres();
                    case URBAN_MICRO -> MICRO_METRES;
                };
        ChannelSpec.Station station =
                new ChannelSpec.Station(metres, of.station().panel(), of.station().orientation());
        return new ZeroShot("scenario", name, with(of, other, station, of.carrierHertz()));
    }

    private static ZeroShot carrier(ChannelSpec of, String name, double hertz) {
        return new ZeroShot("carrier", name, with(of, of.environment(), of.station(), hertz));
    }

    private static ZeroShot array(ChannelSpec of, int rows, int columns) {
        Panel panel = of.station().panel();
        ChannelSpec.Station station =
                new ChannelSpec.Station(
                        of.station().heightMetres(),
                        Panel.of(panel.element(), rows, columns, panel.slantsDegrees()),
                        of.station().orientation());
        String name = rows + "x" + columns + "x" + panel.slantsDegrees().size();
        return new ZeroShot("array", name, with(of, of.environment(), station, of.carrierHertz()));
    }

    private static ChannelSpec with(
            ChannelSpec of, Environment environment, ChannelSpec.Station station, double hertz) {
        return new ChannelSpec(
                environment,
                station,
                of.user(),
                of.movement(),
                hertz,
                of.grid(),
                of.tracks(),
                of.seed());
    }
}
