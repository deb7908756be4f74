package dev.lamina.radio;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Compares the generator with what is known of it from elsewhere: the TR's formulas and tables,
/// closed solutions, 3GPP's calibration curves, published figures of LLM4CP.
///
/// @param quick fewer draws, so wider tolerances
/// @param reference curves of 3GPP's calibration; none leaves the comparison out
/// @param seed of all draws
public record GeneratorCheck(boolean quick, List<Reference> reference, long seed) {
    public GeneratorCheck {
        reference = List.copyOf(reference);
    }

    /// A published curve of a calibration.
    ///
    /// @param metric `large_scale_coupling_loss_db`, `large_scale_geometry_sir_db`,
    ///   `full_coupling_loss_db`, `full_wideband_sinr_db`, `delay_spread_ns`, `asd_deg`, `asa_deg`,
    ///   `zsd_deg` or `zsa_deg`
    public record Reference(
            String metric, Scenario scenario, double carrierHertz, Percentiles percentiles) {}

    /// One comparison.
    ///
    /// @param tolerance largest difference of measured and wanted, in their unit
    public record Row(String group, String what, double measured, double wanted, double tolerance) {
        /// Whether the two agree.
        public boolean ok() {
            return Math.abs(measured - wanted) <= tolerance;
        }
    }

    /// Two curves to be drawn together.
    ///
    /// @param name of the pair, such as `persistence`
    /// @param x of both
    public record Curve(
            String name, String xAxis, List<Double> x, List<Double> measured, List<Double> wanted) {
        public Curve {
            x = List.copyOf(x);
            measured = List.copyOf(measured);
            wanted = List.copyOf(wanted);
            BadInputException.check(
                    x.size() == measured.size() && x.size() == wanted.size(),
                    "curves of different lengths",
                    "give a value for each x");
        }
    }

    /// All comparisons.
    public record Report(List<Row> rows, List<Curve> curves) {
        public Report {
            rows = List.copyOf(rows);
            curves = List.copyOf(curves);
        }

        /// How many do not agree.
        public long failures() {
            return rows.stream().filter(row -> !row.ok()).count();
        }
    }

    /// Runs all comparisons.
    ///
    /// @param stage is told what comes next
    public Report run(Consumer<String> stage) {
        List<Row> rows = new ArrayList<>();
        List<Curve> curves = new ArrayList<>();
        stage.accept("large-scale parameters");
        new LargeScaleCheck(quick, seed).run(rows);
        stage.accept("profiles and energy");
        new ChannelCheck(quick, seed).run(rows, curves);
        if (!reference.isEmpty()) {
            stage.accept("calibration");
            new CalibrationCheck(quick, seed).run(reference, rows, curves);
        }
        stage.accept("no prediction in LLM4CP's setting");
        new PersistenceCheck(quick, seed).run(rows, curves);
        return new Report(rows, curves);
    }
}
