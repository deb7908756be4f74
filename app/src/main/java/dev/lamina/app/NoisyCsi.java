package dev.lamina.app;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Noise;
import java.util.LinkedHashMap;
import java.util.Map;

/// Channels with noise, measured against each track's own power; the label `snr_db` has the ratios.
record NoisyCsi(Csi csi, Noise noise) implements Csi {
    @Override
    public CsiShape shape() {
        return csi.shape();
    }

    @Override
    public int tracks() {
        return csi.tracks();
    }

    @Override
    public float[] track(int index) {
        float[] track = csi.track(index);
        return noise.add(track, index, Noise.power(track));
    }

    @Override
    public Map<String, double[]> labels() {
        Map<String, double[]> labels = new LinkedHashMap<>(csi.labels());
        double[] ratios = new double[csi.tracks()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = noise.signalToNoiseDecibels(i);
        }
        labels.put("snr_db", ratios);
        return labels;
    }
}
