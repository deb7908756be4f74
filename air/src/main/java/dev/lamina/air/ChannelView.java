package dev.lamina.air;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a model is to see of channels, and what to predict: makes examples of files of channels.
///
/// @param history steps that are seen
/// @param horizon steps to predict
/// @param band to predict
/// @param noise on history and labels; null for none
/// @param layout of the antennas; null to find it from each file's first tracks
public record ChannelView(
        int history, int horizon, Band band, @Nullable Noise noise, @Nullable ArrayLayout layout) {
    private static final int TRACKS_FOR_LAYOUT = 2;
    private static final int MOST_STEPS = 4096;

    public ChannelView {
        BadInputException.check(
                history >= 1 && history <= MOST_STEPS && horizon >= 1 && horizon <= MOST_STEPS,
                "a history of " + history + " steps and a horizon of " + horizon,
                "take 16 and 4.");
    }

    /// What is predicted from what.
    public enum Band {
        /// The same subcarriers.
        TDD,
        /// The upper half of the subcarriers from the lower half.
        FDD,
        /// Both halves from the lower one: two examples of each track.
        BOTH;

        /// By its name in lower case.
        ///
        /// @throws BadInputException if there is none of that name
        public static Band parse(String text) {
            for (Band band : values()) {
                if (band.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return band;
                }
            }
            throw new BadInputException("--band " + text, "take tdd or fdd.");
        }
    }

    /// Of a [SequenceModel] that sees this.
    ///
    /// @param subcarriers of the files
    public SequenceShape shape(int subcarriers) {
        return SequenceShape.of(config(subcarriers, band == Band.FDD));
    }

    /// How many tracks the examples of so many are counted as: twice, where both bands are learned.
    public int views(int tracks) {
        return band == Band.BOTH ? 2 * tracks : tracks;
    }

    /// Examples of a file's tracks.
    ///
    /// @param made is told how many of [#views(int)] are done
    /// @throws BadInputException if the file or the layout does not fit
    public <E> Examples<E> examples(TrainedPredictor<E> model, Csi csi, IntConsumer made) {
        Examples<E> examples = Examples.of(model, tracks(csi, band == Band.FDD).all(), made);
        if (band != Band.BOTH) {
            return examples;
        }
        return examples.and(
                Examples.of(
                        model,
                        tracks(csi, true).all(),
                        count -> made.accept(csi.tracks() + count)));
    }

    /// @param above whether the upper half of the subcarriers is to be predicted
    private Tracks.Config config(int subcarriers, boolean above) {
        int seen = band == Band.TDD ? subcarriers : subcarriers / 2;
        return new Tracks.Config(
                history, seen, new Target(horizon, above ? seen : 0, seen), noise, true);
    }

    private Tracks tracks(Csi csi, boolean above) {
        CsiShape shape = csi.shape();
        Tracks.Config config = config(shape.subcarriers(), above);
        if (layout != null) {
            return new Tracks(csi, layout, config);
        }
        int[] first = IntStream.range(0, Math.min(TRACKS_FOR_LAYOUT, csi.tracks())).toArray();
        Tracks unknown = new Tracks(csi, ArrayLayout.unknown(shape.antennas()), config);
        return new Tracks(
                csi,
                ArrayLayout.infer(unknown.some(first).stream().map(Track::history).toList()),
                config);
    }
}
