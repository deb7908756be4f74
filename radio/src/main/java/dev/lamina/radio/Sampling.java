package dev.lamina.radio;

/// Where channels are sampled in frequency.
///
/// @param carrierHertz in the middle of the band
/// @param subcarriers K
/// @param spacingHertz between neighbours
record Sampling(double carrierHertz, int subcarriers, double spacingHertz) {
    static final double LIGHT_METRES_PER_SECOND = 299_792_458;

    double wavelengthMetres() {
        return LIGHT_METRES_PER_SECOND / carrierHertz;
    }

    /// Factors gain exp(-j 2π f_k τ) of a delay at all subcarriers, f_k = (k - (K - 1) / 2)
    /// spacing.
    ///
    /// @param at where each subcarrier's number goes: the first, and how far the next
    void turn(
            double delaySeconds, double gain, float[] real, float[] imaginary, int at, int stride) {
        double cycles = -spacingHertz * delaySeconds;
        double start = -2 * Math.PI * (cycles * (subcarriers - 1) / 2 % 1);
        double step = 2 * Math.PI * (cycles % 1);
        double a = gain * Math.cos(start);
        double b = gain * Math.sin(start);
        double stepReal = Math.cos(step);
        double stepImaginary = Math.sin(step);
        for (int k = 0; k < subcarriers; k++) {
            real[at + k * stride] = (float) a;
            imaginary[at + k * stride] = (float) b;
            double next = a * stepReal - b * stepImaginary;
            b = a * stepImaginary + b * stepReal;
            a = next;
        }
    }
}
