package dev.lamina.radio;

import dev.lamina.base.BadInputException;

/// What one track holds: complex channels [time, subcarrier, antenna].
///
/// @param steps in time
/// @param subcarriers of the grid
/// @param antennas all pairs of transmit and receive ports, in one row
public record CsiShape(int steps, int subcarriers, int antennas) {
    private static final long MOST = Integer.MAX_VALUE / 4;

    public CsiShape {
        BadInputException.check(
                steps >= 1
                        && subcarriers >= 1
                        && antennas >= 1
                        && (double) steps * subcarriers * antennas <= MOST,
                "a track of " + steps + " x " + subcarriers + " x " + antennas + " channels",
                "take between 1 and " + MOST + " in all.");
    }

    /// Complex numbers of a track.
    public int size() {
        return steps * subcarriers * antennas;
    }
}
