package dev.lamina.bench;

import dev.lamina.radio.AntennaElement;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Panel;
import dev.lamina.radio.Presets;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How many tracks a second one core generates: LLM4CP's setting, and with other antennas, steps
/// and subcarriers. All points take turns, so that the machine's moods meet all; quoted is the
/// median.
public final class ChannelBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TRACKS = 1_000_000; // more than are ever asked for
    private static final int[][] ARRAYS = {{1, 1}, {2, 2}, {4, 4}, {8, 8}, {16, 16}};
    private static final int[] STEPS = {5, 10, 20, 40, 80};
    private static final int[] SUBCARRIERS = {12, 48, 96, 192, 384};

    private ChannelBench() {}

    /// One setting.
    ///
    /// @param varied what differs from LLM4CP's: `setting` (nothing), `antennas`, `steps` or
    ///   `subcarriers`
    /// @param tracksPerSecond by the clock, the median of the repetitions
    /// @param tracksPerCoreSecond by the time that a core has really given, which on a busy machine
    ///   is less
    /// @param channelsPerSecond complex numbers
    public record Point(
            String varied,
            int antennas,
            int steps,
            int subcarriers,
            double tracksPerSecond,
            double tracksPerCoreSecond,
            double channelsPerSecond) {}

    private record Rate(double byClock, double byCore) {}

    /// Times every setting.
    ///
    /// @param repetitions of each
    /// @param seconds each repetition takes at least, one track or more
    public static List<Point> run(int repetitions, double seconds) {
        List<Setting> settings = settings();
        settings.forEach(setting -> setting.time(seconds / 2)); // warms up
        for (int i = 0; i < repetitions; i++) {
            settings.forEach(setting -> setting.measured.add(setting.time(seconds)));
        }
        return settings.stream().map(Setting::point).toList();
    }

    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting("setting", 4, 4, 20, 96));
        for (int[] array : ARRAYS) {
            settings.add(new Setting("antennas", array[0], array[1], 20, 96));
        }
        for (int steps : STEPS) {
            settings.add(new Setting("steps", 4, 4, steps, 96));
        }
        for (int subcarriers : SUBCARRIERS) {
            settings.add(new Setting("subcarriers", 4, 4, 20, subcarriers));
        }
        return settings;
    }

    private static final class Setting {
        final String varied;
        final Csi csi;
        final List<Rate> measured = new ArrayList<>();
        int next;

        Setting(String varied, int rows, int columns, int steps, int subcarriers) {
            this.varied = varied;
            ChannelSpec of = Presets.llm4cp(1);
            csi =
                    new ChannelGenerator(
                            new ChannelSpec(
                                    of.environment(),
                                    new ChannelSpec.Station(
                                            of.station().heightMetres(),
                                            Panel.of(
                                                    AntennaElement.DIRECTIONAL,
                                                    rows,
                                                    columns,
                                                    Panel.UPRIGHT),
                                            of.station().orientation()),
                                    of.user(),
                                    of.movement(),
                                    of.carrierHertz(),
                                    new ChannelSpec.Grid(
                                            steps,
                                            of.grid().stepSeconds(),
                                            subcarriers,
                                            of.grid().spacingHertz()),
                                    TRACKS,
                                    1));
        }

        /// Tracks per second.
        Rate time(double seconds) {
            long began = System.nanoTime();
            long coreBegan = THREADS.getCurrentThreadCpuTime();
            int count = 0;
            double passed;
            do {
                if (csi.track(next % TRACKS).length == 0) {
                    throw new IllegalStateException("a track of no length");
                }
                next++;
                count++;
                passed = (System.nanoTime() - began) / 1e9;
            } while (passed < seconds);
            long given = THREADS.getCurrentThreadCpuTime() - coreBegan;
            return new Rate(count / passed, count / Math.max(1e-9, given / 1e9));
        }

        Point point() {
            CsiShape shape = csi.shape();
            double median = median(Rate::byClock);
            return new Point(
                    varied,
                    shape.antennas(),
                    shape.steps(),
                    shape.subcarriers(),
                    median,
                    median(Rate::byCore),
                    median * shape.size());
        }

        private double median(ToDoubleFunction<Rate> which) {
            return StepBench.quantile(measured.stream().mapToDouble(which).boxed().toList(), 0.5);
        }
    }
}
