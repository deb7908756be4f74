package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.csi.CsiFiles;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiStatistics;
import dev.lamina.radio.Noise;
import dev.lamina.radio.Panel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lamina channels inspect`: what channels are like.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the channels of a file (.npy, .npz, .safetensors, .h5, .mat) or of settings (.yaml): powers, delay"
                    + " spread, coherence, Doppler; with pictures."
        },
        footer = {
            "",
            "DIR then holds report.html (everything), result.json, and the pictures as PNG.",
            "",
            "Examples:",
            "  lamina channels inspect umi.npz --spacing 180kHz --step-seconds 0.5ms --array 4x4x2",
            "  lamina channels inspect recipes/channels.yaml --out look",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input."
        })
final class ChannelsInspectCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "FILE", description = "Channels, or settings of channels.")
    private Path file = Path.of("");

    @Option(
            names = "--tracks",
            paramLabel = "N",
            defaultValue = "200",
            description = "Look at this many, evenly chosen. Default: ${DEFAULT-VALUE}.")
    private int tracks;

    @Option(
            names = "--track",
            paramLabel = "I",
            defaultValue = "0",
            description = "Whose impulse response is drawn. Default: ${DEFAULT-VALUE}.")
    private int track;

    @Option(
            names = "--spacing",
            paramLabel = "FREQUENCY",
            description =
                    "Of a file's subcarriers: Hz, or for example 180kHz. Default: delays without unit.")
    private @Nullable String spacing;

    @Option(
            names = "--step-seconds",
            paramLabel = "TIME",
            description =
                    "Between a file's steps: seconds, or for example 0.5ms. Default: Doppler without unit.")
    private @Nullable String stepSeconds;

    @Option(
            names = "--array",
            paramLabel = "ARRAY",
            description =
                    "How a file's antennas stand: ROWSxCOLUMNS or ROWSxCOLUMNSx2. Default: in one row.")
    private @Nullable String array;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory for the report, new or empty. Default: runs/channels-<time>.")
    private @Nullable Path out;

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    ChannelsInspectCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        BadInputException.check(
                tracks >= 1, "--tracks " + tracks + " is below 1", "take --tracks 200");
        boolean settings = file.toString().matches("(?i).*\\.ya?ml");
        Csi csi;
        ChannelInspection.Grid grid;
        if (settings) {
            BadInputException.check(
                    spacing == null && stepSeconds == null && array == null,
                    "--spacing, --step-seconds or --array with settings, which say it themselves",
                    "leave the flags out, or change " + file);
            ChannelFile.Channels given = ChannelFile.channels(file, Map.of());
            Csi clean = new ChannelGenerator(given.spec());
            Noise noise = given.noise();
            csi = noise == null ? clean : new NoisyCsi(clean, noise);
            grid = grid(given.spec());
        } else {
            csi = CsiFiles.read(file);
            grid = grid(csi.shape().antennas());
        }
        BadInputException.check(
                track >= 0 && track < csi.tracks(),
                "--track " + track + " of " + csi.tracks() + " tracks",
                "count them from 0");
        Path directory = RunDirectory.create(context, "channels", out).path();
        ChannelInspection inspection =
                new ChannelInspection(file.toString(), csi, grid, track, tracks);
        ChannelInspection.Result result = inspection.result(CsiStatistics.of(csi, tracks));
        inspection.write(result, directory);
        common.write(context, result);
        if (common.showsTable()) {
            context.out().print(inspection.table(result));
            context.out()
                    .println(
                            "report                 "
                                    + FinetuneOutput.shown(directory.resolve("report.html")));
        }
        return Failures.DONE;
    }

    private static ChannelInspection.Grid grid(ChannelSpec spec) {
        Panel panel = spec.station().panel();
        boolean single = panel.panelRows() * panel.panelColumns() == 1;
        int slants = panel.slantsDegrees().size();
        int rows = single ? panel.rows() / panel.rowsPerPort() : 1;
        return new ChannelInspection.Grid(
                spec.grid().stepSeconds(),
                spec.grid().spacingHertz(),
                rows,
                panel.ports() / slants / rows,
                slants);
    }

    private ChannelInspection.Grid grid(int antennas) {
        int rows = 1;
        int columns = antennas;
        int slants = 1;
        if (array != null) {
            Map<String, Object> panel = ChannelOptions.panel("--array", array);
            rows = (Integer) panel.getOrDefault("rows", 1);
            columns = (Integer) panel.getOrDefault("columns", 1);
            slants = panel.get("slantsDegrees") instanceof List<?> list ? list.size() : 1;
            long ports = (long) rows * columns * slants;
            BadInputException.check(
                    ports >= 1 && antennas % ports == 0,
                    "--array " + array + " for " + antennas + " antennas",
                    "their number must be a multiple of the array's");
        }
        return new ChannelInspection.Grid(
                stepSeconds == null
                        ? null
                        : positive(
                                "--step-seconds",
                                Quantities.seconds("--step-seconds", stepSeconds)),
                spacing == null
                        ? null
                        : positive("--spacing", Quantities.hertz("--spacing", spacing)),
                rows,
                columns,
                slants);
    }

    private static double positive(String flag, double value) {
        BadInputException.check(
                value > 0, flag + " " + value + " is not above 0", "leave it out if unknown");
        return value;
    }
}
