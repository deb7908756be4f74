package dev.lamina.radio;

import java.util.random.RandomGenerator;

/// Gaussian fields over the plane, of mean 0 and variance 1, that are tied by a [Coherence]. Each
/// is a sum of plane waves that all fields share; amplitudes are Gaussian, so values are exactly
/// normal over realisations, and any place can be asked for at any time (derived).
///
/// A wave's length is drawn from the mean of the fields' spectra, in equal shares from each
/// field's, by strata: of the spectrum of exp(-d/D), the part above k is u = (1 + k²D²)^(-1/2), so
/// k = sqrt(1 / u² - 1) / D. Directions follow the golden ratio. Each field weighs the wave with
/// the root of its own spectrum over the mean.
final class GaussianField {
    /// Waves from each field's spectrum.
    private static final int STRATA = 64;

    /// Of a single field.
    private static final int LEAST_WAVES = 256;

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final int fields;
    private final double[] waveX;
    private final double[] waveY;

    /// Amplitudes, row by row a wave with all fields.
    private final double[] cosines;

    private final double[] sines;

    GaussianField(Coherence coherence, RandomGenerator random) {
        fields = coherence.size();
        int strata = Math.max(STRATA, LEAST_WAVES / fields);
        int waves = strata * fields;
        waveX = new double[waves];
        waveY = new double[waves];
        cosines = new double[waves * fields];
        sines = new double[waves * fields];
        double[] power = new double[fields];
        double start = random.nextDouble();
        for (int w = 0; w < waves; w++) {
            int stratum = w / fields;
            double rest = (stratum + random.nextDouble()) / strata;
            double above = 1 - rest;
            double k = Math.sqrt(1 / (above * above) - 1) / coherence.metres(w % fields);
            double angle = 2 * Math.PI * (start + w * GOLDEN);
            waveX[w] = k * Math.cos(angle);
            waveY[w] = k * Math.sin(angle);
            double mean = 0;
            for (int i = 0; i < fields; i++) {
                mean += coherence.spectrum(i, k) / fields;
            }
            double[] cosine = coherence.mix(k, normals(random));
            double[] sine = coherence.mix(k, normals(random));
            for (int i = 0; i < fields; i++) {
                double weight = coherence.spectrum(i, k) / mean;
                power[i] += weight;
                cosines[w * fields + i] = Math.sqrt(weight) * cosine[i];
                sines[w * fields + i] = Math.sqrt(weight) * sine[i];
            }
        }
        for (int i = 0; i < cosines.length; i++) {
            double scale = 1 / Math.sqrt(power[i % fields]);
            cosines[i] *= scale;
            sines[i] *= scale;
        }
    }

    /// The fields' values at a place, in metres.
    double[] at(double x, double y) {
        double[] values = new double[fields];
        for (int w = 0; w < waveX.length; w++) {
            double phase = waveX[w] * x + waveY[w] * y;
            double cosine = Math.cos(phase);
            double sine = Math.sin(phase);
            for (int i = 0; i < fields; i++) {
                values[i] += cosine * cosines[w * fields + i] + sine * sines[w * fields + i];
            }
        }
        return values;
    }

    private double[] normals(RandomGenerator random) {
        double[] normals = new double[fields];
        for (int i = 0; i < fields; i++) {
            normals[i] = random.nextGaussian();
        }
        return normals;
    }
}
