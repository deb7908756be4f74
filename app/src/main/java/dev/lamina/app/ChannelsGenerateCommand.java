package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.csi.CsiFiles;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lamina channels generate`: channels into a file.
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        customSynopsis = "lamina channels generate [FILE.yaml] [FLAGS] --to FILE",
        description = {
            "Generate radio channels after 3GPP TR 38.901 and write them to a file with the axes [track, time, subcarrier,"
                    + " antenna], complex. The same settings and seed give the same file, whatever --threads."
        },
        footer = {
            "",
            "FILE's extension says the format: .npy (no labels), .npz, .safetensors, .h5, .mat (MATLAB 7.3).",
            "Ctrl-C leaves nothing behind.",
            "",
            "Examples:",
            "  lamina channels generate --preset llm4cp --to train.npz",
            "  lamina channels generate --scenario umi --state nlos --carrier 28 --speed 3..30 --to umi.h5",
            "  lamina channels generate --profile cdl-c --delay-spread 300ns --array 8x8x2 --to cdl.mat",
            "  lamina channels generate recipes/channels.yaml --tracks 10 --to few.npy",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
final class ChannelsGenerateCommand implements Callable<Integer> {
    private static final int CHANNEL_BYTES = 2 * Float.BYTES;
    private static final int MOST_THREADS = 1024;

    private final Context context;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE.yaml",
            description = "Settings (recipes/channels.yaml has all keys); flags override them.")
    private @Nullable Path file;

    @Mixin(name = "Channels")
    private final ChannelOptions options = new ChannelOptions();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "The file to write; one that is there is replaced.")
    private Path to = Path.of("");

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Processor cores to use; the result is the same. Default: all.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    ChannelsGenerateCommand(Context context) {
        this.context = context;
    }

    /// What came of it.
    ///
    /// @param shape of the array in the file
    /// @param meanPathGainDecibels with the shadowing and without antennas; null where there is
    ///   none
    /// @param meanPowerDecibels E|h|² of what was written
    record Result(
            String file,
            List<Integer> shape,
            List<String> labels,
            long bytes,
            double wallSeconds,
            double tracksPerSecond,
            @Nullable Double meanPathGainDecibels,
            double meanPowerDecibels,
            ChannelSpec spec,
            @Nullable Noise noise) {}

    @Override
    public Integer call() {
        common.check();
        CsiFiles.checkName(to);
        BadInputException.check(
                threads >= 1 && threads <= MOST_THREADS,
                "--threads " + threads + " is not from 1 to " + MOST_THREADS,
                "leave it out for all cores");
        ChannelFile.Channels channels = ChannelFile.channels(file, options.settings());
        ChannelSpec spec = channels.spec();
        Noise noise = channels.noise();
        checkPlace(spec);
        Csi clean = new ChannelGenerator(spec);
        Csi csi = noise == null ? clean : new NoisyCsi(clean, noise);
        long began = System.nanoTime();
        double power;
        try (StopSignal stop = StopSignal.install(context.err());
                CountProgress progress =
                        new CountProgress(context, common.quiet, "tracks", spec.tracks());
                PrefetchedCsi ahead =
                        new PrefetchedCsi(csi, threads, stop::requested, progress::done)) {
            try {
                CsiFiles.write(to, ahead);
            } catch (PrefetchedCsi.Stopped e) {
                context.err().println("stopped: " + to + " was not written");
                return Failures.INTERRUPTED;
            }
            power = ahead.meanPower();
        }
        show(result(spec, noise, csi, power, (System.nanoTime() - began) / 1e9));
        return Failures.DONE;
    }

    /// Fails before any work if the file could not be written in the end.
    private void checkPlace(ChannelSpec spec) {
        Path target = to.toAbsolutePath().normalize();
        BadInputException.check(
                !Files.isDirectory(target), "--to " + to + " is a folder", "name a file in it");
        Path folder = target.getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        BadInputException.check(
                folder != null && Files.isDirectory(folder) && Files.isWritable(folder),
                "--to " + to + " cannot be written: " + folder + " is no folder of yours",
                "name a file elsewhere");
        long needed = bytes(spec);
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            BadInputException.check(
                    needed <= free,
                    "--to "
                            + to
                            + " needs "
                            + Bytes.text(needed)
                            + ", and there are "
                            + Bytes.text(free),
                    "take fewer --tracks, --steps or --subcarriers");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + folder + ": " + e.getMessage(), e);
        }
    }

    private static long bytes(ChannelSpec spec) {
        return (long) CHANNEL_BYTES * spec.shape().size() * spec.tracks();
    }

    private Result result(
            ChannelSpec spec, @Nullable Noise noise, Csi csi, double power, double seconds) {
        CsiShape shape = spec.shape();
        double[] gains = csi.labels().get("path_gain_db");
        try {
            return new Result(
                    to.toString(),
                    List.of(spec.tracks(), shape.steps(), shape.subcarriers(), shape.antennas()),
                    List.copyOf(csi.labels().keySet()),
                    Files.size(to),
                    seconds,
                    spec.tracks() / seconds,
                    gains == null ? null : Arrays.stream(gains).average().orElseThrow(),
                    10 * Math.log10(power),
                    spec,
                    noise);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + to + ": " + e.getMessage(), e);
        }
    }

    private void show(Result result) {
        common.write(context, result);
        if (!common.showsTable()) {
            return;
        }
        Table table =
                Table.plain()
                        .row("file", result.file())
                        .row("tracks", "%,d".formatted(result.shape().getFirst()))
                        .row("shape", result.shape() + "  track, time, subcarrier, antenna")
                        .row("size", Bytes.text(result.bytes()))
                        .row(
                                "labels",
                                result.file().endsWith(".npy")
                                        ? "none: .npy holds none"
                                        : String.join(", ", result.labels()))
                        .row("wall time", Durations.text(result.wallSeconds()))
                        .row("speed", "%.4g tracks/s".formatted(result.tracksPerSecond()));
        if (result.meanPathGainDecibels() != null) {
            table.row("mean path gain", "%.1f dB".formatted(result.meanPathGainDecibels()));
        }
        table.row("mean power", "%.1f dB".formatted(result.meanPowerDecibels()));
        context.out().print(table);
    }
}
