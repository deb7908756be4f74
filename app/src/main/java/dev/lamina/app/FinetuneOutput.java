package dev.lamina.app;

import dev.lamina.base.AtomicFiles;
import dev.lamina.cell.AllocationRun;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.WirelessResult;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a fine-tuning run leaves in its directory, and the table that it ends with, in one process
/// or over a network.
final class FinetuneOutput {
    private final Context context;
    private final CommonOptions common;
    private final Path path;

    FinetuneOutput(Context context, CommonOptions common, Path path) {
        this.context = context;
        this.common = common;
        this.path = path;
    }

    /// Writes everything; `result.json` last, so that it is there only when all is.
    ///
    /// @param detail for the table, after the number of devices
    void write(
            FinetuneResult result,
            String detail,
            Consumer<Path> saveAdapter,
            Consumer<Path> saveModel) {
        saveAdapter.accept(path.resolve("adapter"));
        saveModel.accept(path.resolve("model"));
        drawCurves(result);
        AtomicFiles.writeString(path.resolve("result.json"), Json.pretty(result) + "\n");
        common.write(context, result);
        if (common.showsTable()) {
            context.out().print(table(result, detail));
        }
    }

    /// The picture is an extra: a machine without fonts must not spoil a run that is done.
    private void drawCurves(FinetuneResult result) {
        try {
            String title = "%s on %s, %s".formatted(result.model(), result.data(), result.scheme());
            new Curves(title, result.trainLoss(), result.valLoss(), result.valAccuracy())
                    .write(path.resolve("curves.png"));
        } catch (RuntimeException | LinkageError | InternalError e) {
            context.err().println("warning: no curves.png: " + e.getMessage());
        }
    }

    private Table table(FinetuneResult result, String detail) {
        Table table = rows(result, detail);
        @Nullable WirelessResult cell = result.wireless();
        if (cell != null) {
            table.row(
                    "cell",
                    "%s, %.3g s a round of %.3g s, %.1f devices of %d"
                            .formatted(
                                    cell.policy(),
                                    cell.meanDelay(),
                                    cell.delayBudget(),
                                    cell.rounds().stream()
                                            .mapToInt(AllocationRun.Round::scheduled)
                                            .average()
                                            .orElse(0),
                                    result.devices()));
            cell.starved()
                    .forEach((device, rounds) ->
                            table.row(
                                    "starved",
                                    "%s had no channel in any of %d rounds"
                                            .formatted(device, rounds)));
            if (!cell.neverScheduled().isEmpty()) {
                table.row("never took part", String.join(", ", cell.neverScheduled()));
            }
        }
        return table.row("results", shown(path));
    }

    private Table rows(FinetuneResult result, String detail) {
        return Table.plain()
                .row("test accuracy", "%.4f".formatted(result.accuracy()))
                .row("macro F1", "%.4f".formatted(result.macroF1()))
                .row("scheme", result.scheme() + ", " + result.devices() + " devices, " + detail)
                .row("model", result.model() + " on " + result.data())
                .row("steps", result.steps() + " in " + result.rounds() + " rounds")
                .row(
                        "wall time",
                        "%s (%.3f s a step)"
                                .formatted(
                                        Durations.text(result.wallSeconds()),
                                        result.secondsPerStep()))
                .row("simulated time", Durations.text(result.simulatedSeconds()))
                .row(
                        "sent",
                        "%s up, %s down"
                                .formatted(
                                        Bytes.text(result.uplinkBytes()),
                                        Bytes.text(result.downlinkBytes())))
                .row(
                        "trained",
                        "%,d of %,d parameters"
                                .formatted(result.adapterParameters(), result.totalParameters()));
    }

    /// A path as the user would write it from here.
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
