package dev.lamina.radio;

import java.util.Map;

/// Channel state information of many tracks, generated or read from a file. Any track can be asked
/// for at any time and from any thread, and is always the same.
public interface Csi {
    /// Of every track.
    CsiShape shape();

    /// How many tracks there are.
    int tracks();

    /// The channels of a track, not to be changed: real and imaginary parts in turn, as in an array
    /// [time, subcarrier, antenna, 2] in row-major order.
    float[] track(int index);

    /// Numbers that belong to tracks, such as `speed_kmh`: a name, and a value for each track. Not
    /// to be changed.
    Map<String, double[]> labels();
}
