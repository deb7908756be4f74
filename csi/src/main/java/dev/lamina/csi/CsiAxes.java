package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.CsiShape;
import java.util.List;

/// The axes of an array of channels: track (one or more axes), time, subcarrier, and any number of
/// antenna axes.
///
/// @param lengths of all axes, each at least 1
/// @param trackAxes how many of the first number the tracks
/// @param tracks in all
/// @param shape of a track
record CsiAxes(List<Long> lengths, int trackAxes, int tracks, CsiShape shape) {
    private static final int MOST_TRACKS = Integer.MAX_VALUE - 8;
    private static final int MOST_CHANNELS = Integer.MAX_VALUE / 4;

    /// @param what file and array, for messages
    /// @throws BadInputException if there are too few axes, or lengths that no CSI has
    static CsiAxes of(String what, List<Long> lengths, int trackAxes) {
        BadInputException.check(
                lengths.size() >= trackAxes + 2,
                what + " has the " + lengths.size() + " axes " + lengths,
                "save it with the axes "
                        + (trackAxes == 1 ? "[track, " : "[speed, user, ")
                        + "time, subcarrier, antenna...].");
        for (long length : lengths) {
            BadInputException.check(
                    length >= 1,
                    what + " has the shape " + lengths,
                    "every axis must have a length of 1 or more.");
        }
        long tracks = product(lengths.subList(0, trackAxes));
        long antennas = product(lengths.subList(trackAxes + 2, lengths.size()));
        long steps = lengths.get(trackAxes);
        long subcarriers = lengths.get(trackAxes + 1);
        double size = (double) steps * subcarriers * antennas;
        BadInputException.check(
                tracks <= MOST_TRACKS && size <= MOST_CHANNELS,
                what + " has the shape " + lengths + ", a track of more than 500 million channels",
                "save it with the axes [track, time, subcarrier, antenna...]; the first must number"
                        + " the tracks.");
        return new CsiAxes(
                List.copyOf(lengths),
                trackAxes,
                (int) tracks,
                new CsiShape((int) steps, (int) subcarriers, (int) antennas));
    }

    /// The product of positive lengths, or the largest long if it is beyond.
    static long product(List<Long> lengths) {
        long product = 1;
        for (long length : lengths) {
            if (Math.multiplyHigh(product, length) != 0 || product * length < 0) {
                return Long.MAX_VALUE;
            }
            product *= length;
        }
        return product;
    }
}
