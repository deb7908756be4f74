package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A link as it was measured by messages of two sizes.
///
/// @param roundTripSeconds of an empty question and its answer
/// @param uplinkBytesPerSecond of what is sent with it
public record LinkMeasure(double roundTripSeconds, double uplinkBytesPerSecond) {
    private static final int SMALL = 16;
    private static final int LARGE = 64 << 10;
    private static final int TIMES = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// Measures the link to a node: the median of some messages of 64 B and of 256 kB.
    ///
    /// @throws ServeException if the node does not answer
    public static LinkMeasure of(Node node) {
        ServiceSpec probe = new ServiceSpec("link-probe", "1", "probe", Settings.NONE);
        node.assign(probe, new byte[0], true);
        try {
            seconds(node, probe, SMALL); // opens the connection
            double small = median(node, probe, SMALL);
            double large = median(node, probe, LARGE);
            double each = Math.max(large - small, 1e-9) / (4.0 * (LARGE - SMALL));
            return new LinkMeasure(Math.max(0, small - 4 * SMALL * each), 1 / each);
        } finally {
            node.remove(probe.id());
        }
    }

    private static double median(Node node, ServiceSpec probe, int size) {
        double[] times = new double[TIMES];
        Arrays.setAll(times, i -> seconds(node, probe, size));
        Arrays.sort(times);
        return times[TIMES / 2];
    }

    private static double seconds(Node node, ServiceSpec probe, int size) {
        Value values = new Value.Floats(FloatTensor.zeros(size));
        long start = System.nanoTime();
        node.call(probe.id(), List.of(Map.of("values", values)), RequestContext.within(PATIENCE))
                .getFirst()
                .outputs();
        return (System.nanoTime() - start) / 1e9;
    }
}
