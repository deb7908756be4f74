package dev.lamina.radio;

/// The plane waves between a station and the place where a user's track starts (TR 38.901, 7.5,
/// after step 10). Rays with one delay follow each other and form a group. Angles are in radians
/// and the world's coordinates; powers of all rays add up to 1.
final class Rays {
    /// Of every group, after the first arrival.
    final double[] delaySeconds;

    /// Where each group starts among the rays; one more entry ends the last.
    final int[] starts;

    /// sqrt(P_n / M) and the like.
    final double[] amplitude;

    final double[] departureAzimuth;
    final double[] departureZenith;
    final double[] arrivalAzimuth;
    final double[] arrivalZenith;

    /// For each ray the matrix between sent and received (F_θ, F_φ): θθ, θφ, φθ, φφ, first the
    /// received; real and imaginary part in turn.
    final double[] coupling;

    /// Which group is the direct ray from the station, or -1.
    final int direct;

    Rays(double[] delaySeconds, int[] starts, int direct) {
        this.delaySeconds = delaySeconds;
        this.starts = starts;
        this.direct = direct;
        int rays = starts[delaySeconds.length];
        amplitude = new double[rays];
        departureAzimuth = new double[rays];
        departureZenith = new double[rays];
        arrivalAzimuth = new double[rays];
        arrivalZenith = new double[rays];
        coupling = new double[8 * rays];
    }

    int groups() {
        return delaySeconds.length;
    }

    int largestGroup() {
        int most = 0;
        for (int group = 0; group < groups(); group++) {
            most = Math.max(most, starts[group + 1] - starts[group]);
        }
        return most;
    }

    int size() {
        return amplitude.length;
    }

    /// Sets the four angles of a ray, given in degrees and not yet wrapped (step 7).
    void point(int ray, double aod, double zod, double aoa, double zoa) {
        departureAzimuth[ray] = Math.toRadians(Direction.wrapAzimuth(aod));
        departureZenith[ray] = Math.toRadians(Direction.wrapZenith(zod));
        arrivalAzimuth[ray] = Math.toRadians(Direction.wrapAzimuth(aoa));
        arrivalZenith[ray] = Math.toRadians(Direction.wrapZenith(zoa));
    }

    /// Sets the coupling of a ray to unit phases, those off the diagonal divided by sqrt(κ).
    ///
    /// @param phases θθ, θφ, φθ, φφ in radians
    /// @param polarisationDecibels κ
    void couple(int ray, double[] phases, double polarisationDecibels) {
        double cross = Decibels.amplitude(-polarisationDecibels);
        for (int i = 0; i < 4; i++) {
            double scale = i == 0 || i == 3 ? 1 : cross;
            coupling[8 * ray + 2 * i] = scale * Math.cos(phases[i]);
            coupling[8 * ray + 2 * i + 1] = scale * Math.sin(phases[i]);
        }
    }

    /// Sets the coupling of a direct ray: diag(1, -1) turned by a phase.
    void coupleDirect(int ray, double phase) {
        coupling[8 * ray] = Math.cos(phase);
        coupling[8 * ray + 1] = Math.sin(phase);
        coupling[8 * ray + 6] = -Math.cos(phase);
        coupling[8 * ray + 7] = -Math.sin(phase);
    }
}
