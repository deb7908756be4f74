package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// One array for each track.
final class CsiInMemory implements Csi {
    private static final double USABLE = 0.9; // of the heap
    private static final int ARRAY_HEADER_BYTES = 24; // and the reference to it

    private final CsiShape shape;
    private final float[][] tracks;
    private final Map<String, double[]> labels;

    CsiInMemory(CsiShape shape, float[][] tracks, Map<String, double[]> labels) {
        this.shape = shape;
        this.tracks = tracks;
        this.labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /// Room for the tracks, if the JVM has it.
    ///
    /// @param file its name, for messages
    static float[][] allocate(String file, CsiShape shape, int tracks) {
        double bytes = (2.0 * Float.BYTES * shape.size() + ARRAY_HEADER_BYTES) * tracks;
        long most = Runtime.getRuntime().maxMemory();
        BadInputException.check(
                bytes <= USABLE * most,
                file
                        + ": "
                        + tracks
                        + " tracks take "
                        + megabytes(bytes)
                        + " MB of memory, and the JVM may take "
                        + megabytes((double) most)
                        + " MB",
                "raise that, as with JAVA_TOOL_OPTIONS=-Xmx"
                        + (megabytes(bytes) / 1000 * 5 / 4 + 1)
                        + "g, or take fewer tracks.");
        return new float[tracks][2 * shape.size()];
    }

    private static long megabytes(double bytes) {
        return Math.round(bytes / 1e6);
    }

    @Override
    public CsiShape shape() {
        return shape;
    }

    @Override
    public int tracks() {
        return tracks.length;
    }

    @Override
    public float[] track(int index) {
        return tracks[index];
    }

    @Override
    public Map<String, double[]> labels() {
        return labels;
    }
}
