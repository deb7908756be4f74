package dev.lamina.air;

import java.util.random.RandomGenerator;

/// One antenna of a track.
///
/// @param past `[T, C]`
/// @param future `[F, O]`
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sequence(float[] past, float[] future) {
    /// One antenna's channels out of a track's.
    ///
    /// @param channels [time, subcarrier, antenna, 2]
    static float[] antenna(float[] channels, int antenna, int antennas, float scale) {
        float[] one = new float[channels.length / antennas];
        for (int i = 0; i < one.length; i += 2) {
            int from = i * antennas + 2 * antenna;
            one[i] = scale * channels[from];
            one[i + 1] = scale * channels[from + 1];
        }
        return one;
    }

    /// The reverse for all antennas.
    ///
    /// @param sequences [antenna, time, subcarrier, 2]
    static float[] together(float[] sequences, int antennas, float scale) {
        float[] channels = new float[sequences.length];
        int each = sequences.length / antennas;
        for (int a = 0; a < antennas; a++) {
            for (int i = 0; i < each; i += 2) {
                int to = i * antennas + 2 * a;
                channels[to] = scale * sequences[a * each + i];
                channels[to + 1] = scale * sequences[a * each + i + 1];
            }
        }
        return channels;
    }

    /// The same turned by one random phase, and by one more for each subcarrier: the channel of
    /// another place with another delay (reference 4.2).
    ///
    /// @param mostSlope of the phase, radians per subcarrier, either way
    Sequence turned(SequenceShape shape, double mostSlope, RandomGenerator random) {
        double phase = random.nextDouble(2 * Math.PI);
        double slope = random.nextDouble(-mostSlope, mostSlope);
        return new Sequence(
                turned(past, shape.subcarriers(), phase, slope),
                turned(
                        future,
                        shape.target().subcarriers(),
                        phase + slope * shape.target().firstSubcarrier(),
                        slope));
    }

    private static float[] turned(float[] x, int subcarriers, double phase, double slope) {
        float[] y = new float[x.length];
        for (int k = 0; k < subcarriers; k++) {
            double cosine = Math.cos(phase + slope * k);
            double sine = Math.sin(phase + slope * k);
            for (int i = 2 * k; i < x.length; i += 2 * subcarriers) {
                y[i] = (float) (x[i] * cosine - x[i + 1] * sine);
                y[i + 1] = (float) (x[i] * sine + x[i + 1] * cosine);
            }
        }
        return y;
    }
}
