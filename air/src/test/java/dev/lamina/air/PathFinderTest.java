package dev.lamina.air;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.radio.CsiShape;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathFinderTest {
    private static final ArrayLayout LAYOUT = ArrayLayout.parse("4x4x2");
    private static final CsiShape SHAPE = new CsiShape(16, 32, 32);
    private static final double NOISE = 0.05;

    private static Paths find(List<PathTracks.Path> paths, double noise, long seed) {
        float[] clean = PathTracks.channels(paths, SHAPE, LAYOUT, 0, 0);
        History history = new History(SHAPE, PathTracks.noisy(clean, noise, seed), LAYOUT);
        return PathFinder.find(Snapshots.of(history), noise, 64);
    }

    /// Places to a hundredth of the array's resolution, gains to their stated variance.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsThePaths(long seed) {
        List<PathTracks.Path> paths = PathTracks.paths(4, LAYOUT, seed);
        Paths found = find(paths, NOISE, seed);
        assertThat(found.count()).as("paths of seed %d", seed).isBetween(4, 5);
        for (PathTracks.Path path : paths) {
            int nearest = nearest(found, path.place());
            double[] place = found.places().get(nearest);
            assertThat(apart(place[0], path.place()[0])).isLessThan(0.01 / 32);
            assertThat(apart(place[1], path.place()[1])).isLessThan(0.01 / 4);
            assertThat(apart(place[2], path.place()[2])).isLessThan(0.01 / 4);
            assertThat(found.variances().get(nearest)).isCloseTo(NOISE / 512, within(NOISE / 1000));
            double error = 0;
            for (int t = 0; t < 16; t++) {
                double angle = 2 * Math.PI * path.doppler() * t;
                for (int port = 0; port < 2; port++) {
                    double x = path.gains()[2 * port];
                    double y = path.gains()[2 * port + 1];
                    int at = 2 * (2 * t + port);
                    double[] gains = found.gains().get(nearest);
                    error += Math.pow(x * Math.cos(angle) - y * Math.sin(angle) - gains[at], 2);
                    error += Math.pow(x * Math.sin(angle) + y * Math.cos(angle) - gains[at + 1], 2);
                }
            }
            assertThat(error / 32).isLessThan(4 * NOISE / 512);
        }
    }

    @Test
    void noiseHasNoPaths() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(find(List.of(), NOISE, seed).count()).as("seed %d", seed).isZero();
        }
    }

    /// The estimate is near, with as many paths as an urban cell has.
    @Test
    void theNoiseIsFoundToo() {
        List<PathTracks.Path> paths = PathTracks.paths(20, LAYOUT, 7);
        float[] clean = PathTracks.channels(paths, SHAPE, LAYOUT, 0, 0);
        History history = new History(SHAPE, PathTracks.noisy(clean, NOISE, 7), LAYOUT);
        double first = NoiseFloor.of(history);
        assertThat(first).isGreaterThan(10 * NOISE); // all those paths' sidelobes
        Paths found = PathFinder.find(Snapshots.of(history), first, 64);
        assertThat(found.noise()).isBetween(0.9 * NOISE, 1.5 * NOISE);
    }

    private static int nearest(Paths found, double[] place) {
        return java.util.stream.IntStream.range(0, found.count())
                .boxed()
                .min(
                        Comparator.comparingDouble(i -> {
                            double[] other = found.places().get(i);
                            return 32 * apart(other[0], place[0])
                                    + 4 * apart(other[1], place[1])
                                    + 4 * apart(other[2], place[2]);
                        }))
                .orElseThrow();
    }

    private static double apart(double a, double b) {
        return Math.abs(a - b - Math.rint(a - b));
    }
}
