package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Channel state information as [Track]s: history and future cut out, noise put on. A track is a
/// pure function of its index; nothing is kept, every `get` makes it anew.
public final class Tracks {
    private final Csi csi;
    private final ArrayLayout layout;
    private final Config config;

    /// What to cut out, and how much noise there is.
    ///
    /// @param historySteps the first steps of a track
    /// @param subcarriers of the history: the grid's first ones
    /// @param target the steps after them
    /// @param noise against each track's own mean power; null for none
    /// @param noisyLabels whether the labels are as noisy as the history, with noise of their own
    ///   (as LLM4CP has it), or clean
    public record Config(
            int historySteps,
            int subcarriers,
            Target target,
            @Nullable Noise noise,
            boolean noisyLabels) {
        public Config {
            BadInputException.check(
                    historySteps >= 1 && subcarriers >= 1,
                    "a history of " + historySteps + " steps, " + subcarriers + " subcarriers",
                    "take 16 steps and 48 subcarriers.");
        }

        /// LLM4CP's training: 16 steps of history, U(5, 20) dB on history and labels.
        public static Config llm4cp(int subcarriers, Target target, long seed) {
            return new Config(16, subcarriers, target, Noise.ofTraining(seed), true);
        }

        /// The same with other noise.
        public Config withNoise(@Nullable Noise other) {
            return new Config(historySteps, subcarriers, target, other, noisyLabels);
        }
    }

    /// @throws BadInputException if the tracks are too short or have too few subcarriers
    public Tracks(Csi csi, ArrayLayout layout, Config config) {
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
        Noise noise = config.noise();
        float[] noisy =
                noise == null ? channels : noise.add(channels, index, Noise.power(channels));
        History history =
                new History(
                        new CsiShape(
                                config.historySteps(), config.subcarriers(), layout.antennas()),
                        cut(noisy, csi.shape(), 0, config.historySteps(), 0, config.subcarriers()),
                        layout);
        float[] clean = future(channels);
        return new Track(
                history, config.target(), config.noisyLabels() ? future(noisy) : clean, clean);
    }

    private float[] future(float[] channels) {
        Target target = config.target();
        return cut(
                channels,
                csi.shape(),
                config.historySteps(),
                target.steps(),
                target.firstSubcarrier(),
                target.subcarriers());
    }

    /// Some steps and subcarriers of a track with this shape.
    public static float[] cut(
            float[] channels,
            CsiShape shape,
            int firstStep,
            int steps,
            int firstSubcarrier,
            int subcarriers) {
        int row = 2 * shape.antennas();
        float[] part = new float[steps * subcarriers * row];
        for (int t = 0; t < steps; t++) {
            int from = (firstStep + t) * shape.subcarriers() + firstSubcarrier;
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
