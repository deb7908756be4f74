package dev.lamina.radio;

/// From the channels of all delays to those of all subcarriers: Σ_n H_n exp(-j 2π f τ_n).
final class DelaySums {
    /// About as many floats make a row of the sum; several steps share a row until then.
    private static final int ROW_FLOATS = 512;

    private final Sampling sampling;
    private final double[][] delaySeconds;
    private final int steps;
    private final int width;
    private final int stepsInRow;
    private final ComplexRows[] blocks;

    /// @param pairs of ports
    /// @param delaySeconds at each step, or only once if they stay; for each delay
    DelaySums(Sampling sampling, int steps, int pairs, double[][] delaySeconds) {
        this.sampling = sampling;
        this.delaySeconds = delaySeconds;
        this.steps = steps;
        width = 2 * pairs;
        stepsInRow = delaySeconds.length > 1 ? 1 : Math.clamp(ROW_FLOATS / width, 1, steps);
        blocks = new ComplexRows[(steps + stepsInRow - 1) / stepsInRow];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new ComplexRows(delaySeconds[0].length, stepsInRow * pairs);
        }
    }

    /// Takes the channels of one delay at one step.
    void put(int step, int delay, float[] channels) {
        float[] row = blocks[step / stepsInRow].rows[delay];
        System.arraycopy(channels, 0, row, step % stepsInRow * width, width);
    }

    /// Channels [time, subcarrier, pair]. Frequencies lie evenly around the carrier, so that those
    /// of the first and last subcarrier, and so on inwards, have conjugate factors.
    ///
    /// @param gain amplitude of the whole channel
    float[] channels(double gain) {
        int delays = delaySeconds[0].length;
        int subcarriers = sampling.subcarriers();
        float[] channels = new float[steps * subcarriers * width];
        float[] real = new float[subcarriers * delays];
        float[] imaginary = new float[subcarriers * delays];
        float[] sum = new float[stepsInRow * width];
        for (int block = 0; block < blocks.length; block++) {
            if (block < delaySeconds.length) {
                for (int n = 0; n < delays; n++) {
                    sampling.turn(delaySeconds[block][n], gain, real, imaginary, n, delays);
                }
            }
            for (int k = 0; k < (subcarriers + 1) / 2; k++) {
                blocks[block].sum(delays, real, imaginary, k * delays);
                blocks[block].result(sum);
                take(sum, block, k, channels);
                blocks[block].conjugateResult(sum);
                take(sum, block, subcarriers - 1 - k, channels);
            }
        }
        return channels;
    }

    private void take(float[] sum, int block, int subcarrier, float[] channels) {
        int first = block * stepsInRow;
        int count = Math.min(stepsInRow, steps - first);
        for (int t = 0; t < count; t++) {
            int at = ((first + t) * sampling.subcarriers() + subcarrier) * width;
            System.arraycopy(sum, t * width, channels, at, width);
        }
    }
}
