package dev.lamina.air;

import dev.lamina.base.Seeds;
import dev.lamina.radio.CsiShape;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Channels of a few paths, for tests.
final class PathTracks {
    private PathTracks() {}

    /// A path.
    ///
    /// @param place delay, row and column in cycles
    /// @param doppler in cycles per step
    /// @param gains of each port, real and imaginary parts in turn
    @SuppressWarnings("ArrayRecordComponent")
    record Path(double[] place, double doppler, double[] gains) {}

    static List<Path> paths(int count, ArrayLayout layout, long seed) {
        RandomGenerator random = Seeds.stream(seed, "paths");
        List<Path> paths = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            double[] place = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
            double[] gains = new double[2 * layout.ports()];
            for (int i = 0; i < gains.length; i++) {
                gains[i] = random.nextGaussian();
            }
            paths.add(new Path(place, random.nextDouble(-0.1, 0.1), gains));
        }
        return paths;
    }

    /// Channels of these paths without noise.
    ///
    /// @param firstStep and `firstSubcarrier` from where on
    static float[] channels(
            List<Path> paths,
            CsiShape shape,
            ArrayLayout layout,
            int firstStep,
            int firstSubcarrier) {
        float[] channels = new float[2 * shape.size()];
        for (Path path : paths) {
            for (int t = 0; t < shape.steps(); t++) {
                for (int k = 0; k < shape.subcarriers(); k++) {
                    for (int r = 0; r < layout.rows(); r++) {
                        for (int c = 0; c < layout.columns(); c++) {
                            double angle =
                                    2
                                            * Math.PI
                                            * (path.doppler() * (t + firstStep)
                                                    - path.place()[0] * (k + firstSubcarrier)
                                                    - path.place()[1] * r
                                                    - path.place()[2] * c);
                            for (int port = 0; port < layout.ports(); port++) {
                                double x = path.gains()[2 * port];
                                double y = path.gains()[2 * port + 1];
                                int at =
                                        2
                                                * ((t * shape.subcarriers() + k) * shape.antennas()
                                                        + layout.antenna(r, c, port));
                                channels[at] += (float) (x * Math.cos(angle) - y * Math.sin(angle));
                                channels[at + 1] +=
                                        (float) (x * Math.sin(angle) + y * Math.cos(angle));
                            }
                        }
                    }
                }
            }
        }
        return channels;
    }

    /// The same with white noise of this power on every channel.
    static float[] noisy(float[] channels, double power, long seed) {
        RandomGenerator random = Seeds.stream(seed, "noise");
        float[] noisy = channels.clone();
        double deviation = Math.sqrt(power / 2);
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += (float) (deviation * random.nextGaussian());
        }
        return noisy;
    }
}
