package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelKernelTest {
    private static final ClusterStatistics STATISTICS =
            new ClusterStatistics(12, 20, 2.5, 3, 5e-9, 5, 11, 3, 7, 0, 8, 4);
    private static final LargeScale LARGE = new LargeScale(2e-7, 20, 40, 5, 10, 0, 6);
    private static final Place STATION = new Place(0, 0, 25);
    private static final Place START = new Place(80, 60, 1.5);
    private static final Sampling SAMPLING = new Sampling(2.4e9, 5, 3e5);
    private static final Panel CROSSED = Panel.of(AntennaElement.DIRECTIONAL, 2, 3, Panel.CROSSED);
    private static final Panel UPRIGHT =
            Panel.of(AntennaElement.OMNIDIRECTIONAL, 1, 2, Panel.UPRIGHT);

    /// Equation 7.5-22, ray by ray.
    @Test
    void channelsAreTheSumOverRays() {
        Rays rays = rays(true, 1);
        Track track = Track.straight(START, 20, 130, 7, 1e-3);
        float[] channels = kernel(rays, CROSSED, UPRIGHT, track).channels(Motion.CONSTANT_RAYS, 2);
        int ports = CROSSED.ports();
        for (int t = 0; t < 7; t++) {
            for (int k = 0; k < 5; k++) {
                for (int u = 0; u < UPRIGHT.ports(); u++) {
                    for (int s = 0; s < ports; s++) {
                        double[] wanted = formula(rays, track, t, k, u, s);
                        int at = 2 * (((t * 5 + k) * UPRIGHT.ports() + u) * ports + s);
                        assertThat(channels[at]).isEqualTo((float) (2 * wanted[0]), within(1e-4f));
                        assertThat(channels[at + 1])
                                .isEqualTo((float) (2 * wanted[1]), within(1e-4f));
                    }
                }
            }
        }
    }

    private static double[] formula(Rays rays, Track track, int t, int k, int u, int s) {
        OrientedPanel station = new OrientedPanel(CROSSED, Orientation.FORWARD);
        OrientedPanel user = new OrientedPanel(UPRIGHT, Orientation.FORWARD);
        OrientedPanel.Response sent = station.new Response();
        OrientedPanel.Response received = user.new Response();
        double real = 0;
        double imaginary = 0;
        for (int group = 0; group < rays.groups(); group++) {
            for (int m = rays.starts[group]; m < rays.starts[group + 1]; m++) {
                station.respond(rays.departureZenith[m], rays.departureAzimuth[m], sent);
                user.respond(rays.arrivalZenith[m], rays.arrivalAzimuth[m], received);
                double[] f = {sent.zenithField[s % 2], sent.azimuthField[s % 2]};
                double[] g = {received.zenithField[u % 2], received.azimuthField[u % 2]};
                double a = 0;
                double b = 0;
                for (int i = 0; i < 4; i++) {
                    a += g[i / 2] * rays.coupling[8 * m + 2 * i] * f[i % 2];
                    b += g[i / 2] * rays.coupling[8 * m + 2 * i + 1] * f[i % 2];
                }
                double[] away = unit(rays.departureZenith[m], rays.departureAzimuth[m]);
                double[] from = unit(rays.arrivalZenith[m], rays.arrivalAzimuth[m]);
                Place now = track.places().get(t);
                int row = s / 6;
                int column = s / 2 % 3;
                int userColumn = u / 2;
                double wavelengths =
                        0.5 * (column * away[1] + row * away[2] + userColumn * from[1])
                                + ((now.x() - START.x()) * from[0]
                                                + (now.y() - START.y()) * from[1])
                                        / SAMPLING.wavelengthMetres();
                double phase =
                        2 * Math.PI * (wavelengths - 3e5 * (k - 2) * rays.delaySeconds[group]);
                double amplitude = rays.amplitude[m];
                real += amplitude * (a * Math.cos(phase) - b * Math.sin(phase));
                imaginary += amplitude * (a * Math.sin(phase) + b * Math.cos(phase));
            }
        }
        return new double[] {real, imaginary};
    }

    private static double[] unit(double zenith, double azimuth) {
        return new double[] {
            Math.sin(zenith) * Math.cos(azimuth),
            Math.sin(zenith) * Math.sin(azimuth),
            Math.cos(zenith)
        };
    }

    /// Exchanging the ends transposes the channel.
    @Test
    void channelsAreReciprocal() {
        Rays down = rays(true, 2);
        Rays up = new Rays(down.delaySeconds, down.starts, down.direct);
        for (int m = 0; m < down.size(); m++) {
            up.amplitude[m] = down.amplitude[m];
            up.departureZenith[m] = down.arrivalZenith[m];
            up.departureAzimuth[m] = down.arrivalAzimuth[m];
            up.arrivalZenith[m] = down.departureZenith[m];
            up.arrivalAzimuth[m] = down.departureAzimuth[m];
            for (int i = 0; i < 4; i++) {
                int transposed = i == 1 ? 2 : i == 2 ? 1 : i;
                up.coupling[8 * m + 2 * i] = down.coupling[8 * m + 2 * transposed];
                up.coupling[8 * m + 2 * i + 1] = down.coupling[8 * m + 2 * transposed + 1];
            }
        }
        Track still = new Track(List.of(START));
        float[] one = kernel(down, CROSSED, UPRIGHT, still).channels(Motion.CONSTANT_RAYS, 1);
        float[] other = kernel(up, UPRIGHT, CROSSED, still).channels(Motion.CONSTANT_RAYS, 1);
        int stations = CROSSED.ports();
        int users = UPRIGHT.ports();
        for (int k = 0; k < 5; k++) {
            for (int u = 0; u < users; u++) {
                for (int s = 0; s < stations; s++) {
                    for (int part = 0; part < 2; part++) {
                        float down1 = one[2 * ((k * users + u) * stations + s) + part];
                        float up1 = other[2 * ((k * stations + s) * users + u) + part];
                        assertThat(down1).isEqualTo(up1, within(1e-5f));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void driftReducesToDopplerForSmallSteps(boolean sight) {
        Rays rays = rays(sight, 3);
        Track track = Track.straight(START, 1, 70, 9, 1e-4);
        float[] constant = kernel(rays, CROSSED, UPRIGHT, track).channels(Motion.CONSTANT_RAYS, 1);
        float[] drifting = kernel(rays, CROSSED, UPRIGHT, track).channels(Motion.DRIFTING, 1);
        double error = 0;
        for (int i = 0; i < constant.length; i++) {
            error += Math.pow(constant[i] - drifting[i], 2);
        }
        assertThat(error / constant.length * 2 / Noise.power(constant)).isLessThan(1e-6);
        Track longer = Track.straight(START, 1, 70, 9, 1);
        assertThat(kernel(rays, CROSSED, UPRIGHT, longer).channels(Motion.DRIFTING, 1))
                .isNotEqualTo(
                        kernel(rays, CROSSED, UPRIGHT, longer).channels(Motion.CONSTANT_RAYS, 1));
    }

    /// The direct ray knows the distance at every place: a drift of metres ends at the phase and
    /// the delay that a new start there would have.
    @Test
    void theDirectRayDriftsConsistently() {
        double wavelength = SAMPLING.wavelengthMetres();
        Track track = Track.straight(START, 10, -30, 11, 0.5);
        float[] along = direct(track);
        for (int t = 0; t < track.steps(); t++) {
            Place place = track.places().get(t);
            float[] fresh = direct(new Track(List.of(place)));
            double sinceStart = place.metres(STATION) - START.metres(STATION);
            for (int k = 0; k < 5; k++) {
                // a fresh start counts delays from its own first arrival
                double turn =
                        -2
                                * Math.PI
                                * 3e5
                                * (k - 2)
                                * sinceStart
                                / Sampling.LIGHT_METRES_PER_SECOND;
                double real = fresh[2 * k] * Math.cos(turn) - fresh[2 * k + 1] * Math.sin(turn);
                assertThat(along[2 * (t * 5 + k)])
                        .as("%d %d %f", t, k, wavelength)
                        .isEqualTo((float) real, within(1e-4f));
            }
        }
    }

    private static float[] direct(Track track) {
        Rays rays = new Rays(new double[1], new int[] {0, 1}, 0);
        rays.amplitude[0] = 1;
        Direction away = Direction.between(STATION, track.start());
        Direction from = away.reversed();
        rays.point(
                0,
                away.azimuthDegrees(),
                away.zenithDegrees(),
                from.azimuthDegrees(),
                from.zenithDegrees());
        rays.coupleDirect(
                0, -2 * Math.PI * track.start().metres(STATION) / SAMPLING.wavelengthMetres());
        Panel omni = Panel.single(AntennaElement.OMNIDIRECTIONAL);
        return kernel(rays, omni, omni, track).channels(Motion.DRIFTING, 1);
    }

    @ParameterizedTest
    @CsvSource({"1e-7, 1.2, 0.4", "3e-6, 1.5, -2", "0, 1.4, 2.5"})
    void aScattererStaysWhereItIs(double delay, double zenith, double azimuth) {
        RayDrift drift = RayDrift.scattered(START, STATION, delay, zenith, azimuth);
        double[] unit = unit(zenith, azimuth);
        drift.move(START);
        assertDirection(drift, unit);
        assertThat(drift.grownMetres).isZero();
        // straight towards the scatterer the way shrinks by as much, and the direction stays
        drift.move(
                new Place(
                        START.x() + 5 * unit[0], START.y() + 5 * unit[1], START.z() + 5 * unit[2]));
        assertDirection(drift, unit);
        assertThat(drift.grownMetres).isEqualTo(-5, within(1e-9));
    }

    private static void assertDirection(RayDrift drift, double[] unit) {
        assertThat(drift.east).isEqualTo(unit[0], within(1e-9));
        assertThat(drift.north).isEqualTo(unit[1], within(1e-9));
        assertThat(drift.up).isEqualTo(unit[2], within(1e-9));
    }

    private static Rays rays(boolean sight, int seed) {
        Clusters clusters =
                new Clusters(
                        STATISTICS,
                        LARGE,
                        Direction.between(STATION, START),
                        sight ? LinkState.LINE_OF_SIGHT : LinkState.NO_LINE_OF_SIGHT,
                        Convention.STANDARD,
                        Draws.of(Seeds.stream(seed, "clusters")));
        return new ClusterRays(clusters).draw(0.7, Seeds.stream(seed, "rays"));
    }

    private static ChannelKernel kernel(Rays rays, Panel station, Panel user, Track track) {
        return new ChannelKernel(
                rays,
                STATION,
                new OrientedPanel(station, Orientation.FORWARD),
                new UserAntenna(user, Orientation.FORWARD, false),
                track,
                SAMPLING);
    }
}
