package dev.lamina.media;

/// Band-limited interpolation with a sinc under a Kaiser window (J. O. Smith, "Digital Audio
/// Resampling", 1984): each new sample is a weighted sum of the old ones about its time; to a lower
/// rate the sinc is stretched, so that nothing above the new Nyquist frequency folds back.
///
/// Figures: stop band 80 dB down from the lower Nyquist frequency on, pass band flat to 0.84 of it.
final class Resampler {
    /// Zero crossings of the sinc on each side.
    private static final int CROSSINGS = 32;

    /// Table entries between two zero crossings; between entries the kernel is interpolated.
    private static final int FINENESS = 512;

    /// Kaiser's beta for a stop band of 80 dB: `0.1102 (A - 8.7)`.
    private static final double BETA = 0.1102 * (80 - 8.7);

    /// The band's edge in units of the Nyquist frequency: half a transition, Kaiser's `(A - 8) /
    /// (2.285 * 2 pi * 2 CROSSINGS) = 0.078` of the sampling rate, below 1.
    private static final double EDGE = 1 - 0.078;

    private static final float[] KERNEL = kernel();

    private Resampler() {}

    /// @param rateHz of `samples`
    /// @param newRateHz of the result, which lasts as long (to a sample)
    static short[] resample(short[] samples, int rateHz, int newRateHz) {
        int length = Math.toIntExact(((long) samples.length * newRateHz + rateHz / 2) / rateHz);
        // How much the kernel is squeezed: 1 upward, the ratio of rates downward.
        double band = Math.min(1.0, (double) newRateHz / rateHz);
        double reach = CROSSINGS / band;
        double step = FINENESS * band;
        short[] resampled = new short[length];
        for (int i = 0; i < length; i++) {
            long scaled = (long) i * rateHz;
            long whole = scaled / newRateHz;
            double centre = whole + (double) (scaled % newRateHz) / newRateHz;
            int from = (int) Math.max(0, Math.ceil(centre - reach));
            int to = (int) Math.min(samples.length - 1, Math.floor(centre + reach));
            double sum = 0;
            for (int j = from; j <= to; j++) {
                double at = Math.abs(j - centre) * step;
                int entry = (int) at;
                double part = at - entry;
                sum += samples[j] * (KERNEL[entry] + part * (KERNEL[entry + 1] - KERNEL[entry]));
            }
            resampled[i] = SoundFiles.rounded(sum * band);
        }
        return resampled;
    }

    /// One side of the windowed sinc, zeros behind its end.
    private static float[] kernel() {
        int end = CROSSINGS * FINENESS;
        float[] kernel = new float[end + 2];
        for (int i = 0; i < end; i++) {
            double x = (double) i / FINENESS;
            double sinc = i == 0 ? EDGE : Math.sin(Math.PI * EDGE * x) / (Math.PI * x);
            double edge = x / CROSSINGS;
            kernel[i] = (float) (sinc * bessel(BETA * Math.sqrt(1 - edge * edge)) / bessel(BETA));
        }
        return kernel;
    }

    /// The modified Bessel function of order zero, by its series.
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-17 * sum; k++) {
            term *= (x / (2 * k)) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
