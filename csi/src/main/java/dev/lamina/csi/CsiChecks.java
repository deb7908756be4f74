package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;

/// Refuses channels that nothing can be learnt or measured from.
public final class CsiChecks {
    private CsiChecks() {}

    /// Passes if every channel is a finite number and no track is all zero. Tracks, steps,
    /// subcarriers and antennas are counted from 0.
    ///
    /// @param name what messages call the channels, such as the file's name
    /// @throws BadInputException naming the track, and for numbers that are not finite the step
    public static void check(Csi csi, String name) {
        int zeroTracks = 0;
        int firstZero = -1;
        for (int track = 0; track < csi.tracks(); track++) {
            float[] values = csi.track(track);
            boolean zero = true;
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    throw notFinite(csi, name, track, i, values[i]);
                }
                zero &= values[i] == 0;
            }
            if (zero) {
                firstZero = zeroTracks == 0 ? track : firstZero;
                zeroTracks++;
            }
        }
        BadInputException.check(
                zeroTracks == 0,
                name
                        + ": "
                        + zeroTracks
                        + " of "
                        + csi.tracks()
                        + " tracks are all zero, the first is track "
                        + firstZero,
                "leave out the tracks that were not measured; numbers below 1e-45 are zero in"
                        + " float32, then scale them.");
    }

    private static BadInputException notFinite(
            Csi csi, String name, int track, int index, float value) {
        CsiShape shape = csi.shape();
        int channel = index / 2;
        return new BadInputException(
                name
                        + ": track "
                        + track
                        + " of "
                        + csi.tracks()
                        + " has "
                        + value
                        + " at step "
                        + channel / (shape.subcarriers() * shape.antennas())
                        + ", subcarrier "
                        + channel / shape.antennas() % shape.subcarriers()
                        + ", antenna "
                        + channel % shape.antennas(),
                "leave out the track, or mend what made it; numbers beyond 3e38 are infinite in"
                        + " float32, then scale them.");
    }
}
