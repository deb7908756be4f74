package dev.lamina.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.base.Seeds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProfilesTest {
    @ParameterizedTest
    @EnumSource(ClusterProfile.class)
    void raysHaveTheTablesPowersDelaysAndAngles(ClusterProfile profile) {
        Rays rays = rays(profile, 1e-7, null, null);
        double[] decibels = profile.decibels();
        double total = Arrays.stream(decibels).map(Decibels::power).sum();
        assertThat(rays.groups()).isEqualTo(profile.size());
        for (int n = 0; n < rays.groups(); n++) {
            double power = 0;
            double angle = 0;
            int count = rays.starts[n + 1] - rays.starts[n];
            for (int m = rays.starts[n]; m < rays.starts[n + 1]; m++) {
                power += rays.amplitude[m] * rays.amplitude[m];
                angle +=
                        Math.IEEEremainder(
                                        Math.toDegrees(rays.arrivalAzimuth[m])
                                                - profile.arrivalAzimuths()[n],
                                        360)
                                / count;
            }
            double wanted = Decibels.power(decibels[n]) / total;
            assertThat(power).isEqualTo(wanted, within(0.01 * wanted));
            assertThat(angle).isEqualTo(0, within(1e-9));
            assertThat(rays.delaySeconds[n]).isEqualTo(profile.delays()[n] * 1e-7, within(1e-12));
        }
    }

    /// The tables are made for a spread of 1.
    @ParameterizedTest
    @EnumSource(ClusterProfile.class)
    void delaysSpreadAsWanted(ClusterProfile profile) {
        ProfileRays rays = new ProfileRays(line(profile, 3e-7, null, null));
        assertThat(Spread.ofDelays(rays.delaySeconds(), rays.powers()))
                .isEqualTo(3e-7, within(3e-9));
    }

    @ParameterizedTest
    @CsvSource({"CDL_D, 13.3, 3", "CDL_E, 22, 10"})
    void theRicianFactorIsTheTablesOrAsWanted(
            ClusterProfile profile, double ofTable, double wanted) {
        double[] decibels = profile.decibels();
        assertThat(decibels[0] - decibels[1]).isEqualTo(ofTable, within(1e-9));
        ProfileRays rays = new ProfileRays(line(profile, 1e-7, wanted, null));
        double[] powers = rays.powers();
        assertThat(Arrays.stream(powers).sum()).isEqualTo(1, within(1e-12));
        assertThat(Decibels.of(powers[0] / (1 - powers[0]))).isEqualTo(wanted, within(1e-9));
        assertThat(Spread.ofDelays(rays.delaySeconds(), powers)).isEqualTo(1e-7, within(1e-12));
    }

    @Test
    void anglesSpreadAsWanted() {
        AngleSpreads wanted = new AngleSpreads(10, 15, 2, 4);
        Rays rays = rays(ClusterProfile.CDL_B, 1e-7, null, wanted);
        double[] powers = Arrays.stream(rays.amplitude).map(a -> a * a).toArray();
        assertThat(Spread.annexA(degrees(rays.departureAzimuth), powers))
                .isEqualTo(10, within(1.0));
        assertThat(Spread.aroundMean(degrees(rays.departureZenith), powers))
                .isEqualTo(2, within(0.1));
        assertThat(Spread.aroundMean(degrees(rays.arrivalZenith), powers))
                .isEqualTo(4, within(0.2));
    }

    @ParameterizedTest
    @EnumSource(ClusterProfile.class)
    void channelsOfClustersKeepTheEnergy(ClusterProfile profile) {
        Csi csi = new ChannelGenerator(CheckSpecs.omni(line(profile, 1e-7, null, null), 4, 600, 2));
        assertThat(power(csi)).isEqualTo(1, within(0.08));
    }

    @ParameterizedTest
    @EnumSource(TapProfile.class)
    void channelsOfTapsKeepTheEnergy(TapProfile profile) {
        Environment taps = new Environment.TappedDelayLine(profile, 1e-7);
        Csi csi = new ChannelGenerator(CheckSpecs.omni(taps, 4, 1_000, 3));
        assertThat(power(csi)).isEqualTo(1, within(0.1));
        assertThat(Arrays.stream(profile.powers()).sum()).isEqualTo(1, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"TDL_A30, 30", "TDL_B100, 100", "TDL_C300, 300"})
    void fixedTapsHaveTheSpreadInTheirName(TapProfile profile, double nanoseconds) {
        double spread = Spread.ofDelays(profile.delaySeconds(0), profile.powers());
        assertThat(spread * 1e9).isEqualTo(nanoseconds, within(0.04 * nanoseconds));
    }

    /// Σ P exp(-j 2π f τ), the correlation between subcarriers.
    @Test
    void tapsDecorrelateOverFrequencyAsTheirDelaysSay() {
        int subcarriers = 8;
        double spacing = 5e5;
        Environment taps = new Environment.TappedDelayLine(TapProfile.TDL_B, 3e-7);
        Panel omni = Panel.single(AntennaElement.OMNIDIRECTIONAL);
        Csi csi =
                new ChannelGenerator(
                        CheckSpecs.with(
                                taps,
                                Panel.of(AntennaElement.OMNIDIRECTIONAL, 4, 4, Panel.CROSSED),
                                omni,
                                new ChannelSpec.Grid(1, 1e-3, subcarriers, spacing),
                                100,
                                4));
        double[] found = new double[subcarriers];
        for (int i = 0; i < csi.tracks(); i++) {
            float[] h = csi.track(i);
            for (int j = 0; j < h.length; j++) {
                found[j / 64] += h[j] * h[j % 64] / csi.tracks() / 32;
            }
        }
        double[] delays = TapProfile.TDL_B.delaySeconds(3e-7);
        double[] powers = TapProfile.TDL_B.powers();
        for (int lag = 0; lag < subcarriers; lag++) {
            double wanted = 0;
            for (int n = 0; n < delays.length; n++) {
                wanted += powers[n] * Math.cos(2 * Math.PI * lag * spacing * delays[n]);
            }
            assertThat(found[lag]).as("lag %d", lag).isEqualTo(wanted, within(0.05));
        }
    }

    @Test
    void isotropicChannelsTurnAsTheBesselFunction() {
        Environment isotropic = new Environment.TappedDelayLine(TapProfile.ISOTROPIC, 0);
        Csi csi =
                new ChannelGenerator(
                        CheckSpecs.with(
                                isotropic,
                                Panel.of(AntennaElement.OMNIDIRECTIONAL, 4, 4, Panel.CROSSED),
                                Panel.single(AntennaElement.OMNIDIRECTIONAL),
                                new ChannelSpec.Grid(
                                        21, CheckSpecs.wavelengthSeconds() / 20, 1, 1e5),
                                200,
                                5));
        double[] correlation = Statistics.correlation(csi);
        for (int lag = 0; lag <= 20; lag++) {
            assertThat(correlation[lag])
                    .as("f_D τ = %d / 20", lag)
                    .isEqualTo(Statistics.bessel(2 * Math.PI * lag / 20), within(0.02));
        }
    }

    private static double power(Csi csi) {
        double sum = 0;
        for (int i = 0; i < csi.tracks(); i++) {
            sum += Noise.power(csi.track(i)) / csi.tracks();
        }
        return sum;
    }

    private static double[] degrees(double[] radians) {
        return Arrays.stream(radians).map(Math::toDegrees).toArray();
    }

    private static Environment.ClusteredDelayLine line(
            ClusterProfile profile,
            double spread,
            @Nullable Double rician,
            @Nullable AngleSpreads angles) {
        return new Environment.ClusteredDelayLine(profile, spread, rician, angles);
    }

    private static Rays rays(
            ClusterProfile profile,
            double spread,
            @Nullable Double rician,
            @Nullable AngleSpreads angles) {
        return new ProfileRays(line(profile, spread, rician, angles))
                .rays(Seeds.stream(1, "profile"));
    }
}
