package dev.lamina.radio;

import dev.lamina.radio.Calibration.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Medians of the calibration against published curves.
///
/// @param quick fewer users, and carriers up to 6 GHz only
record CalibrationCheck(boolean quick, long seed) {
    private static final int DROPS = 20;
    private static final double QUICK_HERTZ = 6e9;

    private record Run(Scenario scenario, double carrierHertz, Phase phase) {}

    /// Where a curve belongs, and how far its median may be: decibels, or a share of the median.
    ///
    /// Delay spread and zenith spread of arrival are below 3GPP's curves (of TR 38.900 v14.0.0) by
    /// 20 and 12 percent: docs/guide/channels.md has what is known of the causes.
    private enum Metric {
        LARGE_SCALE_COUPLING_LOSS_DB(Phase.LARGE_SCALE, 3, 0),
        LARGE_SCALE_GEOMETRY_SIR_DB(Phase.LARGE_SCALE, 1.5, 0),
        FULL_COUPLING_LOSS_DB(Phase.FULL, 3, 0),
        FULL_WIDEBAND_SINR_DB(Phase.FULL, 3, 0),
        DELAY_SPREAD_NS(Phase.FULL, 0, 0.3),
        ASD_DEG(Phase.FULL, 0, 0.15),
        ASA_DEG(Phase.FULL, 0, 0.15),
        ZSD_DEG(Phase.FULL, 0, 0.15),
        ZSA_DEG(Phase.FULL, 0, 0.2);

        final Phase phase;
        final double decibels;
        final double share;

        Metric(Phase phase, double decibels, double share) {
            this.phase = phase;
            this.decibels = decibels;
            this.share = share;
        }

        Percentiles of(CalibrationResult result) {
            return switch (this) {
                case LARGE_SCALE_COUPLING_LOSS_DB, FULL_COUPLING_LOSS_DB ->
                        result.couplingGainDecibels();
                case LARGE_SCALE_GEOMETRY_SIR_DB, FULL_WIDEBAND_SINR_DB ->
                        result.geometryDecibels();
                case DELAY_SPREAD_NS -> result.delayNanoseconds();
                case ASD_DEG -> result.departureAzimuthDegrees();
                case ASA_DEG -> result.arrivalAzimuthDegrees();
                case ZSD_DEG -> result.departureZenithDegrees();
                case ZSA_DEG -> result.arrivalZenithDegrees();
            };
        }
    }

    /// Curves of other metrics are passed over.
    void run(
            List<GeneratorCheck.Reference> reference,
            List<GeneratorCheck.Row> rows,
            List<GeneratorCheck.Curve> curves) {
        List<Double> percents = new ArrayList<>();
        for (int percent = 5; percent <= 95; percent += 5) {
            percents.add((double) percent);
        }
        Map<Run, CalibrationResult> results = new LinkedHashMap<>();
        for (GeneratorCheck.Reference curve : reference) {
            for (Metric metric : Metric.values()) {
                boolean wanted = !quick || curve.carrierHertz() <= QUICK_HERTZ;
                if (!wanted || !metric.name().equalsIgnoreCase(curve.metric())) {
                    continue;
                }
                Run run = new Run(curve.scenario(), curve.carrierHertz(), metric.phase);
                Percentiles found = metric.of(results.computeIfAbsent(run, this::result));
                String name =
                        "%s %.0f GHz %s"
                                .formatted(
                                        curve.scenario() == Scenario.URBAN_MACRO ? "UMa" : "UMi",
                                        curve.carrierHertz() / 1e9,
                                        curve.metric().replace('_', ' '));
                double median = curve.percentiles().median();
                rows.add(
                        new GeneratorCheck.Row(
                                "calibration",
                                name + ", median",
                                found.median(),
                                median,
                                metric.decibels + metric.share * Math.abs(median)));
                curves.add(
                        new GeneratorCheck.Curve(
                                name,
                                "percent of users",
                                percents,
                                found.values(),
                                curve.percentiles().values()));
            }
        }
    }

    private CalibrationResult result(Run run) {
        int users = run.phase() == Phase.FULL ? (quick ? 300 : 3_000) : quick ? 1_000 : 6_000;
        return new Calibration(
                        run.scenario(),
                        run.carrierHertz(),
                        run.phase(),
                        DROPS,
                        users / DROPS,
                        true,
                        seed)
                .run();
    }
}
