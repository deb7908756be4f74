package dev.lamina.bench;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.util.Map;

/// The lower half of the subcarriers of other channels: LLM4CP's uplink band.
record LowerBand(Csi whole) implements Csi {
    @Override
    public CsiShape shape() {
        CsiShape shape = whole.shape();
        return new CsiShape(shape.steps(), shape.subcarriers() / 2, shape.antennas());
    }

    @Override
    public int tracks() {
        return whole.tracks();
    }

    @Override
    public float[] track(int index) {
        float[] track = whole.track(index);
        CsiShape shape = shape();
        int from = 2 * whole.shape().subcarriers() * shape.antennas();
        int row = 2 * shape.subcarriers() * shape.antennas();
        float[] part = new float[shape.steps() * row];
        for (int t = 0; t < shape.steps(); t++) {
            System.arraycopy(track, t * from, part, t * row, row);
        }
        return part;
    }

    @Override
    public Map<String, double[]> labels() {
        return whole.labels();
    }
}
