package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;

/// Channel state information as [Track]s: history and future cut out, noise put on. A track and its
/// noise are a pure function of its index and the seed; nothing is kept, every `get` makes it anew.
public final class Tracks {
    private final Csi csi;
    private final ArrayLayout layout;
    private final Config config;
    private final long seed;

    /// What to cut out, and how much noise there is.
    ///
    /// @param historySteps the first steps of a track
    /// @param subcarriers of the history: the grid's first ones
    /// @param target the steps after them
    /// @param minSnrDecibels each track's signal-to-noise ratio is drawn evenly between this and
    /// @param maxSnrDecibels this; infinity for both is no noise
    /// @param noisyLabels whether the labels are as noisy as the history, with noise of their own
    ///   (as LLM4CP has it), or clean
    public record Config(
            int historySteps,
            int subcarriers,
            Target target,
            double minSnrDecibels,
            double maxSnrDecibels,
            boolean noisyLabels) {
        public Config {
            BadInputException.check(
                    historySteps >= 1 && subcarriers >= 1,
                    "a history of " + historySteps + " steps, " + subcarriers + " subcarriers",
                    "take 16 steps and 48 subcarriers.");
            BadInputException.check(
                    minSnrDecibels <= maxSnrDecibels && minSnrDecibels > -300,
                    "signal-to-noise ratios from " + minSnrDecibels + " to " + maxSnrDecibels,
                    "take 5 to 20 dB.");
        }

        /// LLM4CP's training: 16 steps of history, U(5, 20) dB on history and labels.
        public static Config llm4cp(int subcarriers, Target target) {
            return new Config(16, subcarriers, target, 5, 20, true);
        }

        /// The same with this ratio for every track.
        public Config withSnrDecibels(double snrDecibels) {
            return new Config(
                    historySteps, subcarriers, target, snrDecibels, snrDecibels, noisyLabels);
        }
    }

    /// @throws BadInputException if the tracks are too short or have too few subcarriers
    public Tracks(Csi csi, ArrayLayout layout, Config config, long seed) {
        CsiShape shape = csi.shape();
        Target target = config.target();
        int steps = config.historySteps() + target.steps();
        int subcarriers =
                Math.max(config.subcarriers(), target.firstSubcarrier() + target.subcarriers());
        BadInputException.check(
                shape.steps() >= steps && shape.subcarriers() >= subcarriers,
                "tracks of "
                        + shape.steps()
                        + " steps and "
                        + shape.subcarriers()
                        + " subcarriers, where "
                        + steps
                        + " and "
                        + subcarriers
                        + " are needed",
                "take a shorter history or horizon, or the same band (TDD).");
        BadInputException.check(
                layout.antennas() == shape.antennas(),
                "array layout " + layout + " for " + shape.antennas() + " antennas",
                "it is another data set's.");
        this.csi = csi;
        this.layout = layout;
        this.config = config;
        this.seed = seed;
    }

    public Config config() {
        return config;
    }

    /// All of them, each made when it is asked for.
    public List<Track> all() {
        return some(IntStream.range(0, csi.tracks()).toArray());
    }

    /// Those with these indices, each made when it is asked for.
    public List<Track> some(int... indices) {
        return new Made(indices.clone());
    }

    /// The track with this index.
    public Track get(int index) {
        float[] channels = csi.track(index);
        double span = config.maxSnrDecibels() - config.minSnrDecibels();
        double snrDecibels = // infinity minus infinity is not a number
                span > 0
                        ? config.minSnrDecibels()
                                + span * Seeds.stream(seed, "snr", index).nextDouble()
                        : config.minSnrDecibels();
        Target target = config.target();
        float[] past = cut(channels, 0, config.historySteps(), 0, config.subcarriers());
        float[] clean =
                cut(
                        channels,
                        config.historySteps(),
                        target.steps(),
                        target.firstSubcarrier(),
                        target.subcarriers());
        long ofHistory = Seeds.derive(seed, "history", index);
        long ofLabels = Seeds.derive(seed, "labels", index);
        History history =
                new History(
                        new CsiShape(
                                config.historySteps(), config.subcarriers(), layout.antennas()),
                        Noise.on(past, snrDecibels, ofHistory),
                        layout);
        float[] labels = config.noisyLabels() ? Noise.on(clean, snrDecibels, ofLabels) : clean;
        return new Track(history, target, labels, clean);
    }

    private float[] cut(
            float[] channels, int firstStep, int steps, int firstSubcarrier, int subcarriers) {
        int row = 2 * csi.shape().antennas();
        float[] part = new float[steps * subcarriers * row];
        for (int t = 0; t < steps; t++) {
            int from = (firstStep + t) * csi.shape().subcarriers() + firstSubcarrier;
            System.arraycopy(channels, from * row, part, t * subcarriers * row, subcarriers * row);
        }
        return part;
    }

    private final class Made extends AbstractList<Track> implements RandomAccess {
        private final int[] indices;

        Made(int[] indices) {
            this.indices = indices;
            BadInputException.check(
                    Arrays.stream(indices).allMatch(i -> i >= 0 && i < csi.tracks()),
                    "tracks " + Arrays.toString(indices) + " of " + csi.tracks(),
                    "there are fewer tracks than asked for.");
        }

        @Override
        public Track get(int i) {
            return Tracks.this.get(indices[i]);
        }

        @Override
        public int size() {
            return indices.length;
        }
    }
}
