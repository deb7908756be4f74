package dev.lamina.air;

import dev.lamina.base.Seeds;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Channels of a few paths, each a complex exponential over time, subcarriers and antennas.
record Exponentials(CsiShape shape, int tracks, long seed) implements Csi {
    private static final int PATHS = 3;

    @Override
    public float[] track(int index) {
        float[] channels = new float[2 * shape.size()];
        RandomGenerator random = Seeds.stream(seed, "track", index);
        for (int path = 0; path < PATHS; path++) {
            double gain = 0.2 + random.nextDouble();
            double phase = random.nextDouble(2 * Math.PI);
            double doppler = random.nextDouble(-0.6, 0.6);
            double delay = random.nextDouble(0.1, 0.5);
            double angle = random.nextDouble(-1, 1);
            int at = 0;
            for (int t = 0; t < shape.steps(); t++) {
                for (int k = 0; k < shape.subcarriers(); k++) {
                    for (int a = 0; a < shape.antennas(); a++) {
                        double turn = phase + doppler * t - delay * k + angle * a;
                        channels[at++] += (float) (gain * Math.cos(turn));
                        channels[at++] += (float) (gain * Math.sin(turn));
                    }
                }
            }
        }
        return channels;
    }

    @Override
    public Map<String, double[]> labels() {
        return Map.of();
    }

    /// Tracks of 8 steps of history and 2 to come, 4 subcarriers, 3 antennas.
    static Tracks tracks(int count, long seed) {
        return new Tracks(
                new Exponentials(new CsiShape(10, 4, 3), count, seed),
                ArrayLayout.unknown(3),
                new Tracks.Config(8, 4, Target.sameBand(2, 4), new Noise(10, 20, seed), false));
    }

    /// The same, with the band above to predict.
    static Tracks otherBand(int count, long seed) {
        return new Tracks(
                new Exponentials(new CsiShape(10, 8, 3), count, seed),
                ArrayLayout.unknown(3),
                new Tracks.Config(8, 4, new Target(2, 4, 4), new Noise(10, 20, seed), false));
    }
}
