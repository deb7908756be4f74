package dev.lamina.bench;

import dev.lamina.air.Tracks;
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
        return Tracks.cut(
                whole.track(index), whole.shape(), 0, shape().steps(), 0, shape().subcarriers());
    }

    @Override
    public Map<String, double[]> labels() {
        return whole.labels();
    }
}
