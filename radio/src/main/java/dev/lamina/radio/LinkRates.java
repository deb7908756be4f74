package dev.lamina.radio;

/// Rates of links from their signal to noise ratio: pure functions, ratios linear unless named
/// otherwise.
public final class LinkRates {
    private static final double LN_2 = Math.log(2);

    /// Efficiencies in bit/s/Hz of channel quality indicators 1 to 15 (TS 38.214, table 5.2.2.1-2).
    private static final double[] EFFICIENCY = {
        0.1523, 0.2344, 0.3770, 0.6016, 0.8770, 1.1758, 1.4766, 1.9141, 2.4063, 2.7305, 3.3223,
        3.9023, 4.5234, 5.1152, 5.5547
    };

    /// Least ratio in dB for each. No standard gives them: these are the thresholds for one block
    /// error in ten over white Gaussian noise that circulate with these efficiencies (from the
    /// Vienna LTE simulator, as far as we know), 1.5 to 3.2 dB from Shannon's.
    private static final double[] LEAST_DECIBELS = {
        -6.936, -5.147, -3.180, -1.253, 0.761, 2.699, 4.694, 6.525, 8.573, 10.366, 12.289, 14.173,
        15.888, 17.814, 19.829
    };

    private LinkRates() {}

    /// Shannon's log2(1 + SNR), in bit/s/Hz.
    public static double shannon(double signalToNoise) {
        return Math.log1p(signalToNoise) / LN_2;
    }

    /// Shannon's rate of a real code: the ratio is divided by a gap, and the rate capped.
    ///
    /// @param gapDecibels 0 or more
    /// @param mostBitsPerSecondPerHertz what the highest modulation carries
    public static double shannon(
            double signalToNoise, double gapDecibels, double mostBitsPerSecondPerHertz) {
        return Math.min(
                mostBitsPerSecondPerHertz, shannon(signalToNoise / Math.pow(10, gapDecibels / 10)));
    }

    /// The channel quality indicator that a ratio allows: 1 to 15, or 0 where nothing can be sent.
    public static int quality(double signalToNoiseDecibels) {
        int quality = 0;
        while (quality < LEAST_DECIBELS.length
                && signalToNoiseDecibels >= LEAST_DECIBELS[quality]) {
            quality++;
        }
        return quality;
    }

    /// Rate in bit/s/Hz of a channel quality indicator, up to 64-QAM; 0 for 0.
    public static double efficiency(int quality) {
        Ranges.between("channel quality indicator", quality, 0, EFFICIENCY.length);
        return quality == 0 ? 0 : EFFICIENCY[quality - 1];
    }
}
