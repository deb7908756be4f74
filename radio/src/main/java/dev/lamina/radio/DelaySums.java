package dev.lamina.radio;

/// From the channels of all delays to those of all subcarriers: Σ_n H_n exp(-j 2π f τ_n).
final class DelaySums {
    /// About as many floats make a row of the sum; several steps share a row until then.
    private static final int ROW_FLOATS = 256;

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

    /// Channels [time, subcarrier, pair].
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
            for (int n = 0; n < delays; n++) {
                blocks[block].turn(n);
                if (block < delaySeconds.length) {
                    sampling.turn(delaySeconds[block][n], gain, real, imaginary, n, delays);
                }
            }
            int first = block * stepsInRow;
            int count = Math.min(stepsInRow, steps - first);
            for (int k = 0; k < subcarriers; k++) {
                blocks[block].sum(delays, real, imaginary, k * delays, sum);
                for (int t = 0; t < count; t++) {
                    int at = ((first + t) * subcarriers + k) * width;
                    System.arraycopy(sum, t * width, channels, at, width);
                }
            }
        }
        return channels;
    }
}
