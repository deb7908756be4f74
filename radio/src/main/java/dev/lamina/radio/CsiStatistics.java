package dev.lamina.radio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What can be measured of channels, however they were made. Every track counts as much. Noise
/// widens the spreads.
///
/// Spreads are pulse-pair estimates from the correlation R at lags 0 and 1, spread = sqrt(2 ln(R(0)
/// / |R(1)|)) / 2π in cycles a lag: exact for a Gaussian spectrum, and for any if the lag is short.
///
/// @param tracks that were measured
/// @param powerDecibels E|h|² of the tracks: its percentiles
/// @param meanPowerDecibels of the mean power
/// @param coherenceSteps lag in steps at which |R| falls below 1/2; null if it does not
/// @param coherenceSubcarriers the same in subcarriers
/// @param dopplerCentroidCycles per step, the mean of all tracks; 0 with one step
/// @param dopplerSpreadCycles per step, the mean of all tracks
/// @param delaySpreadCycles per subcarrier, the mean of all tracks
/// @param timeCorrelation |R| at all lags in steps
public record CsiStatistics(
        int tracks,
        Percentiles powerDecibels,
        double meanPowerDecibels,
        @Nullable Double coherenceSteps,
        @Nullable Double coherenceSubcarriers,
        double dopplerCentroidCycles,
        double dopplerSpreadCycles,
        double delaySpreadCycles,
        List<Double> timeCorrelation) {
    private static final double COHERENT = 0.5;

    public CsiStatistics {
        timeCorrelation = List.copyOf(timeCorrelation);
    }

    /// Measures evenly chosen tracks.
    ///
    /// @param most tracks to look at
    public static CsiStatistics of(Csi csi, int most) {
        CsiShape shape = csi.shape();
        int tracks = Math.min(most, csi.tracks());
        double[] powers = new double[tracks];
        double[] decibels = new double[tracks];
        double[] time = new double[shape.steps()];
        double[] frequency = new double[shape.subcarriers()];
        double centroid = 0;
        double dopplerSpread = 0;
        double delaySpread = 0;
        for (int i = 0; i < tracks; i++) {
            float[] h = csi.track(index(i, tracks, csi.tracks()));
            powers[i] = Noise.power(h);
            decibels[i] = Decibels.of(Math.max(powers[i], Double.MIN_NORMAL));
            double[][] overTime = correlation(h, shape, true);
            double[][] overFrequency = correlation(h, shape, false);
            add(time, overTime);
            add(frequency, overFrequency);
            centroid += centroid(overTime) / tracks;
            dopplerSpread += spread(overTime) / tracks;
            delaySpread += spread(overFrequency) / tracks;
        }
        return new CsiStatistics(
                tracks,
                Percentiles.of(decibels),
                Decibels.of(
                        Math.max(Arrays.stream(powers).average().orElseThrow(), Double.MIN_NORMAL)),
                coherence(time),
                coherence(frequency),
                centroid,
                dopplerSpread,
                delaySpread,
                normalised(time));
    }

    /// Which of all tracks is the i-th of those measured.
    public static int index(int i, int tracks, int all) {
        return (int) ((long) i * all / tracks);
    }

    /// R at all lags, the two parts, over all pairs of channels that far apart.
    private static double[][] correlation(float[] h, CsiShape shape, boolean overTime) {
        int antennas = shape.antennas();
        int row = shape.subcarriers() * antennas;
        int lags = overTime ? shape.steps() : shape.subcarriers();
        int stride = overTime ? row : antennas;
        double[][] r = new double[2][lags];
        for (int lag = 0; lag < lags; lag++) {
            double real = 0;
            double imaginary = 0;
            int pairs = 0;
            int groups = overTime ? 1 : shape.steps();
            int run = overTime ? (lags - lag) * row : (lags - lag) * antennas;
            for (int group = 0; group < groups; group++) {
                int begin = overTime ? 0 : group * row;
                for (int j = begin; j < begin + run; j++) {
                    int k = j + lag * stride;
                    real += h[2 * k] * h[2 * j] + h[2 * k + 1] * h[2 * j + 1];
                    imaginary += h[2 * k + 1] * h[2 * j] - h[2 * k] * h[2 * j + 1];
                }
                pairs += run;
            }
            r[0][lag] = real / pairs;
            r[1][lag] = imaginary / pairs;
        }
        return r;
    }

    private static void add(double[] sum, double[][] r) {
        for (int lag = 0; lag < sum.length && r[0][0] > 0; lag++) {
            sum[lag] += Math.hypot(r[0][lag], r[1][lag]) / r[0][0];
        }
    }

    private static double centroid(double[][] r) {
        return r[0].length < 2 ? 0 : Math.atan2(r[1][1], r[0][1]) / (2 * Math.PI);
    }

    private static double spread(double[][] r) {
        if (r[0].length < 2 || r[0][0] <= 0) {
            return 0;
        }
        double ratio = r[0][0] / Math.max(Math.hypot(r[0][1], r[1][1]), 1e-9 * r[0][0]);
        return Math.sqrt(2 * Math.log(Math.max(1, ratio))) / (2 * Math.PI);
    }

    private static @Nullable Double coherence(double[] sum) {
        for (int lag = 1; lag < sum.length; lag++) {
            double before = sum[lag - 1] / sum[0];
            double here = sum[lag] / sum[0];
            if (here < COHERENT) {
                return lag - 1 + (before - COHERENT) / (before - here);
            }
        }
        return null;
    }

    private static List<Double> normalised(double[] sum) {
        List<Double> values = new ArrayList<>();
        for (double value : sum) {
            values.add(sum[0] > 0 ? value / sum[0] : 0);
        }
        return values;
    }
}
