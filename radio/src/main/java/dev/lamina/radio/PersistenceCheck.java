package dev.lamina.radio;

import java.util.ArrayList;
import java.util.List;

/// "No prediction" in LLM4CP's figure 7: the last noisy step of the history against four noisy
/// labels, 18 dB below the mean power of all tracks of a speed, mean over batches of the ratio of
/// energies.
///
/// @param quick fewer tracks
record PersistenceCheck(boolean quick, long seed) {
    private static final int PORTS = 32;
    private static final int BINS = 96;
    private static final int UPLINK_BINS = 48;
    private static final int HISTORY = 16;
    private static final int STEPS = 20;
    private static final double NOISE_DECIBELS = 18;

    /// Tracks that the paper's code puts in one batch: 64 pairs of track and polarisation.
    private static final int BATCH = 32;

    /// By speed in km/h, read from the figure.
    private static final double[][] PUBLISHED = {
        {10, 0.065}, {30, 0.256}, {50, 0.59}, {70, 1.01}, {100, 1.65}
    };

    void run(List<GeneratorCheck.Row> rows, List<GeneratorCheck.Curve> curves) {
        List<Double> kmh = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        List<Double> wanted = new ArrayList<>();
        for (double[] point : PUBLISHED) {
            double error = error(point[0]);
            kmh.add(point[0]);
            measured.add(error);
            wanted.add(point[1]);
            rows.add(
                    new GeneratorCheck.Row(
                            "no prediction",
                            "llm4cp at %.0f km/h, normalised error".formatted(point[0]),
                            error,
                            point[1],
                            (quick ? 0.3 : 0.15) * point[1]));
        }
        curves.add(new GeneratorCheck.Curve("no prediction", "speed, km/h", kmh, measured, wanted));
    }

    private double error(double kmh) {
        int batches = quick ? 2 : 8;
        Csi csi = new ChannelGenerator(Presets.llm4cp(List.of(kmh), batches * BATCH, seed));
        List<float[]> ends = new ArrayList<>();
        double power = 0;
        for (int i = 0; i < csi.tracks(); i++) {
            float[] end = uplinkEnd(csi.track(i));
            ends.add(end);
            power += Noise.power(end) / csi.tracks();
        }
        Noise noise = Noise.of(NOISE_DECIBELS, seed);
        double mean = 0;
        for (int batch = 0; batch < batches; batch++) {
            double error = 0;
            double energy = 0;
            for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
                float[] h = noise.add(ends.get(i), i, power);
                int row = 2 * UPLINK_BINS * PORTS;
                for (int j = row; j < h.length; j++) {
                    error += Math.pow(h[j] - h[j % row], 2);
                    energy += h[j] * h[j];
                }
            }
            mean += error / energy / batches;
        }
        return mean;
    }

    /// Uplink bins of the last step of the history and the four that follow.
    private static float[] uplinkEnd(float[] track) {
        int row = 2 * UPLINK_BINS * PORTS;
        float[] end = new float[(STEPS - HISTORY + 1) * row];
        for (int t = HISTORY - 1; t < STEPS; t++) {
            System.arraycopy(track, t * 2 * BINS * PORTS, end, (t - HISTORY + 1) * row, row);
        }
        return end;
    }
}
