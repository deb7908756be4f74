package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Powers, delays, energy and the isotropic channel's correlation against closed solutions.
///
/// @param quick fewer draws
record ChannelCheck(boolean quick, long seed) {
    private static final double DELAY_SPREAD_SECONDS = 1e-7;
    private static final int LAGS = 40;

    void run(List<GeneratorCheck.Row> rows, List<GeneratorCheck.Curve> curves) {
        for (ClusterProfile profile : ClusterProfile.values()) {
            clusters(profile, rows);
        }
        for (LinkState state : LinkState.values()) {
            rows.add(energy(state));
        }
        for (ClusterProfile profile : ClusterProfile.values()) {
            rows.add(
                    energy(
                            name(profile),
                            new Environment.ClusteredDelayLine(
                                    profile, DELAY_SPREAD_SECONDS, null, null)));
        }
        for (TapProfile profile :
                List.of(TapProfile.ISOTROPIC, TapProfile.TDL_A, TapProfile.TDL_D)) {
            rows.add(
                    energy(
                            name(profile),
                            new Environment.TappedDelayLine(profile, DELAY_SPREAD_SECONDS)));
        }
        isotropic(rows, curves);
    }

    private void clusters(ClusterProfile profile, List<GeneratorCheck.Row> rows) {
        ProfileRays line =
                new ProfileRays(
                        new Environment.ClusteredDelayLine(
                                profile, DELAY_SPREAD_SECONDS, null, null));
        Rays rays = line.rays(Seeds.stream(seed, "profile"));
        double[] decibels = profile.decibels();
        double total = Arrays.stream(decibels).map(Decibels::power).sum();
        double worst = 0;
        for (int n = 0; n < rays.groups(); n++) {
            double power = 0;
            for (int m = rays.starts[n]; m < rays.starts[n + 1]; m++) {
                power += rays.amplitude[m] * rays.amplitude[m];
            }
            double wanted = decibels[n] - Decibels.of(total);
            worst = Math.max(worst, Math.abs(Decibels.of(power) - wanted));
        }
        rows.add(
                new GeneratorCheck.Row(
                        "profiles",
                        name(profile) + ", largest error of a cluster's power, dB",
                        worst,
                        0,
                        0.05));
        rows.add(
                new GeneratorCheck.Row(
                        "profiles",
                        name(profile) + ", delay spread, ns",
                        1e9 * Spread.ofDelays(line.delaySeconds(), line.powers()),
                        1e9 * DELAY_SPREAD_SECONDS,
                        1));
    }

    /// E|h|² is the path gain, for upright omnidirectional antennas.
    private GeneratorCheck.Row energy(LinkState state) {
        Environment cell =
                CheckSpecs.cell(
                        Scenario.URBAN_MACRO, state, new UserPlaces.Annulus(100, 2_500), true);
        Csi csi = new ChannelGenerator(CheckSpecs.omni(cell, 12, quick ? 500 : 4_000, seed));
        double[] gains = Objects.requireNonNull(csi.labels().get("path_gain_db"));
        double sum = 0;
        for (int i = 0; i < csi.tracks(); i++) {
            sum += Noise.power(csi.track(i)) / Decibels.power(gains[i]) / csi.tracks();
        }
        return new GeneratorCheck.Row(
                "energy",
                "UMa " + name(state).replace('-', ' ') + ", power over path gain",
                sum,
                1,
                quick ? 0.12 : 0.05);
    }

    private GeneratorCheck.Row energy(String name, Environment profile) {
        Csi csi = new ChannelGenerator(CheckSpecs.omni(profile, 8, quick ? 1_000 : 4_000, seed));
        double sum = 0;
        for (int i = 0; i < csi.tracks(); i++) {
            sum += Noise.power(csi.track(i)) / csi.tracks();
        }
        return new GeneratorCheck.Row("energy", name + ", power", sum, 1, quick ? 0.12 : 0.06);
    }

    /// Waves from all around turn as J0.
    private void isotropic(List<GeneratorCheck.Row> rows, List<GeneratorCheck.Curve> curves) {
        ChannelSpec spec =
                CheckSpecs.with(
                        new Environment.TappedDelayLine(TapProfile.ISOTROPIC, 0),
                        Panel.of(AntennaElement.OMNIDIRECTIONAL, 4, 4, Panel.CROSSED),
                        LAGS + 1,
                        quick ? 200 : 1_000,
                        seed);
        double[] found = Statistics.correlation(new ChannelGenerator(spec));
        List<Double> x = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        List<Double> wanted = new ArrayList<>();
        double worst = 0;
        for (int lag = 0; lag <= LAGS; lag++) {
            double bessel = Statistics.bessel(2 * Math.PI * lag / 20);
            x.add(lag / 20.0);
            measured.add(found[lag]);
            wanted.add(bessel);
            worst = Math.max(worst, Math.abs(found[lag] - bessel));
        }
        rows.add(
                new GeneratorCheck.Row(
                        "isotropic", "largest error against J0", worst, 0, quick ? 0.04 : 0.02));
        curves.add(
                new GeneratorCheck.Curve(
                        "isotropic correlation", "Doppler times lag", x, measured, wanted));
    }

    private static String name(Enum<?> value) {
        String name = value.name();
        boolean profile = name.startsWith("CDL") || name.startsWith("TDL");
        String dashed = name.replace('_', '-');
        return profile ? dashed : dashed.toLowerCase(Locale.ROOT);
    }
}
