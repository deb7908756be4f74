package dev.lamina.csi;

import dev.lamina.base.BadInputException;

/// Against small files that unpack to more than the memory holds. Channels hardly compress.
final class Expansion {
    private static final int MOST_TIMES = 100;
    private static final int FREE_BYTES = 1 << 20;

    private Expansion() {}

    /// @param what file and array, for messages
    /// @throws BadInputException if `bytes` from `stored` ones is more than data expand
    static void check(String what, long bytes, long stored) {
        BadInputException.check(
                bytes <= FREE_BYTES || (bytes - FREE_BYTES) / MOST_TIMES <= stored,
                what
                        + " is announced to have "
                        + bytes
                        + " bytes, from "
                        + stored
                        + " compressed ones in the file",
                "the file is damaged; if its data do compress more than "
                        + MOST_TIMES
                        + " times, save them uncompressed.");
    }
}
