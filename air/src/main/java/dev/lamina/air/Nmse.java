package dev.lamina.air;

import java.util.List;

/// Normalised mean squared error, linear.
public final class Nmse {
    private Nmse() {}

    /// Of one track: Σ abs(ĥ - h)² / Σ abs(h)².
    public static double of(float[] predicted, float[] reference) {
        if (predicted.length != reference.length) {
            throw new IllegalArgumentException(
                    predicted.length + " values predicted, " + reference.length + " to compare");
        }
        double error = 0;
        double energy = 0;
        for (int i = 0; i < reference.length; i++) {
            double difference = predicted[i] - reference[i];
            error += difference * difference;
            energy += (double) reference[i] * reference[i];
        }
        return energy == 0 ? (error == 0 ? 0 : Double.POSITIVE_INFINITY) : error / energy;
    }

    /// The mean over tracks, against their labels, noisy as they are. Against clean channels it is
    /// lower by the noise floor (reference 5.1): never compare the two.
    public static double againstLabels(Predictor predictor, List<Track> tracks) {
        double sum = 0;
        for (Track track : tracks) {
            sum += of(predictor.predict(track.history(), track.target()), track.labels());
        }
        return sum / tracks.size();
    }

    /// The mean over tracks, against clean channels.
    public static double againstClean(Predictor predictor, List<Track> tracks) {
        double sum = 0;
        for (Track track : tracks) {
            sum += of(predictor.predict(track.history(), track.target()), track.clean());
        }
        return sum / tracks.size();
    }
}
