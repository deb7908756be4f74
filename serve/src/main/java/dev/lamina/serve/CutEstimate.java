package dev.lamina.serve;

/// What a text costs at each cut, from what was measured (derived):
///
/// t(k) = k d for k = L, and k d + r + s(k) / b + (L - k) n otherwise, with d and n a block's time
/// on the device and on the node, r the link's round trip, b its rate, and s(k) the bytes that
/// cross: the text at k = 0, the encoded hidden state above. The hidden state is of one size at
/// every cut, so that t is linear in between: the best cut is 0, 1, L - 1 or L.
///
/// @param layers L
/// @param deviceBlockSeconds d
/// @param nodeBlockSeconds n
/// @param link r and b
/// @param textBytes s(0)
/// @param hiddenBytes s(k)
public record CutEstimate(
        int layers,
        double deviceBlockSeconds,
        double nodeBlockSeconds,
        LinkMeasure link,
        long textBytes,
        long hiddenBytes) {

    /// t(k), in seconds.
    public double seconds(int blocks) {
        double here = blocks * deviceBlockSeconds;
        if (blocks == layers) {
            return here;
        }
        long bytes = blocks == 0 ? textBytes : hiddenBytes;
        return here
                + link.roundTripSeconds()
                + bytes / link.uplinkBytesPerSecond()
                + (layers - blocks) * nodeBlockSeconds;
    }

    /// The cut of the least time; of equal ones that with more on the node.
    public int best() {
        int best = 0;
        for (int k = 1; k <= layers; k++) {
            if (seconds(k) < seconds(best)) {
                best = k;
            }
        }
        return best;
    }
}
