package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.radio.GeneratorCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lamina channels check`: the generator against what is known of it from elsewhere.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Compare the generator with the TR's formulas and tables, with closed solutions, with LLM4CP's published error"
                    + " without prediction, and with 3GPP's calibration where --reference names its curves."
        },
        footer = {
            "",
            "DIR then holds report.html with the curves, and result.json.",
            "",
            "Exit codes: 0 all agree, 1 something does not, 2 bad input."
        })
final class ChannelsCheckCommand implements Callable<Integer> {
    private final Context context;

    @Option(
            names = "--quick",
            fallbackValue = "true",
            description =
                    "Fewer draws and wider tolerances, and no calibration above 6 GHz: below a minute.")
    private boolean quick;

    @Option(
            names = "--reference",
            paramLabel = "FILE.csv",
            description =
                    "Curves of 3GPP's calibration: metric,scenario,freq_ghz,config,p5,p10,...,p95.")
    private @Nullable Path reference;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory for the report, new or empty. Default: runs/channels-<time>.")
    private @Nullable Path out;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all draws. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    ChannelsCheckCommand(Context context) {
        this.context = context;
    }

    /// A [GeneratorCheck.Row] with its verdict.
    record Row(
            String group,
            String what,
            double measured,
            double wanted,
            double tolerance,
            boolean ok) {}

    record Result(
            boolean quick, long failures, List<Row> rows, List<GeneratorCheck.Curve> curves) {}

    @Override
    public Integer call() {
        common.check();
        List<GeneratorCheck.Reference> curves =
                reference == null ? List.of() : CalibrationReference.read(reference);
        Path directory = RunDirectory.create(context, "channels", out).path();
        GeneratorCheck.Report report =
                new GeneratorCheck(quick, curves, seed)
                        .run(stage -> {
                            if (!common.quiet) {
                                context.err().println(stage);
                            }
                        });
        Result result =
                new Result(
                        quick,
                        report.failures(),
                        report.rows().stream().map(ChannelsCheckCommand::row).toList(),
                        report.curves());
        Path page = directory.resolve("report.html");
        html(result).write(page);
        AtomicFiles.writeString(directory.resolve("result.json"), Json.pretty(result) + "\n");
        common.write(context, result);
        if (common.showsTable()) {
            Table table = new Table("", "what", "measured", "wanted", "tolerance", "ok");
            result.rows().forEach(row -> table.row(cells(row).toArray()));
            context.out().print(table);
            context.out()
                    .printf(
                            "%d of %d agree; report %s%n",
                            result.rows().size() - result.failures(),
                            result.rows().size(),
                            FinetuneOutput.shown(page));
        }
        if (result.failures() > 0) {
            context.err()
                    .printf(
                            "lamina: failed: %d of %d comparisons do not agree%n",
                            result.failures(), result.rows().size());
            return Failures.FAILED;
        }
        return Failures.DONE;
    }

    private static Row row(GeneratorCheck.Row row) {
        return new Row(
                row.group(), row.what(), row.measured(), row.wanted(), row.tolerance(), row.ok());
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.group(),
                row.what(),
                Ticks.text(row.measured()),
                Ticks.text(row.wanted()),
                Ticks.text(row.tolerance()),
                row.ok() ? "yes" : "NO");
    }

    private static HtmlReport html(Result result) {
        HtmlReport report =
                new HtmlReport("Channel generator: acceptance")
                        .paragraph(
                                "%d of %d comparisons agree%s. A row agrees if measured and wanted differ by at most the tolerance."
                                        .formatted(
                                                result.rows().size() - result.failures(),
                                                result.rows().size(),
                                                result.quick() ? " (quick: few draws)" : ""))
                        .table(
                                List.of("", "what", "measured", "wanted", "tolerance", "ok"),
                                result.rows().stream().map(ChannelsCheckCommand::cells).toList());
        for (GeneratorCheck.Curve curve : result.curves()) {
            List<LineChart.Series> series = new ArrayList<>();
            series.add(new LineChart.Series("ours", curve.x(), curve.measured()));
            series.add(new LineChart.Series("reference", curve.x(), curve.wanted()));
            report.picture(
                    curve.name(),
                    new LineChart(curve.name(), curve.xAxis(), "", false, false, series, null)
                            .image());
        }
        return report;
    }
}
