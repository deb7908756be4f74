package dev.lamina.air;

/// No prediction: the last step stays.
public final class Persistence implements Predictor {
    @Override
    public String name() {
        return "persistence";
    }

    /// In another band, the last step of the history's.
    @Override
    public float[] predict(History history, Target target) {
        int antennas = history.shape().antennas();
        int subcarriers = history.shape().subcarriers();
        int row = 2 * antennas;
        int last = (history.shape().steps() - 1) * subcarriers * row;
        float[] future = new float[target.steps() * target.subcarriers() * row];
        for (int t = 0; t < target.steps(); t++) {
            for (int k = 0; k < target.subcarriers(); k++) {
                System.arraycopy(
                        history.channels(),
                        last + k % subcarriers * row,
                        future,
                        (t * target.subcarriers() + k) * row,
                        row);
            }
        }
        return future;
    }
}
