package dev.lamina.radio;

import dev.lamina.radio.ChannelSpec.Grid;
import dev.lamina.radio.ChannelSpec.Movement;
import dev.lamina.radio.ChannelSpec.Station;
import dev.lamina.radio.ChannelSpec.User;
import java.util.List;
import java.util.Objects;

/// Specs and figures of channels, for tests.
final class Channels {
    static final double CARRIER_HERTZ = 2.4e9;
    static final double KMH = 30;

    private static final Panel OMNI = Panel.single(AntennaElement.OMNIDIRECTIONAL);

    private Channels() {}

    /// Seconds in which a user gets a wavelength farther.
    static double wavelengthSeconds() {
        return Sampling.LIGHT_METRES_PER_SECOND / CARRIER_HERTZ / (KMH / 3.6);
    }

    static Environment.Cell cell(Scenario scenario, LinkState state, Convention convention) {
        return new Environment.Cell(
                scenario,
                state,
                0,
                convention == Convention.STANDARD,
                convention,
                false,
                false,
                false,
                new UserPlaces.Annulus(100, 2_500));
    }

    /// 30 km/h, steps of a twentieth of a wavelength, one subcarrier, upright omnidirectional
    /// antennas.
    static ChannelSpec omni(Environment environment, int steps, int tracks, long seed) {
        return with(
                environment,
                OMNI,
                OMNI,
                new Grid(steps, wavelengthSeconds() / 20, 1, 1e5),
                tracks,
                seed);
    }

    static ChannelSpec with(
            Environment environment, Panel station, Panel user, Grid grid, int tracks, long seed) {
        return new ChannelSpec(
                environment,
                new Station(25, station, Orientation.FORWARD),
                new User(1.5, user, Orientation.FORWARD, Turning.FIXED),
                Movement.straight(new Speeds.Listed(List.of(KMH))),
                CARRIER_HERTZ,
                grid,
                tracks,
                seed);
    }

    static double[] label(Csi csi, String name) {
        return Objects.requireNonNull(csi.labels().get(name), name);
    }

    /// Re R at all lags in steps, each track with the same weight; subcarriers and antennas
    /// likewise.
    static double[] correlation(Csi csi) {
        CsiShape shape = csi.shape();
        int row = 2 * shape.subcarriers() * shape.antennas();
        double[] correlation = new double[shape.steps()];
        for (int i = 0; i < csi.tracks(); i++) {
            float[] h = csi.track(i);
            double power = Noise.power(h) * row / 2;
            for (int lag = 0; lag < shape.steps(); lag++) {
                int pairs = shape.steps() - lag;
                double sum = 0;
                for (int j = 0; j < pairs * row; j++) {
                    sum += h[j] * h[j + lag * row];
                }
                correlation[lag] += sum / pairs / power / csi.tracks();
            }
        }
        return correlation;
    }

    /// J0 by its integral.
    static double bessel(double x) {
        int points = 200;
        double sum = 0;
        for (int i = 0; i < points; i++) {
            sum += Math.cos(x * Math.sin(Math.PI * (i + 0.5) / points)) / points;
        }
        return sum;
    }
}
